"""Vector tiles: CPU of one not at hand against mapbox-vector-tile, requests/s of one at hand against bare aiohttp.

Run: python -m tests.bench.tiles (the reference must have been set up; the embedded server, or DATABASE_URL)
"""

import asyncio
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.resources import files
from multiprocessing.connection import Connection

import mapbox_vector_tile
import shapely

from services.geo import store
from services.geo.assemble import assemble
from services.geo.atlas import Atlas
from services.geo.in_service import InService, put_in_service
from services.geo.shapes.areas import unite
from services.geo.tiles.cut import Address, cut
from services.geo.tiles.documents import MVT
from services.geo.tiles.web import routes
from services.suite import open_database
from shared.database import migrate, open_pool
from shared.runtime import listening
from shared.settings import CommonSettings, load
from shared.web import http_app
from tests.bench.peers.gis import bare
from tests.bench.peers.load import load as asked

# Around Paris, where communes are many; at zoom 6 the whole north of the country.
PLACES = (Address(12, 1409, 2074), Address(9, 176, 259), Address(6, 22, 32))
AIMS = {9: 2.0, 6: 10.0}
AIM_OF_BARE = 0.8
ROUNDS, REQUESTS = 5, 6000
UNIONS = (74, 1000)


async def national() -> Atlas:
    """The Atlas in service."""
    async with open_database(load(CommonSettings)) as url:
        await migrate(url, "geo", files("services.geo").joinpath("sql/migrations"))
        async with open_pool(url, "geo") as pool:
            stored = await store.load(pool)
    if stored is None:
        sys.exit("no reference is loaded: run `make setup` first")
    return assemble(stored)


def milliseconds(work: Callable[[], object], times: int) -> float:
    """Median CPU milliseconds of this process."""
    spent = []
    for _ in range(times):
        started = time.process_time()
        work()
        spent.append((time.process_time() - started) * 1000)
    return statistics.median(spent)


def peer(tile: bytes) -> Callable[[], bytes]:
    """mapbox-vector-tile encoding the features of a tile, already on its grid: nothing to project or clip."""
    down = {"y_coord_down": True}
    features = [
        {"geometry": shapely.geometry.shape(feature["geometry"]), "properties": feature["properties"]}
        for feature in mapbox_vector_tile.decode(tile, default_options=down)["communes"]["features"]
    ]
    layers = [{"name": "communes", "features": features}]
    return partial(mapbox_vector_tile.encode, layers, default_options=down)


def uncached(world: InService) -> None:
    """Print the CPU of tiles cut afresh."""
    communes = world.tiles.collection("communes")
    for address in PLACES:
        tile = cut(communes, address)
        count = len(mapbox_vector_tile.decode(tile)["communes"]["features"])
        ours = milliseconds(partial(cut, communes, address), 30)
        packed = milliseconds(partial(world.tiles.make, ("communes",), address), 15)
        theirs = milliseconds(peer(tile), 3)
        aim = f" (aim {AIMS[address.zoom]:g})" if address.zoom in AIMS else ""
        print(
            f"z{address.zoom:<2} {count:6} communes {len(tile) / 1000:7.1f} kB {ours:6.2f} ms{aim}, "
            f"{packed:.2f} with gzip; mapbox-vector-tile {theirs:.1f} ms, {theirs / ours:.0f} times ours"
        )


async def _answer(world: InService, port: Connection) -> None:
    async with listening(http_app(routes(lambda: world)), "127.0.0.1", 0) as opened:
        port.send(opened)
        await asyncio.Event().wait()


def _serve(world: InService, port: Connection) -> None:
    asyncio.run(_answer(world, port))


@contextmanager
def served(world: InService) -> Iterator[str]:
    """URL of the face in a process of its own."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(world, theirs), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def cached(world: InService) -> None:
    """Print requests a second of a tile at hand, and of a bare handler that answers the same bytes."""
    address = PLACES[1]
    body = world.tiles.make(("communes",), address).gzipped
    path = f"/ogc/collections/communes/tiles/WebMercatorQuad/{address.zoom}/{address.row}/{address.column}"
    with served(world) as ours, bare(body, MVT) as theirs:
        reads_gzip = "Accept-Encoding: gzip\r\n"
        rates: list[tuple[float, float]] = []
        for _ in range(ROUNDS):
            tile = asyncio.run(asked(ours + path, REQUESTS, headers=reads_gzip))
            same = asyncio.run(asked(theirs, REQUESTS, headers=reads_gzip))
            rates.append((tile.rate, same.rate))
            if tile.size != same.size:
                sys.exit(f"not the same bytes: {tile.size} and {same.size}")
    mine, limit = (max(each) for each in zip(*rates, strict=True))
    print(
        f"z9 at hand, {len(body)} bytes: {mine:.0f} requests/s, bare aiohttp {limit:.0f}, "
        f"ratio {mine / limit:.2f} (aim {AIM_OF_BARE:g})"
    )


def unions(atlas: Atlas) -> None:
    """Print the seconds of the union of some communes, against GEOS without the coverage."""
    polygons = atlas.shapes.levels[0].polygons
    shown = [number for number, one in enumerate(atlas.communes) if one.area_km2 and not one.whole]
    for count in UNIONS:
        chosen = shown[10_000 : 10_000 + count]
        ground = polygons.take(atlas.indices(tuple(atlas.communes[number] for number in chosen)))
        rank = atlas.shapes.projection[chosen]
        ours = milliseconds(partial(unite, ["tous"] * count, rank, {0.0: ground}), 5)
        theirs = milliseconds(partial(shapely.union_all, ground), 3)
        print(
            f"union of {count} communes: {ours:.1f} ms; GEOS union_all {theirs:.1f}, {theirs / ours:.1f} times ours"
        )


def main() -> None:
    """Bench on the dataset in service."""
    atlas = asyncio.run(national())
    world = put_in_service(atlas)
    started = time.process_time()
    world.tiles.prepare()
    print(f"low zooms of every collection: {time.process_time() - started:.2f} CPU s")
    uncached(world)
    cached(world)
    unions(atlas)


if __name__ == "__main__":
    main()
