"""Manners of geo's read face over real HTTP: pages, streams, validators, other origins, questions by POST."""

import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

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
        successors={"83900": ("83061",), "83901": ("83061", "83118")},
    )
)
CODES = [f"{departement}{number:03}" for departement in ("06", "83") for number in range(600)]
MANY = put_in_service(
    atlas({commune(code): square(at % 40, at // 40) for at, code in enumerate(CODES)}),
)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """A client of the face."""
    async with TestClient(TestServer(http_app(routes(lambda: WORLD)))) as opened:
        yield opened


@pytest.fixture
async def crowd() -> AsyncIterator[Client]:
    """A client of a country of 1,200 communes."""
    async with TestClient(TestServer(http_app(routes(lambda: MANY)))) as opened:
        yield opened


async def test_communes_by_name_with_the_fields_asked_for(client: Client) -> None:
    answer = await client.get("/geo/communes", params={"nom": "frejus", "fields": "population,codesPostaux"})
    assert answer.status == 200
    assert await answer.json() == [
        {"nom": "Fréjus", "code": "83061", "population": 59719, "codesPostaux": ["83600"], "_score": 1.0}
    ]


@pytest.mark.parametrize("shape", [{}, {"format": "geojson", "geometry": "contour"}])
async def test_a_long_list_comes_whole_in_pieces(crowd: Client, shape: dict[str, str]) -> None:
    answer = await crowd.get("/geo/communes", params={"fields": "code", **shape})
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    body = await answer.json()
    units = [one["properties"] for one in body["features"]] if shape else body
    assert [one["code"] for one in units] == CODES


async def test_the_head_of_a_long_list_leaves_the_connection_usable(crowd: Client) -> None:
    head = await crowd.head("/geo/communes")
    assert (head.status, await head.read()) == (200, b"")
    assert (await crowd.get("/geo/communes/83061")).status == 200


@pytest.mark.parametrize("asked", ["/geo/communes/83061", "/geo/communes", "/geo/communes?nom=commune"])
async def test_an_unchanged_answer_is_304(crowd: Client, asked: str) -> None:
    first = await crowd.get(asked)
    again = await crowd.get(asked, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304


async def test_pages_are_linked_both_ways(crowd: Client) -> None:
    seen: list[str] = []
    asked = "/geo/communes?codeDepartement=83&limit=250"
    while asked:
        page = await crowd.get(asked)
        assert page.headers["X-Total-Count"] == "600"
        seen += [one["code"] for one in await page.json()]
        asked = str(URL(page.links["next"]["url"]).relative()) if "next" in page.links else ""
    assert seen == CODES[600:]
    assert URL(page.links["prev"]["url"]).query["offset"] == "250"


async def test_neighbours_come_with_their_border_in_metres(client: Client) -> None:
    answer = await client.get("/geo/communes/83118/adjacentes")
    assert await answer.json() == [
        {"code": "83050", "nom": "Ville", "longueur": 1000.0},
        {"code": "83061", "nom": "Fréjus", "longueur": 1000.0},
    ]


async def test_pages_of_any_origin_may_read_answers_and_problems(client: Client) -> None:
    for asked in ("/geo/communes/83061", "/geo/communes", "/geo/communes/99999", "/geo/communes?limit=-1"):
        answer = await client.get(asked, headers={"Origin": "https://portail.example"})
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    allowed = await client.options("/geo/communes/polygone")
    assert "POST" in allowed.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in allowed.headers["Access-Control-Allow-Headers"]


async def test_many_codes_keep_their_order_and_none_is_lost(client: Client) -> None:
    codes = ["83118", "99999", "83900", "83901", "83051"]
    answer = await client.post("/geo/communes?fields=nom", json={"codes": codes})
    assert await answer.json() == {
        "communes": [
            {"nom": "Saint-Raphaël", "code": "83118"},
            {"nom": "Fréjus", "code": "83061"},
            {"nom": "Ville 1er", "code": "83051"},
        ],
        "remplaces": {"83900": "83061"},
        "ambigus": {"83901": ["83061", "83118"]},
        "inconnus": ["99999"],
    }
    drawn = await client.post("/geo/communes?format=geojson&geometry=contour", json={"codes": codes})
    collection = await drawn.json()
    assert drawn.content_type == "application/geo+json"
    assert [one["properties"]["code"] for one in collection["features"]] == ["83118", "83061", "83051"]
    assert collection["inconnus"] == ["99999"]


async def test_a_polygon_gives_the_communes_it_covers_and_their_share(client: Client) -> None:
    frejus = await (await client.get("/geo/communes/83061?fields=contour")).json()
    west, south, east, north = WORLD.atlas.shapes.bounds[WORLD.atlas.index["83061"]].tolist()
    area = {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }
    high = {**area, "coordinates": [[[*position, 12.5] for position in area["coordinates"][0]]]}
    feature = {"type": "Feature", "properties": {}, "bbox": [west, south, east, north], "geometry": high}
    for given in (area, feature, frejus["contour"]):
        answer = await client.post("/geo/communes/polygone?fields=nom", json=given)
        first = (await answer.json())[0]
        assert (first["nom"], answer.status) == ("Fréjus", 200)
        assert first["part"] == pytest.approx(1.0, abs=0.01)
        assert first["partDuPolygone"] == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/geo/communes", {"codes": []}, 422, "codes"),
        ("/geo/communes", {"code": ["83061"]}, 422, "code"),
        ("/geo/communes?fields=altitude", {"codes": ["83061"]}, 400, "fields"),
        ("/geo/communes/polygone", {"type": "Point", "coordinates": [6, 43]}, 422, "Polygon"),
        (
            "/geo/communes/polygone",
            {"type": "Polygon", "coordinates": [[[6, 43], [7, 43]]]},
            422,
            "au moins 4",
        ),
        ("/geo/communes/polygone", {"type": "Feature", "geometry": None}, 422, "geometry"),
        (
            "/geo/communes/polygone",
            {
                "type": "Polygon",
                "coordinates": [[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]],
            },
            422,
            "au plus 20 degrés",
        ),
        (
            "/geo/communes/polygone",
            {"type": "Polygon", "coordinates": [[[9e5, 6e6], [9e5, 7e6], [8e5, 7e6], [9e5, 6e6]]]},
            422,
            "longitude d’abord",
        ),
        (
            "/geo/communes/polygone",
            {"type": "Polygon", "coordinates": [[[6, 43], [7, 44], [7, 43], [6, 44], [6, 43]]]},
            422,
            "se croise",
        ),
    ],
)
async def test_a_body_that_is_wrong_is_refused_with_the_reason(
    client: Client, path: str, body: dict[str, object], status: int, said: str
) -> None:
    answer = await client.post(path, data=json.dumps(body))
    assert answer.status == status
    assert said in (await answer.json())["detail"]


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/geo/communes/99999", 404, "99999"),
        ("/geo/communes/83900", 404, "code actuel"),
        ("/geo/communes/83900/adjacentes", 404, "83061"),
        ("/geo/epcis/1", 404, "EPCI"),
        ("/geo/regions/999/departements", 404, "région"),
    ],
)
async def test_an_unknown_code_is_named(client: Client, path: str, status: int, said: str) -> None:
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
