"""The /geo face against its published table of compatibility, on real HTTP: each row is asked as it is written."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
import shapely
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from shapely.geometry import shape

from services.geo.in_service import put_in_service
from services.geo.web import routes
from shared.schemas.base import Place
from shared.schemas.geo import Departement
from shared.schemas.geo_read_queries import (
    CommuneField,
    CommuneQuery,
    DepartementField,
    EpciField,
    OldCommuneField,
    RegionField,
)
from shared.web import http_app
from tests.unit.geo.world import PACA, atlas, commune, square

Client = TestClient[web.Request, web.Application]

GUIDE = Path(__file__).parents[2] / "docs" / "geo-api.md"
ROW = re.compile(r"^\| `(?P<asked>[^`]+)` \| (?P<state>[^|]+) \| (?P<answer>[^|]*) \|", re.MULTILINE)
STATES = {"identique", "différence voulue", "en plus", "non servi"}
ROWS = [(row["asked"], row["state"], row["answer"]) for row in ROW.finditer(GUIDE.read_text("utf-8"))]
ADDRESSES = [(asked, int(answer)) for asked, _, answer in ROWS if asked.startswith("/")]
FIELDS = {
    name
    for fields in (CommuneField, OldCommuneField, EpciField, DepartementField, RegionField)
    for name in get_args(fields)
}
ESTEREL = "200035319"


def country() -> Any:
    made = atlas(
        {
            commune("83061", "Fréjus", codes_postaux=("83600", "83370"), epci=ESTEREL): square(0, 0),
            commune("83118", "Saint-Raphaël", codes_postaux=("83700",), epci=ESTEREL): square(1, 0),
            commune("13055", "Marseille"): square(9, 9),
            commune("74010", "Annecy"): square(20, 20),
            commune("55245", "Haudainville"): square(30, 30),
            commune("55386", "Moulainville"): square(31, 30),
            commune("75056", "Paris"): None,
            commune("75101", "Paris 1er", whole="75056"): square(40, 40),
            commune("97105", "Basse-Terre"): shapely.box(640_000, 1_770_000, 641_000, 1_771_000),
        },
        successors={"74011": ("74010",), "55273": ("55245", "55386")},
        old_names={"74011": "Annecy-le-Vieux"},
    )
    others = {code: Departement(code=code, nom=code, region=PACA) for code in ("13", "55", "74", "75")}
    return put_in_service(
        replace(
            made,
            departements={**made.departements, **others},
            epcis={ESTEREL: Place(code=ESTEREL, nom="CA Estérel Côte d'Azur Agglomération")},
            old_natures={"74011": "deleguee", "55273": "ancien"},
        )
    )


SERVED = country()


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """A client of the face."""
    async with TestClient(TestServer(http_app(routes(lambda: SERVED)))) as opened:
        yield opened


@pytest.mark.parametrize(("asked", "status"), ADDRESSES)
async def test_every_address_of_the_guide_answers_as_it_says(client: Client, asked: str, status: int) -> None:
    answer = await client.get(asked)
    assert answer.status == status
    body = await answer.json()
    assert answer.headers["X-Correlation-Id"]
    if status >= 400:
        assert answer.content_type == "application/problem+json"
        assert body["detail"]


def test_the_guide_tells_every_parameter_and_every_field_in_known_states() -> None:
    asked = " ".join(address for address, _ in ADDRESSES)
    assert {name for name in CommuneQuery.model_fields if f"{name}=" not in asked} == set()
    assert {name for name, _, _ in ROWS if not name.startswith("/")} == FIELDS
    assert {state for _, state, _ in ROWS} == STATES


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("/geo/communes?codePostal=83600", ["83061"]),
        ("/geo/communes?code=83118,83061", ["83061", "83118"]),
        ("/geo/communes?siren=1", []),
        (f"/geo/communes?codeEpci={ESTEREL}", ["83061", "83118"]),
        (f"/geo/epcis/{ESTEREL}/communes", ["83061", "83118"]),
        ("/geo/communes?codeParent=75056&type=arrondissement-municipal", ["75101"]),
        ("/geo/communes?zone=drom", ["97105"]),
        ("/geo/communes?zone=com", []),
        ("/geo/communes?ancienCode=55273", ["55245", "55386"]),
        ("/geo/communes?limit=0", []),
        ("/geo/communes/?limit=2&offset=1", ["55245", "55386"]),
        ("/geo/departements?codeRegion=93&zone=metro", ["06", "13", "55", "74", "75", "83"]),
        ("/geo/departements/83/communes?nom=raph", ["83118"]),
        ("/geo/regions/93/departements?limit=2", ["06", "13"]),
        ("/geo/regions?chefLieu=13055", ["93"]),
        ("/geo/regions?nom=provence", ["93"]),
        ("/geo/epcis?nom=esterel", [ESTEREL]),
        ("/geo/epcis?codeDepartement=83", [ESTEREL]),
        ("/geo/communes_associees_deleguees?type=commune-deleguee&chefLieu=74010", ["74011"]),
        ("/geo/communes_associees_deleguees?type=commune-associee", []),
    ],
)
async def test_lists_hold_what_passes_every_filter_by_code(
    client: Client, asked: str, codes: list[str]
) -> None:
    answer = await client.get(asked)
    assert [one["code"] for one in await answer.json()] == codes


async def test_a_commune_has_the_names_and_types_that_portals_read(client: Client) -> None:
    answer = await client.get("/geo/communes?codePostal=83600&lat=42.87593&lon=5.45184")
    assert await answer.json() == [
        {
            "nom": "Fréjus",
            "code": "83061",
            "codeDepartement": "83",
            "codeEpci": ESTEREL,
            "codeRegion": "93",
            "codesPostaux": ["83370", "83600"],
            "population": 1000,
        }
    ]


async def test_a_feature_collection_can_be_drawn(client: Client) -> None:
    answer = await client.get("/geo/departements/83/communes?format=geojson&geometry=contour&fields=nom")
    assert answer.content_type == "application/geo+json"
    collection = await answer.json()
    assert collection["type"] == "FeatureCollection"
    assert [one["properties"]["nom"] for one in collection["features"]] == ["Fréjus", "Saint-Raphaël"]
    frejus, raphael = (shape(one["geometry"]) for one in collection["features"])
    assert frejus.intersection(raphael).length > 0.0089
    box = await (await client.get("/geo/communes/83061?format=geojson&geometry=bbox")).json()
    assert shape(box["geometry"]).buffer(1e-6).contains(frejus)


async def test_what_is_wrong_is_said_in_french_with_its_place(client: Client) -> None:
    for asked, said in (
        ("fields=nom,altitude", "fields[1]"),
        ("lat=43.4", "lat est donné sans lon"),
        ("lat=quatre&lon=3", "lat\u00a0: un nombre est attendu"),
        ("limit=-1", "limit\u00a0: une valeur d’au moins 0"),
        ("geometry=mairie", "mairie n’est pas connu"),
        ("format=xml", "format\u00a0: valeurs admises"),
        ("commune=83061", "commune\u00a0: ce champ n’existe pas"),
    ):
        answer = await client.get(f"/geo/communes?{asked}")
        assert said in (await answer.json())["detail"]


async def test_an_old_code_says_what_became_of_it(client: Client) -> None:
    split = await (await client.get("/geo/communes/55273")).json()
    assert (split["statut"], split["actuels"]) == ("ambigu", ["55245", "55386"])
    found = await (await client.get("/geo/communes?ancienCode=74011")).json()
    assert [(one["code"], one["_statut"]) for one in found] == [("74010", "remplace")]
