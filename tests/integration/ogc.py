"""A small country behind the OGC face, for the tests of its requirements."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import numpy as np
import shapely
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from services.geo.in_service import put_in_service
from services.geo.layers.indexes import Layers, Quartier, Quartiers, Structures
from services.geo.layers.kinds import CptsPerimeter, Structure
from services.geo.web import routes
from shared.web import http_app
from tests.unit.geo.world import atlas, commune, square

Client = TestClient[web.Request, web.Application]


def _layers() -> Layers:
    quartier = Quartier("QN08301M", "Centre ancien", {"83001": 1.0}, 1200, 0.25)
    shape = np.array([shapely.box(6.0, 43.0, 6.01, 43.01)], dtype=object)
    rows = tuple(
        Structure(number, None, f"Maison {number}", "603", "MSP", "83002", None, None, None, None)
        for number in ("830000001", "830000002")
    )
    return Layers(
        quartiers={2024: Quartiers(2024, (quartier,), shape, frozenset({"83"}))},
        cpts={"C1": CptsPerimeter("C1", "CPTS d’essai", "signée", date(2024, 5, 2), 2, ("83001", "83002"))},
        structures=Structures(rows, np.array([[6.0, 43.0], [np.nan, np.nan]]), frozenset({"83"})),
    )


# Twelve communes in a row, so that the default page leaves two; a city of two arrondissements; one without polygon.
WORLD = put_in_service(
    atlas(
        {
            **{
                commune(
                    f"830{number:02}",
                    f"Saint-Élie {number}" if number % 2 else f"Bourg {number}",
                    population=number * 100,
                    epci="200" if number < 5 else None,
                    codes_postaux=("83600", f"837{number:02}"),
                ): square(number, 0)
                for number in range(1, 13)
            },
            commune("83050", "Ville"): None,
            commune("83051", "Ville 1er", whole="83050"): square(14, 0),
            commune("83052", "Ville 2e", whole="83050"): square(15, 0),
            commune("83099", "Sans contour", population=None): None,
        },
        successors={"83900": ("83001",)},
        layers=_layers(),
    )
)


@asynccontextmanager
async def face() -> AsyncIterator[Client]:
    """A client of the face over real HTTP."""
    async with TestClient(TestServer(http_app(routes(lambda: WORLD)))) as opened:
        yield opened


async def read(client: Client, path: str, **parameters: str) -> Any:
    """JSON of an address, which must answer 200."""
    answer = await client.get(path, params=parameters)
    assert answer.status == 200, await answer.text()
    return await answer.json(content_type=None)


def links(document: Any, rel: str) -> list[dict[str, str]]:
    """Links of one relation."""
    return [link for link in document["links"] if link["rel"] == rel]


def codes(document: Any) -> list[str]:
    """Identifiers of a feature collection."""
    return [feature["id"] for feature in document["features"]]
