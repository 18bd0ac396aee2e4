"""A world for the tests of releases: five communes told by geo's own handlers, an empty store, a way to ask."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

import asyncpg

from services.geo.atlas import Atlas
from services.geo.handlers import bindings
from services.indicators.app import compose
from services.indicators.settings import IndicatorsSettings
from shared.bus.memory import MemoryBus
from shared.database import migrate, open_pool
from shared.schemas.indicators import DIAGNOSE, Diagnostic, DiagnosticRequest
from shared.service import Service
from tests.golden import COMMUNES
from tests.unit.geo.world import atlas, commune, square

CODES = tuple(f"{departement}{rank:03}" for departement in ("06", "83") for rank in range(1, 16))
MIGRATIONS = files("services.indicators").joinpath("sql/migrations")


def golden_atlas() -> Atlas:
    """The five communes of the published report as squares; 83900 is an old code of Fréjus."""
    squares = {
        commune(code, population=population): square(column, 0)
        for column, (code, population) in enumerate(COMMUNES.items())
    }
    return atlas(squares, successors={"83900": ("83061",)})


def two_departements() -> Atlas:
    """Fifteen communes of 200 to 2,300 people in each of two départements."""
    sized = ((code, 200 + 150 * (rank % 15)) for rank, code in enumerate(CODES))
    return atlas({commune(code, population=size): square(rank, 0) for rank, (code, size) in enumerate(sized)})


@asynccontextmanager
async def bus_with_geo(world: Atlas | None = None) -> AsyncIterator[MemoryBus]:
    """A bus on which geo tells of this world, of the golden one where none is given."""
    told = world or golden_atlas()
    bus = MemoryBus()
    await bus.serve(bindings(lambda: told, 2000))
    try:
        yield bus
    finally:
        await bus.close()


@asynccontextmanager
async def empty_store(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """The store of indicators without any release."""
    await migrate(database_url, "indicators", MIGRATIONS)
    async with open_pool(database_url, "indicators") as pool:
        await pool.execute("DELETE FROM release")
        await pool.execute("DELETE FROM retired_release")
        yield pool


@asynccontextmanager
async def serving(bus: MemoryBus, pool: asyncpg.Pool, *, drafts: bool = False) -> AsyncIterator[Service]:
    """The service, answering on the bus."""
    async with compose(IndicatorsSettings(), bus, pool, drafts=drafts) as service:
        await bus.serve(service.bindings)
        yield service


async def ask(bus: MemoryBus, release: str | None = None) -> Diagnostic:
    """The diagnostic of the five communes."""
    return await bus.call(DIAGNOSE, DiagnosticRequest(communes=tuple(COMMUNES), release=release))
