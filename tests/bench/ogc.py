"""The OGC face against a bare aiohttp handler of the same bytes, tipg and pygeoapi: requests a second and p99.

Run: python -m tests.bench.ogc (the reference must have been set up). The suite runs in one process, as `make run`
does; tipg and pygeoapi have two workers each, on PostGIS with the same communes. Rounds are interleaved.
"""

import asyncio
import os
import statistics
import tempfile
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from services.geo import store
from services.geo.assemble import assemble
from services.geo.atlas import Atlas
from services.suite import open_database, open_pools
from shared.settings import CommonSettings, load
from tests.bench.peers.gis import bare, postgis, pygeoapi, tipg
from tests.bench.peers.load import Load
from tests.bench.peers.load import load as put_load
from tests.e2e.processes import running

ROUNDS = 3
COMMUNE = "83061"
# Around Fréjus: some two hundred communes.
BOX = "6.0,43.1,7.2,44.1"
# Zoom, row, column of the tiles around Fréjus.
TILES = {"z9 tile": (9, 187, 265), "z6 tile": (6, 23, 33)}


@dataclass(frozen=True)
class Question:
    """One question put to each server: the path under its collection of communes, and the aim against bare."""

    name: str
    aim: float | None
    requests: int
    slow: int
    ours: str
    tipg: str
    pygeoapi: str | None


def questions(position: int) -> tuple[Question, ...]:
    """Each question in the words of each server; `position` is the peers' id of the commune."""
    items = (
        Question(
            "one item", 0.8, 6000, 300, f"items/{COMMUNE}", f"items/{position}", f"items/{position}?f=json"
        ),
        Question(
            "bbox",
            0.5,
            1500,
            40,
            f"items?bbox={BOX}&limit=1000",
            f"items?bbox={BOX}&limit=1000",
            f"items?bbox={BOX}&limit=1000&f=json",
        ),
        Question(
            "1,000 items", 0.6, 600, 20, "items?limit=1000", "items?limit=1000", "items?limit=1000&f=json"
        ),
    )
    tiles = (
        Question(
            f"{name}, cached",
            0.8,
            6000,
            40,
            f"tiles/WebMercatorQuad/{zoom}/{row}/{column}",
            f"tiles/WebMercatorQuad/{zoom}/{column}/{row}",
            None,
        )
        for name, (zoom, row, column) in TILES.items()
    )
    return (*items, *tiles)


async def atlas_in_service() -> Atlas:
    """The communes that the set-up loaded."""
    async with open_database(load(CommonSettings)) as url, open_pools(url) as pools:
        stored = await store.load(pools["geo"])
        if stored is None:
            raise SystemExit("no reference is loaded: run `make setup` first")
        return assemble(stored)


def main() -> None:
    """Ask every question to every server and print a line for each."""
    atlas = asyncio.run(atlas_in_service())
    asked = questions(1 + sorted(one.code for one in atlas.communes if one.contour).index(COMMUNE))
    environment = {"REZONE_DATA_DIR": str(load(CommonSettings).data_dir.resolve()), "AMQP_URL": ""}
    with ExitStack() as stack:
        logs = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rezone-bench-")))
        suite = stack.enter_context(running({**os.environ, **environment}, logs))["suite"]
        ours = f"{suite.client.base}/ogc/collections/communes/"
        database = stack.enter_context(postgis(atlas))
        if database is None:
            print("no PostGIS at hand (Debian: postgresql-15-postgis-3): tipg and pygeoapi are not measured")
        peers = {}
        if database is not None:
            peers["tipg"] = stack.enter_context(tipg(database)) + "/"
            peers["pygeoapi"] = stack.enter_context(pygeoapi(database)) + "/"
        for question in asked:
            measure(question, ours + question.ours, peers)


def measure(question: Question, ours: str, peers: dict[str, str]) -> None:
    """Interleaved rounds of one question; prints each server and our ratio to it."""
    # Maps ask for compressed tiles; the programs that read features mostly do not.
    coding = {"Accept-Encoding": "gzip"} if question.pygeoapi is None else {}
    headers = "".join(f"{name}: {value}\r\n" for name, value in coding.items())
    with urllib.request.urlopen(urllib.request.Request(ours, headers=coding)) as answer:
        body, content_type = answer.read(), answer.headers.get_content_type()
    with bare(body, content_type) as limit:
        addresses = {"rezone": (ours, question.requests), "bare aiohttp": (limit, question.requests)}
        for name, base in peers.items():
            path = getattr(question, name)
            if path is not None:
                addresses[name] = (base + path, question.slow)
        rounds: dict[str, list[Load]] = {name: [] for name in addresses}
        for _ in range(ROUNDS):
            for name, (url, requests) in addresses.items():
                rounds[name].append(asyncio.run(put_load(url, requests, headers=headers)))
    rates = {name: statistics.median(one.rate for one in loads) for name, loads in rounds.items()}
    print(f"{question.name} ({len(body):,} bytes)")
    for name, loads in rounds.items():
        p99 = statistics.median(one.p99_ms for one in loads)
        ratio = rates["rezone"] / rates[name]
        aim = f" (aim {question.aim:g})" if name == "bare aiohttp" and question.aim else ""
        said = "" if name == "rezone" else f"  rezone is {ratio:.2f} times it{aim}"
        print(f"  {name:14s} {rates[name]:8.0f} requests/s  p99 {p99:7.2f} ms{said}")


if __name__ == "__main__":
    main()
