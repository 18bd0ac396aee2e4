"""Geo's read face over real HTTP, on a small world: names and fields of geo.api.gouv.fr, problems in French."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from services.geo.in_service import InService, put_in_service
from services.geo.web import routes
from shared.errors import NoReference
from shared.web import http_app
from tests.unit.geo.world import atlas, commune, square

Client = TestClient[web.Request, web.Application]

WORLD = put_in_service(
    atlas(
        {
            commune("83061", "Fréjus", population=59_719, codes_postaux=("83600",)): square(0, 0),
            commune("83118", "Saint-Raphaël", population=36_000): square(1, 0),
            commune("83050", "Ville"): None,
            commune("83051", "Ville 1er", whole="83050"): square(2, 0),
        },
        successors={"83900": ("83061",)},
    )
)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """A client of the face."""
    async with TestClient(TestServer(http_app(routes(lambda: WORLD)))) as opened:
        yield opened


async def test_communes_by_name_with_the_fields_asked_for(client: Client) -> None:
    answer = await client.get("/geo/communes", params={"nom": "frejus", "fields": "population,codesPostaux"})
    assert answer.status == 200
    assert await answer.json() == [
        {"nom": "Fréjus", "code": "83061", "population": 59719, "codesPostaux": ["83600"], "_score": 1.0}
    ]


async def test_a_list_of_more_than_a_thousand_communes_comes_whole() -> None:
    codes = [f"{departement}{number:03}" for departement in ("06", "83") for number in range(600)]
    many = put_in_service(atlas({commune(code): None for code in codes}))
    async with TestClient(TestServer(http_app(routes(lambda: many)))) as client:
        answer = await client.get("/geo/communes", params={"fields": "code"})
        assert [one["code"] for one in await answer.json()] == codes


async def test_an_unchanged_answer_is_304(client: Client) -> None:
    first = await client.get("/geo/communes/83061")
    again = await client.get("/geo/communes/83061", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304


async def test_neighbours_come_with_their_border_in_metres(client: Client) -> None:
    answer = await client.get("/geo/communes/83118/adjacentes")
    assert await answer.json() == [
        {"code": "83050", "nom": "Ville", "longueur": 1000.0},
        {"code": "83061", "nom": "Fréjus", "longueur": 1000.0},
    ]


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/geo/communes?limit=-1", 400, "limit"),
        ("/geo/communes?fields=nom,altitude", 400, "fields"),
        ("/geo/communes?lat=43.4", 400, "lat"),
        ("/geo/communes/99999", 404, "99999"),
        ("/geo/communes/83900", 404, "code actuel"),
        ("/geo/communes/83900/adjacentes", 404, "83061"),
    ],
)
async def test_what_is_wrong_is_named(client: Client, path: str, status: int, said: str) -> None:
    answer = await client.get(path)
    assert answer.status == status
    assert answer.content_type == "application/problem+json"
    assert said in (await answer.json())["detail"]


async def test_without_reference_the_face_says_so() -> None:
    def nothing() -> InService:
        raise NoReference("Rien n’est chargé.")

    async with TestServer(http_app(routes(nothing))) as server, ClientSession() as session:
        answer = await session.get(server.make_url("/geo/communes"))
        assert answer.status == 503
