"""Vector tiles over real HTTP, on a small world: what they draw, how they are asked for, what is refused."""

from collections.abc import AsyncIterator

import mapbox_vector_tile
import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from services.geo.in_service import InService, put_in_service
from services.geo.layers.indexes import Layers, Structures
from services.geo.layers.kinds import Structure
from services.geo.tiles.cut import Address
from services.geo.tiles.served import ENTRY, Tile, Tiles
from services.geo.web import routes
from shared.web import http_app
from tests.unit.geo.world import atlas, commune, square

Client = TestClient[web.Request, web.Application]
HOSPITAL = Structure(
    "830100566", None, "Hôpital de la Côte", "355", "Centre hospitalier", "83061", None, None, 5.47, 42.85
)
WORLD = put_in_service(
    atlas(
        {
            commune("83061", "Fréjus", population=59_719, epci="200"): square(0, 0),
            commune("83118", "Saint-Raphaël", population=None): square(1, 0),
            commune("83050", "Ville"): None,
            commune("83051", "Ville 1er", whole="83050"): square(2, 0),
        },
        layers=Layers(structures=Structures((HOSPITAL,), np.array([[5.47, 42.85]]), frozenset({"83"}))),
    )
)
TILES = "/ogc/collections/communes/tiles/WebMercatorQuad"


def addressed(world: InService, zoom: int) -> str:
    """Path of the tile where the first commune lies."""
    lon, lat = world.atlas.communes[-1].centre or (0.0, 0.0)
    x, y = lon / 360 + 0.5, 0.5 - np.arctanh(np.sin(np.radians(lat))) / (2 * np.pi)
    return f"{zoom}/{int(y * 2**zoom)}/{int(x * 2**zoom)}"


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """A client of the face; what it reads is no more compressed."""
    async with TestClient(TestServer(http_app(routes(lambda: WORLD)))) as opened:
        yield opened


async def test_a_tile_draws_communes_with_what_is_known_of_them(client: Client) -> None:
    answer = await client.get(f"{TILES}/{addressed(WORLD, 10)}")
    assert answer.status == 200
    assert answer.content_type == "application/vnd.mapbox-vector-tile"
    assert answer.headers["Content-Encoding"] == "gzip"
    layer = mapbox_vector_tile.decode(await answer.read())["communes"]
    said = {feature["properties"]["nom"]: feature["properties"] for feature in layer["features"]}
    assert said["Fréjus"] == {
        "code": "83061",
        "nom": "Fréjus",
        "population": 59719,
        "departement": "83",
        "region": "93",
        "epci": "200",
        "zonage": "inconnu",
    }
    assert "population" not in said["Saint-Raphaël"]


async def test_a_city_is_drawn_once_and_not_its_arrondissements(client: Client) -> None:
    answer = await client.get(f"{TILES}/{addressed(WORLD, 10)}")
    layer = mapbox_vector_tile.decode(await answer.read())["communes"]
    assert sorted(feature["properties"]["code"] for feature in layer["features"]) == [
        "83050",
        "83061",
        "83118",
    ]


async def test_who_cannot_read_gzip_gets_the_same_tile_plain(client: Client) -> None:
    path = f"{TILES}/{addressed(WORLD, 9)}"
    packed = await client.get(path)
    plain = await client.get(path, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert await plain.read() == await packed.read()
    assert plain.headers["ETag"] == packed.headers["ETag"]


async def test_an_unchanged_tile_is_304_and_may_be_kept(client: Client) -> None:
    path = f"{TILES}/{addressed(WORLD, 9)}"
    first = await client.get(path)
    assert "max-age" in first.headers["Cache-Control"]
    again = await client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    assert await again.read() == b""


async def test_a_tile_where_nothing_falls_has_no_content(client: Client) -> None:
    answer = await client.get(f"{TILES}/9/0/0")
    assert answer.status == 204


async def test_every_layer_comes_in_one_tile(client: Client) -> None:
    answer = await client.get(f"/ogc/tiles/WebMercatorQuad/{addressed(WORLD, 6)}")
    layers = mapbox_vector_tile.decode(await answer.read())
    assert set(layers) == {"communes", "departements", "regions", "epcis", "structures"}
    (point,) = layers["structures"]["features"]
    assert point["geometry"]["type"] == "Point"
    assert point["properties"]["code"] == "830100566"


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"{TILES}/15/0/0", 404, "zoom 14"),
        (f"{TILES}/3/8/0", 404, "de 0 à 7"),
        (f"{TILES}/3/0/8", 404, "Colonne 8"),
        (f"{TILES}/trois/0/0", 400, "trois"),
        (f"{TILES}/3/-1/0", 400, "entier"),
        (f"{TILES}/3/0/0?f=png", 400, "mvt"),
        (f"{TILES}?f=xml", 400, "tilejson"),
        (f"{TILES}/3/0/0?style=gris", 400, "style"),
        (f"{TILES}?limit=3", 400, "limit"),
        ("/ogc/tiles?limit=3", 400, "limit"),
        ("/ogc/tileMatrixSets?f=xml", 400, "json"),
        ("/ogc/collections/communes/tiles/WorldCRS84Quad", 404, "WebMercatorQuad"),
        ("/ogc/collections/communes/tiles/WorldCRS84Quad/0/0/0", 404, "WebMercatorQuad"),
        ("/ogc/tileMatrixSets/WorldCRS84Quad", 404, "WebMercatorQuad"),
        ("/ogc/collections/cantons/tiles", 404, "communes"),
        ("/ogc/collections/cantons/tiles/WebMercatorQuad/0/0/0", 404, "cantons"),
        ("/ogc/collections/qpv/tiles/WebMercatorQuad", 404, "importé"),
    ],
)
async def test_what_is_wrong_is_named(client: Client, path: str, status: int, said: str) -> None:
    answer = await client.get(path)
    assert answer.status == status
    assert answer.content_type == "application/problem+json"
    assert said in (await answer.json())["detail"]


async def test_tilejson_tells_a_map_where_tiles_are(client: Client) -> None:
    described = await (await client.get(f"{TILES}/tilejson.json")).json()
    assert described["tilejson"] == "3.0.0"
    (template,) = described["tiles"]
    assert template.endswith(f"{TILES}/{{z}}/{{y}}/{{x}}")
    (layer,) = described["vector_layers"]
    assert set(layer["fields"]) == {"code", "nom", "population", "departement", "region", "epci", "zonage"}
    west, south, east, north = described["bounds"]
    lon, lat = WORLD.atlas.communes[0].centre or (0.0, 0.0)
    assert west < lon < east
    assert south < lat < north
    same = await (await client.get(TILES, params={"f": "tilejson"})).json()
    assert same == described


async def test_a_tileset_says_its_limits_and_leads_to_its_tiles(client: Client) -> None:
    described = await (await client.get(TILES)).json()
    assert described["dataType"] == "vector"
    assert [layer["id"] for layer in described["layers"]] == ["communes"]
    (limits,) = [one for one in described["tileMatrixSetLimits"] if one["tileMatrix"] == "9"]
    _, row, column = map(int, addressed(WORLD, 9).split("/"))
    assert limits["minTileRow"] <= row <= limits["maxTileRow"]
    assert limits["minTileCol"] <= column <= limits["maxTileCol"]
    (item,) = [one for one in described["links"] if one["rel"] == "item"]
    assert item["templated"]
    zoom, row_text, column_text = addressed(WORLD, 9).split("/")
    href = item["href"].format(tileMatrix=zoom, tileRow=row_text, tileCol=column_text)
    assert (await client.get(href.removeprefix(str(client.make_url("/")).rstrip("/")))).status == 200


async def test_a_list_of_tilesets_leads_to_the_tileset(client: Client) -> None:
    for path in ("/ogc/tiles", "/ogc/collections/communes/tiles"):
        listed = await (await client.get(path)).json()
        (one,) = listed["tilesets"]
        href = one["links"][0]["href"]
        assert href.endswith(f"{path}/WebMercatorQuad")


async def test_the_scheme_halves_its_cells_at_each_zoom(client: Client) -> None:
    listed = await (await client.get("/ogc/tileMatrixSets")).json()
    assert [one["id"] for one in listed["tileMatrixSets"]] == ["WebMercatorQuad"]
    scheme = await (await client.get("/ogc/tileMatrixSets/WebMercatorQuad")).json()
    first, second = scheme["tileMatrices"][:2]
    assert first["cellSize"] == pytest.approx(156543.0339280410)
    assert first["scaleDenominator"] == pytest.approx(559082264.028717)
    assert second["cellSize"] == pytest.approx(first["cellSize"] / 2)
    assert second["matrixWidth"] == 2


def test_low_zooms_are_prepared_for_the_first_who_asks() -> None:
    tiles = Tiles(WORLD.atlas)
    assert tiles.begin()
    assert tiles.prepared
    assert not tiles.begin()


def test_low_zooms_are_at_hand_once_prepared() -> None:
    tiles = put_in_service(WORLD.atlas).tiles
    address = Address(*map(int, addressed(WORLD, 6).split("/")))
    assert tiles.ready(("communes",), address) is None
    tiles.prepare()
    for name in tiles.offered:
        ready = tiles.ready((name,), address)
        assert ready is not None
        assert ready == tiles.make((name,), address)


def test_the_tiles_asked_for_least_recently_are_forgotten_first() -> None:
    one, two, three = (Address(9, 0, column) for column in range(3))
    tile = Tile(bytes(1000), "")
    tiles = Tiles(WORLD.atlas, room=2 * (1000 + ENTRY))
    for address in (one, two):
        tiles.keep(("communes",), address, tile)
    assert tiles.ready(("communes",), one) is tile
    tiles.keep(("communes",), three, tile)
    assert tiles.ready(("communes",), two) is None
    assert tiles.ready(("communes",), one) is tile
    assert tiles.ready(("communes",), three) is tile
