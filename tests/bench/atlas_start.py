"""Start of geo's Atlas from the ready-made arrays in PostgreSQL: seconds and resident memory, in a fresh process.

Run: python -m tests.bench.atlas_start (the reference must have been set up; the embedded server, or DATABASE_URL)
"""

import asyncio
import resource
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path

from services.geo import store
from services.geo.assemble import assemble
from services.geo.read.directory import search
from services.geo.read.gazetteer import build_gazetteer
from services.suite import open_database
from shared.database import migrate, open_pool
from shared.schemas.geo_read_queries import CommuneQuery
from shared.settings import CommonSettings, load

AIM_SECONDS, AIM_MEGABYTES = 1.2, 700
QUERIES = ("frejus", "st raphael", "roqueburne sur argens", "uzes", "sant etienne", "le havr")


def resident() -> float:
    """Resident memory of this process, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


async def measure() -> None:
    """Load as the service does at its start, and print."""
    async with open_database(load(CommonSettings)) as url:
        await migrate(url, "geo", files("services.geo").joinpath("sql/migrations"))
        async with open_pool(url, "geo") as pool:
            before = resident()
            started = time.perf_counter()
            stored = await store.load(pool)
            if stored is None:
                sys.exit("no reference is loaded: run `make setup` first")
            atlas = assemble(stored)
            loaded = time.perf_counter()
            gazetteer = build_gazetteer(atlas)
            ready = time.perf_counter()
    print(f"rows and shapes  {loaded - started:5.2f} s")
    print(f"search index     {ready - loaded:5.2f} s")
    print(f"total            {ready - started:5.2f} s  (aim {AIM_SECONDS:g})")
    print(
        f"resident         {resident():5.0f} MB, {before:.0f} before (aim {AIM_MEGABYTES:g} for the whole suite)"
    )
    started = time.perf_counter()
    for _ in range(200):
        for text in QUERIES:
            search(gazetteer.communes, CommuneQuery(nom=text, limit=10))
    rate = 200 * len(QUERIES) / (time.perf_counter() - started)
    print(f"search by name   {rate:5.0f} queries/s on one core")


def main() -> None:
    """Measure in a process of its own, whose memory is only the Atlas."""
    subprocess.run([sys.executable, "-m", "tests.bench.atlas_start", "alone"], check=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["alone"]:
        asyncio.run(measure())
    else:
        main()
