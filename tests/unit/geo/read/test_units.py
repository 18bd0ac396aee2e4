"""Units of every kind as geo.api.gouv.fr writes them: names, types, units, what is left out."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
import shapely
from shapely.geometry import shape

from services.geo.read.answers import form_of, listed, one, rows
from services.geo.read.asked import search_communes, sort_codes
from services.geo.read.directory import Directory
from services.geo.read.gazetteer import build_gazetteer
from shared.errors import InvalidQuery
from shared.schemas.geo_read_queries import (
    CommuneQuery,
    DepartementQuery,
    EpciQuery,
    OldCommuneQuery,
    OneCommuneQuery,
    RegionQuery,
    Shape,
)
from tests.unit.geo.world import atlas, commune, square

ISLANDS = shapely.MultiPolygon([square(0, 0), square(0, 4)])
WORLD = replace(
    atlas(
        {
            commune(
                "83061", "Fréjus", population=59_719, codes_postaux=("83600", "83370"), epci="200"
            ): ISLANDS,
            commune("83118", "Saint-Raphaël", population=36_000, epci="200"): square(1, 0),
            commune("06088", "Nice", population=350_000): None,
            commune("06201", "Nice 1er", whole="06088"): square(5, 0),
            commune("06202", "Nice 2e", whole="06088"): square(6, 0),
            commune("97105", "Basse-Terre"): shapely.box(640_000, 1_770_000, 641_000, 1_771_000),
            commune("83050", "Sans Contour", population=None): None,
        },
        successors={
            "83900": ("83061",),
            "83901": ("83061",),
            "83902": ("83061", "83118"),
            "06999": ("83118",),
        },
        old_names={"83900": "Agay", "06999": "Boulouris"},
    ),
    old_natures={"83900": "deleguee", "83901": "ancien", "83902": "ancien", "06999": "associee"},
    epci_forms={"200": "CA"},
)
ALL = build_gazetteer(WORLD)


def written(directory: Directory, code: str, query: Shape) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(one(directory, form_of(directory, query), directory.index[code]))
    return body


def of_communes(**asked: str) -> CommuneQuery:
    return CommuneQuery.model_validate(asked)


def test_usual_fields_of_each_kind() -> None:
    assert set(written(ALL.communes, "83061", OneCommuneQuery())) == {
        *("nom", "code", "codeDepartement", "codeRegion", "codeEpci", "codesPostaux", "population"),
    }
    assert written(ALL.epcis, "200", EpciQuery()) == {
        "nom": "CC des Carrés",
        "code": "200",
        "codesDepartements": ["83"],
        "codesRegions": ["93"],
        "population": 95_719,
    }
    assert written(ALL.departements, "83", DepartementQuery()) == {
        "nom": "Var",
        "code": "83",
        "codeRegion": "93",
    }
    assert written(ALL.regions, "01", RegionQuery()) == {"nom": "Guadeloupe", "code": "01"}
    assert written(ALL.old_communes, "83900", OldCommuneQuery()) == {
        "nom": "Agay",
        "code": "83900",
        "type": "commune-deleguee",
        "chefLieu": "83061",
        "codeDepartement": "83",
        "codeEpci": "200",
        "codeRegion": "93",
    }


def test_every_field_of_a_commune() -> None:
    fields = "type,zone,epci,departement,region,surface,centre,bbox,associees,deleguees,anciensCodes,mairie"
    body = written(ALL.communes, "83118", of_communes(fields=fields))
    box = body.pop("bbox")
    assert body == {
        "type": "commune-actuelle",
        "zone": "metro",
        "epci": {"code": "200", "nom": "CC des Carrés"},
        "departement": {"code": "83", "nom": "Var"},
        "region": {"code": "93", "nom": "Provence-Alpes-Côte d'Azur"},
        "surface": 100.0,
        "centre": {"type": "Point", "coordinates": [5.4641, 42.8756]},
        "associees": [{"code": "06999", "nom": "Boulouris"}],
        "deleguees": None,
        "anciensCodes": ["06999", "83902"],
        "nom": "Saint-Raphaël",
        "code": "83118",
    }
    assert shape(box).exterior.is_ccw
    assert shape(box).contains(shape(body["centre"]))


def test_what_is_unknown_is_left_out() -> None:
    query = of_communes(fields="population,surface,centre,bbox,contour,epci,siren")
    assert written(ALL.communes, "83050", query) == {"nom": "Sans Contour", "code": "83050"}


def test_one_part_is_a_polygon_several_are_a_multipolygon() -> None:
    query = of_communes(fields="contour")
    kinds = {code: written(ALL.communes, code, query)["contour"]["type"] for code in ("83061", "83118")}
    assert kinds == {"83061": "MultiPolygon", "83118": "Polygon"}


def test_a_feature_has_the_geometry_asked_for_and_none_among_its_properties() -> None:
    query = of_communes(format="geojson", geometry="contour", fields="nom,contour,centre")
    feature = written(ALL.communes, "97105", query)
    assert feature["type"] == "Feature"
    assert feature["properties"] == {"nom": "Basse-Terre", "code": "97105"}
    assert shape(feature["geometry"]).centroid.distance(shapely.Point(-61.69, 16.0)) < 0.1


def test_unions_are_those_of_their_communes() -> None:
    fields = ("surface", "population", "chefLieu", "region", "contour")
    var = written(ALL.departements, "83", DepartementQuery(fields=fields))
    assert (var["surface"], var["population"], var["chefLieu"]) == (300.0, 95_719, "83137")
    assert var["region"] == {"code": "93", "nom": "Provence-Alpes-Côte d'Azur"}
    assert len(var["contour"]["coordinates"]) == 2
    nice = written(ALL.departements, "06", DepartementQuery(fields=fields))
    assert (nice["surface"], nice["population"]) == (200.0, 350_000)
    epci = written(ALL.epcis, "200", EpciQuery(fields=("type", "centre", "contour", "zone")))
    assert (epci["type"], epci["zone"]) == ("CA", "metro")
    assert shape(epci["contour"]).buffer(1e-4).contains(shape(epci["centre"]))
    assert written(ALL.regions, "01", RegionQuery(fields=("zone",)))["zone"] == "drom"


@pytest.mark.parametrize(
    "query",
    [CommuneQuery(), CommuneQuery(format="geojson", geometry="contour"), CommuneQuery(nom="zzzz")],
)
def test_a_list_in_pieces_is_the_whole_list(query: CommuneQuery) -> None:
    found = search_communes(WORLD, ALL.communes, query)
    form = form_of(ALL.communes, query)
    text = orjson.loads(b"".join(listed(ALL.communes, form, found)))
    units = text if query.format == "json" else text["features"]
    assert units == orjson.loads(orjson.dumps(rows(ALL.communes, form, found.positions, {})))


def test_a_point_is_in_its_commune_and_in_its_arrondissement() -> None:
    lon, lat = WORLD.communes[WORLD.index["06201"]].centre or (0.0, 0.0)
    for kind, code in (
        ("commune-actuelle", "06088"),
        ("arrondissement-municipal", "06201"),
        ("commune-actuelle,arrondissement-municipal", "06088"),
    ):
        query = of_communes(lat=str(lat), lon=str(lon), type=kind)
        found = search_communes(WORLD, ALL.communes, query)
        assert [ALL.communes.codes[one] for one in found.positions] == [code]


def test_a_point_is_in_no_unit_of_a_type_that_is_not_there() -> None:
    lon, lat = WORLD.communes[WORLD.index["83118"]].centre or (0.0, 0.0)
    beside = of_communes(lat=str(lat), lon=str(lon), type="arrondissement-municipal")
    at_sea = of_communes(lat="0", lon="0")
    assert [search_communes(WORLD, ALL.communes, query).positions for query in (beside, at_sea)] == [(), ()]


def test_half_a_point_is_refused() -> None:
    with pytest.raises(InvalidQuery, match="lat est donné sans lon"):
        search_communes(WORLD, ALL.communes, of_communes(lat="43"))


@pytest.mark.parametrize(
    ("code", "states"),
    [
        ("83900", {"83061": "remplace"}),
        ("83902", {"83061": "ambigu", "83118": "ambigu"}),
        ("83061", {"83061": "actuel"}),
        ("99999", {}),
    ],
)
def test_an_old_code_gives_the_current_communes_and_says_ambigu_where_it_was_split(
    code: str, states: dict[str, str]
) -> None:
    found = search_communes(WORLD, ALL.communes, of_communes(ancienCode=code))
    assert {ALL.communes.codes[one]: found.notes[one]["_statut"] for one in found.positions} == states


def test_codes_keep_their_order_and_each_is_accounted_for() -> None:
    chosen = sort_codes(WORLD, ["83118", "99999", "83900", "83902", "06088", "83061", "83118"])
    assert [WORLD.communes[one].code for one in chosen.positions] == ["83118", "83061", "06088"]
    assert chosen.replaced == {"83900": "83061"}
    assert chosen.split == {"83902": ("83061", "83118")}
    assert chosen.unknown == ("99999",)


def test_a_commune_associee_may_lie_in_another_departement_than_its_commune() -> None:
    body = written(ALL.old_communes, "06999", OldCommuneQuery())
    assert (body["codeDepartement"], body["chefLieu"]) == ("06", "83118")
