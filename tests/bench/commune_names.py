"""Communes found by misspelt names and by points, and all contours of France written, on one core.

Run: python -m tests.bench.commune_names (the reference must have been set up; the embedded server, or DATABASE_URL)
"""

import asyncio
import random
import string
import sys
import time
from importlib.resources import files

import numpy as np

from services.geo import store
from services.geo.assemble import assemble
from services.geo.atlas import Atlas, Commune
from services.geo.read.answers import form_of, listed
from services.geo.read.directory import search
from services.geo.read.gazetteer import Gazetteer, build_gazetteer
from services.geo.shapes.points import units_at
from services.suite import open_database
from shared.database import migrate, open_pool
from shared.schemas.geo_read_queries import CommuneQuery
from shared.settings import CommonSettings, load

SEED, DRAWN = 7, 2000
AIM_RATE, AIM_FIRST = 3000, 0.92


async def loaded() -> Atlas:
    """The Atlas in service."""
    async with open_database(load(CommonSettings)) as url:
        await migrate(url, "geo", files("services.geo").joinpath("sql/migrations"))
        async with open_pool(url, "geo") as pool:
            stored = await store.load(pool)
            if stored is None:
                sys.exit("no reference is loaded: run `make setup` first")
            return assemble(stored)


def misspelt(name: str, chance: random.Random) -> str:
    """The name with a letter left out, put in, replaced, or swapped with the next."""
    at = chance.randrange(len(name))
    other = chance.choice(string.ascii_lowercase)
    return chance.choice(
        (
            name[:at] + name[at + 1 :],
            name[:at] + other + name[at:],
            name[:at] + other + name[at + 1 :],
            name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :],
        )
    )


def by_name(gazetteer: Gazetteer, drawn: list[Commune]) -> None:
    """Queries per second, and the share of misspelt names whose commune comes first, or among five."""
    chance = random.Random(SEED)
    typed = [(misspelt(one.nom.lower(), chance), one.nom) for one in drawn]
    first = among = 0
    started = time.perf_counter()
    for text, nom in typed:
        found = search(gazetteer.communes, CommuneQuery(nom=text, boost="population", limit=5))
        names = [gazetteer.atlas.communes[position].nom for position in found.positions]
        first += names[:1] == [nom]
        among += nom in names
    rate = len(typed) / (time.perf_counter() - started)
    print(
        f"misspelt names   {rate:6.0f} queries/s (aim {AIM_RATE}), "
        f"{first / len(typed):.1%} first (aim {AIM_FIRST:.0%}), {among / len(typed):.1%} among five"
    )


def by_point(atlas: Atlas, drawn: list[Commune]) -> None:
    """Points found per second."""
    points = [one.centre for one in drawn if one.centre]
    started = time.perf_counter()
    for lon, lat in points:
        units_at(atlas, np.array([(lon, lat)]), arrondissements=False)
    print(f"points           {len(points) / (time.perf_counter() - started):6.0f} lookups/s")


def contours(gazetteer: Gazetteer) -> None:
    """Seconds and megabytes of all contours as one FeatureCollection, written in pieces."""
    query = CommuneQuery(format="geojson", geometry="contour")
    started = time.perf_counter()
    found = search(gazetteer.communes, query)
    form = form_of(gazetteer.communes, query)
    sizes = [len(piece) for piece in listed(gazetteer.communes, form, found)]
    print(
        f"all contours     {time.perf_counter() - started:6.2f} s, {sum(sizes) / 1e6:.0f} MB, "
        f"{max(sizes) / 1e6:.1f} MB at most at a time"
    )


def measure(atlas: Atlas) -> None:
    """Print every figure."""
    gazetteer = build_gazetteer(atlas)
    whole = [one for one in atlas.communes if one.nature == "commune"]
    drawn = random.Random(SEED).sample(whole, DRAWN)
    by_name(gazetteer, drawn)
    by_point(atlas, drawn)
    contours(gazetteer)


def main() -> None:
    """Load the Atlas in service and measure."""
    measure(asyncio.run(loaded()))


if __name__ == "__main__":
    main()
