"""The synthetic France that benchmarks of secrecy measure: drawn once in each, from the communes that geo knows."""

import asyncio
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from services.indicators.catalogue import load_catalogue
from services.indicators.folder.read import read_folder
from services.indicators.geography import Geography, geography_of
from services.indicators.membership import ask_memberships
from services.indicators.raw import RawRelease
from services.indicators.synthetic import draw_folder
from services.suite import open_suite
from shared.schemas.geo import Dataset, Membership
from shared.settings import CommonSettings, load


def drawn_france() -> tuple[RawRelease, Geography, list[Membership], Dataset]:
    """Counts of every commune. What geo needs to tell of them is held in a process of its own, and let go."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        memberships, dataset = pool.submit(_memberships).result()
    geography = geography_of(memberships, dataset.cog, dataset.id)
    with tempfile.TemporaryDirectory() as folder:
        draw_folder(memberships, dataset.cog, Path(folder))
        raw, problems = read_folder(Path(folder), load_catalogue(), geography)
    if raw is None:
        raise ValueError(problems[:3])
    return raw, geography, memberships, dataset


def _memberships() -> tuple[list[Membership], Dataset]:
    async def ask() -> tuple[list[Membership], Dataset]:
        async with open_suite(load(CommonSettings)) as suite:
            return await ask_memberships(suite.bus)

    return asyncio.run(ask())
