"""CQL2 over HTTP (OGC API Features part 3): each operator on a country of twelve communes, faults named in French."""

import json
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.geo.ogc.parameters import read_items
from services.geo.ogc.selection import select
from shared.errors import InvalidQuery
from tests.integration.ogc import WORLD, Client, codes, face, read

ITEMS = "/ogc/collections/communes/items"


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with face() as opened:
        yield opened


async def kept(client: Client, text: str, collection: str = "communes", **more: str) -> list[str]:
    """Last two digits of the identifiers that a filter keeps."""
    path = f"/ogc/collections/{collection}/items"
    return [code[-2:] for code in codes(await read(client, path, filter=text, limit="100", **more))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("code = '83003'", ["03"]),
        ("population < 300", ["01", "02"]),
        ("300 > population", ["01", "02"]),
        ("population <= 200 OR population >= 1200", ["01", "02", "12"]),
        ("population <> 100 AND population < 400", ["02", "03"]),
        ("NOT population > 200 ", ["01", "02"]),
        ("population IS NULL", ["99"]),
        ("population IS NOT NULL AND epci IS NULL AND population < 600", ["05"]),
        ("population BETWEEN 200 AND 400", ["02", "03", "04"]),
        ("population NOT BETWEEN 200 AND 1100", ["01", "12"]),
        ("code IN ('83001', '83099')", ["01", "99"]),
        ("population IN (100, 250)", ["01"]),
        ("nom LIKE 'Bourg 1%'", ["10", "12"]),
        ("nom LIKE 'Bourg _'", ["02", "04", "06", "08"]),
        ("CASEI(nom) = CASEI('BOURG 2')", ["02"]),
        ("CASEI(nom) LIKE CASEI('saint-élie 1')", ["01"]),
        ("ACCENTI(nom) = 'Saint-Elie 1'", ["01"]),
        ("ACCENTI(CASEI(nom)) LIKE ACCENTI(CASEI('SAINT-ELIE 1%'))", ["01", "11"]),
        ("population * 2 + 100 = 500", ["02"]),
        ("population / 3 > 399", ["12"]),
        ("population % 500 = 0", ["05", "10", "50"]),
        ("population DIV 500 = 2 AND code <> '83050'", ["10", "11", "12"]),
        ("population ^ 2 = 10000", ["01"]),
        ("population / 0 > 1", []),
        ("A_CONTAINS(codes_postaux, ('83701'))", ["01"]),
        ("A_OVERLAPS(codes_postaux, ('83701', '83702'))", ["01", "02"]),
        ("A_EQUALS(codes_postaux, ('83702', '83600'))", ["02"]),
        ("A_CONTAINEDBY(codes_postaux, ('83600', '83703')) AND population = 300", ["03"]),
        ("geometry IS NULL", ["99"]),
        ("code = nom", []),
        ("population = NULL OR code = '83001'", ["01"]),
        ("population BETWEEN NULL AND 5", []),
        ("nom IN (nom) AND population < 200", ["01"]),
        ("population IN (population, 5) AND population < 200", ["01"]),
        ("population IN (100, NULL, 200)", ["01", "02"]),
        ("A_EQUALS(('a'), ('a')) AND code = '83001'", ["01"]),
    ],
)
async def test_each_operator_keeps_what_it_says(client: Client, text: str, expected: list[str]) -> None:
    assert await kept(client, text) == expected


async def test_json_says_the_same_as_text(client: Client) -> None:
    tree = (
        '{"op":"and","args":[{"op":"<","args":[{"property":"population"},300]},'
        '{"op":"like","args":[{"property":"nom"},"B%"]}]}'
    )
    assert await kept(client, tree, **{"filter-lang": "cql2-json"}) == ["02"]


async def test_unknown_stays_unknown_under_not_and_or(client: Client) -> None:
    assert "99" not in await kept(client, "NOT population = 100")
    assert "99" in await kept(client, "population = 100 OR code = '83099'")


async def test_dates_compare_by_day(client: Client) -> None:
    assert await kept(client, "signature >= DATE('2024-05-02')", "cpts") == ["C1"]
    assert await kept(client, "signature > TIMESTAMP('2024-05-02T00:00:00Z')", "cpts") == []


async def test_spatial_functions_relate_ground_to_a_geometry(client: Client) -> None:
    # In metres the squares are 1 km from 901,000: points of Lambert-93 are plainer to read.
    lambert = {"filter-crs": "EPSG:2154"}
    point = "POINT(903500 6200500)"
    assert await kept(client, f"S_INTERSECTS(geometry, {point})", **lambert) == ["03"]
    assert await kept(client, f"S_CONTAINS(geometry, {point})", **lambert) == ["03"]
    assert await kept(client, f"S_WITHIN({point}, geometry)", **lambert) == ["03"]
    wide = "POLYGON((902900 6199900, 905100 6199900, 905100 6201100, 902900 6201100, 902900 6199900))"
    assert await kept(client, f"S_WITHIN(geometry, {wide})", **lambert) == ["03", "04"]
    assert await kept(client, f"S_OVERLAPS(geometry, {wide})", **lambert) == ["02", "05"]
    assert "99" not in await kept(client, f"S_DISJOINT(geometry, {wide})", **lambert)
    assert len(await kept(client, f"S_DISJOINT(geometry, {wide})", **lambert)) == 9
    line = "LINESTRING(903500 6199000, 903500 6202000)"
    assert await kept(client, f"S_CROSSES({line}, geometry)", **lambert) == ["03"]
    box = "BBOX(903200, 6200200, 903800, 6200800)"
    assert await kept(client, f"S_INTERSECTS(geometry, {box})", **lambert) == ["03"]
    assert await kept(client, "S_INTERSECTS(geometry, POINT(6 43))", "structures") == ["01"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("population > ", "ligne 1, colonne 14"),
        ("nom = 'abc", "colonne 7"),
        ("", "colonne 1"),
        ("altitude > 3", "altitude"),
        ("S_DWITHIN(geometry, POINT(6 43), 3)", "s_dwithin"),
        ("loin(nom)", "loin"),
        ("nom > 3", "texte"),
        ("nom + 1 = 3", "nombres"),
        ("population LIKE '1%'", "LIKE"),
        ("population", "condition"),
        ("nom", "condition"),
        ("geometry = 'ici'", "géométrie"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0)))", "géométrie"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", "valide"),
        ("S_INTERSECTS(geometry, geometry)", "POINT"),
        ("A_CONTAINS(nom, ('a'))", "listes"),
        ("population = DATE('2024-99-01')", "date"),
        ("(" * 2000 + "population = 1" + ")" * 2000, "500"),
        ("=".join(["1"] * 1200), "500"),
        ("NOT " * 1200 + "population = 1", "500"),
        ("-" * 3000 + "1 = population", "500"),
        ("NOT " * 450 + "code = '83001'", "100"),
        ("population = " + "+".join("1" * 450), "100"),
        ("S_INTERSECTS(geometry, POINT EMPTY)", "vide"),
        ("codes_postaux = NULL", "liste"),
    ],
)
async def test_a_faulty_filter_is_400_and_says_where_or_what(client: Client, text: str, said: str) -> None:
    answer = await client.get(ITEMS, params={"filter": text})
    assert answer.status == 400
    problem = await answer.json(content_type=None)
    assert problem["parameter"] == "filter"
    assert said in problem["detail"]


@pytest.mark.parametrize("tree", ["{", '{"a": 1}', '{"op": "zz", "args": [1]}', "[1]", '"x"', "null", "3"])
async def test_a_faulty_json_filter_is_400(client: Client, tree: str) -> None:
    answer = await client.get(ITEMS, params={"filter": tree, "filter-lang": "cql2-json"})
    assert answer.status == 400


async def test_two_empty_lists_are_equal(client: Client) -> None:
    tree = '{"op": "a_equals", "args": [[], []]}'
    assert len(await kept(client, tree, **{"filter-lang": "cql2-json"})) == 14


async def test_what_is_served_relates_to_its_neighbours_when_it_is_sent_back(client: Client) -> None:
    served = (await read(client, f"{ITEMS}/83003"))["geometry"]

    async def related(function: str) -> list[str]:
        tree = {"op": function, "args": [{"property": "geometry"}, served]}
        return await kept(client, json.dumps(tree), **{"filter-lang": "cql2-json"})

    assert await related("s_equals") == ["03"]
    assert await related("s_touches") == ["02", "04"]
    assert await related("s_intersects") == ["02", "03", "04"]
    assert await related("s_overlaps") == []


async def test_a_property_named_again_sorts_no_further(client: Client) -> None:
    assert codes(await read(client, ITEMS, sortby="-code,code", limit="2")) == ["83099", "83050"]


async def test_queryables_are_a_json_schema_of_what_filters_may_name(client: Client) -> None:
    for name in ("queryables", "schema"):
        answer = await client.get(f"/ogc/collections/structures/{name}")
        assert answer.content_type == "application/schema+json"
        schema = await answer.json(content_type=None)
        assert schema["type"] == "object"
        assert schema["properties"]["geometry"]["format"] == "geometry-point"
    for property_ in (await read(client, "/ogc/collections/communes/queryables"))["properties"]:
        text = f"{property_} IS NULL OR {property_} IS NOT NULL"
        assert len(await kept(client, text)) == 14


async def test_a_queryable_is_also_a_parameter(client: Client) -> None:
    assert codes(await read(client, ITEMS, population="300")) == ["83003"]
    assert codes(await read(client, ITEMS, codes_postaux="83702")) == ["83002"]
    assert codes(await read(client, ITEMS, epci="200", nom="Bourg 2")) == ["83002"]


async def test_features_come_in_the_order_asked_for_with_the_properties_asked_for(client: Client) -> None:
    body = await read(client, ITEMS, sortby="-population,nom", properties="nom", limit="2")
    assert codes(body) == ["83012", "83011"]
    assert [feature["properties"] for feature in body["features"]] == [
        {"nom": "Bourg 12"},
        {"nom": "Saint-Élie 11"},
    ]


LEAVES = st.sampled_from(
    [
        *("1", "0", "-3.5", "'a'", "NULL", "TRUE", "('a')", "('a', 'b')", "(1, 2)", "DATE('2024-05-02')"),
        *("nom", "population", "codes_postaux", "geometry", "altitude"),
        *("POINT(6 43)", "POINT EMPTY", "POLYGON((5 42, 7 42, 7 44, 5 42))", "BBOX(5, 42, 7, 44)"),
    ]
)
FORMS = (
    *("{} = {}", "{} < {}", "({} + {})", "{} DIV {}", "{} IN ({}, {})", "{} BETWEEN {} AND {}", "{} LIKE {}"),
    *("{} IS NULL", "NOT {}", "({} AND {})", "CASEI({})", "A_EQUALS({}, {})", "A_CONTAINS({}, {})"),
    *("S_INTERSECTS({}, {})", "S_WITHIN({}, {})", "S_EQUALS({}, {})"),
)
FILTERS = st.recursive(
    LEAVES,
    lambda parts: st.builds(
        lambda form, one, two, three: form.format(one, two, three),
        st.sampled_from(FORMS),
        parts,
        parts,
        parts,
    ),
    max_leaves=8,
)


@given(FILTERS)
def test_every_filter_keeps_features_or_is_refused(text: str) -> None:
    collection = WORLD.features.collections["communes"]
    matched = 0
    with suppress(InvalidQuery):
        matched = select(collection, read_items(collection, {"filter": text}, "")).matched
    assert 0 <= matched <= len(collection)
