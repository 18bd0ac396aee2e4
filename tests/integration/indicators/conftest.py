"""What most tests of indicators start from: the communes of the published report, and a store without a release."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from shared.bus.memory import MemoryBus
from tests.golden import write_golden_folder
from tests.integration.indicators.world import bus_with_geo, empty_store


@pytest.fixture
async def bus() -> AsyncIterator[MemoryBus]:
    """A bus on which geo answers; a test about other communes has its own."""
    async with bus_with_geo() as found:
        yield found


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """The store of indicators."""
    async with empty_store(database_url) as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The producer's folder of the published report."""
    return write_golden_folder(tmp_path / "producteur")
