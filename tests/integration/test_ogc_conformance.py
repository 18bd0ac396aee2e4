"""Each requirement of OGC API Features part 1 (core, geojson, oas30) and part 2 (crs), by its own name."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
import shapely

from tests.integration.ogc import Client, codes, face, links, read

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"
ITEMS = "/ogc/collections/communes/items"
COLLECTIONS = ("communes", "arrondissements", "departements", "regions", "epcis", "qpv", "cpts", "structures")


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with face() as opened:
        yield opened


async def test_root_op_and_success_link_to_the_api_its_conformance_and_its_data(client: Client) -> None:
    landing = await read(client, "/ogc")
    for rel in ("self", "service-desc", "conformance", "data"):
        assert links(landing, rel), rel
    assert await read(client, "/ogc/") == landing


async def test_every_link_of_the_landing_page_answers(client: Client) -> None:
    for link in (await read(client, "/ogc"))["links"]:
        answer = await client.get(link["href"].split(str(client.port))[1])
        assert answer.status == 200, link
        assert answer.headers["Content-Type"].startswith(link["type"].split(";")[0]), link


async def test_api_definition_op_and_success_describe_every_operation_in_openapi_3_0(client: Client) -> None:
    answer = await client.get("/ogc/api")
    assert answer.headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    api = await answer.json(content_type=None)
    assert api["openapi"].startswith("3.0")
    base = api["servers"][0]["url"]
    assert base.endswith("/ogc")
    for path in ("/", "/conformance", "/api", "/collections", "/collections/qpv", "/collections/qpv/items"):
        assert path in api["paths"]
        assert (await client.get(f"/ogc{path}")).status == 200
    assert "/collections/qpv/items/{featureId}" in api["paths"]
    named = [operation["operationId"] for methods in api["paths"].values() for operation in methods.values()]
    assert len(named) == len(set(named))


async def test_the_api_definition_names_each_parameter_once_and_resolves_each_reference(
    client: Client,
) -> None:
    api = await read(client, "/ogc/api")
    for methods in api["paths"].values():
        given = [
            api["components"]["parameters"][one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one
            for one in methods["get"]["parameters"]
        ]
        assert len({(one["name"], one["in"]) for one in given}) == len(given)


async def test_fc_limit_bbox_and_time_definitions_are_those_of_the_standard(client: Client) -> None:
    given = (await read(client, "/ogc/api"))["components"]["parameters"]
    assert given["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 10000, "default": 10}
    assert given["bbox"]["schema"]["oneOf"] == [
        {"minItems": 4, "maxItems": 4},
        {"minItems": 6, "maxItems": 6},
    ]
    assert given["bbox"]["schema"]["items"] == {"type": "number"}
    assert given["datetime"]["schema"] == {"type": "string"}
    for name in ("limit", "bbox", "datetime"):
        assert (given[name]["in"], given[name]["required"], given[name]["style"]) == ("query", False, "form")
        assert given[name]["explode"] is False


async def test_conformance_op_and_success_list_the_classes(client: Client) -> None:
    classes = (await read(client, "/ogc/conformance"))["conformsTo"]
    for name in ("core", "oas30", "geojson"):
        assert f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" in classes
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in classes
    assert "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core" in classes
    assert len(classes) == len(set(classes))


async def test_fc_md_op_success_items_and_links_list_each_collection_with_its_items(client: Client) -> None:
    listed = await read(client, "/ogc/collections")
    assert links(listed, "self")
    assert tuple(one["id"] for one in listed["collections"]) == COLLECTIONS
    for one in listed["collections"]:
        assert {link["type"] for link in links(one, "items")} >= {"application/geo+json", "text/csv"}
        assert all("type" in link and link["rel"] for link in one["links"])


async def test_fc_md_extent_holds_every_feature(client: Client) -> None:
    for one in (await read(client, "/ogc/collections"))["collections"]:
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        items = await read(client, f"/ogc/collections/{one['id']}/items", limit="100")
        shapes = [
            shapely.from_geojson(str(feature["geometry"]).replace("'", '"'))
            for feature in items["features"]
            if feature["geometry"]
        ]
        left, bottom, right, top = shapely.total_bounds(shapes).tolist()
        assert left >= west - 1e-6
        assert bottom >= south - 1e-6
        assert right <= east + 1e-6
        assert top <= north + 1e-6


async def test_sfc_md_op_and_success_say_the_same_as_the_list(client: Client) -> None:
    listed = (await read(client, "/ogc/collections"))["collections"]
    for one in listed:
        alone = await read(client, f"/ogc/collections/{one['id']}")
        for name in ("id", "title", "description", "extent", "links", "itemType"):
            assert alone[name] == one[name]


@pytest.mark.parametrize("collection", COLLECTIONS)
async def test_fc_op_and_response_give_geojson_features(client: Client, collection: str) -> None:
    answer = await client.get(f"/ogc/collections/{collection}/items")
    assert answer.status == 200
    assert answer.content_type == "application/geo+json"
    body = await answer.json(content_type=None)
    assert body["type"] == "FeatureCollection"
    assert body["features"]
    for feature in body["features"]:
        assert feature["type"] == "Feature"
        assert set(feature) >= {"id", "properties", "geometry"}


async def test_fc_limit_response_gives_no_more_than_the_limit_and_ten_by_default(client: Client) -> None:
    assert len((await read(client, ITEMS))["features"]) == 10
    assert len((await read(client, ITEMS, limit="3"))["features"]) == 3
    assert len((await read(client, ITEMS, limit="99999999"))["features"]) == 14


async def test_fc_bbox_response_gives_what_the_box_touches_and_nothing_without_geometry(
    client: Client,
) -> None:
    ((box,),) = (await read(client, f"{ITEMS}/83003"))["geometry"]["coordinates"]
    lon = sum(point[0] for point in box[:4]) / 4
    lat = sum(point[1] for point in box[:4]) / 4
    around = f"{lon - 0.001},{lat - 0.001},{lon + 0.001},{lat + 0.001}"
    assert codes(await read(client, ITEMS, bbox=around)) == ["83003"]
    high = f"{lon - 0.001},{lat - 0.001},-10,{lon + 0.001},{lat + 0.001},9000"
    assert codes(await read(client, ITEMS, bbox=high)) == ["83003"]
    everywhere = await read(client, ITEMS, bbox="-180,-90,180,90")
    assert everywhere["numberMatched"] == 13


async def test_fc_bbox_response_tests_the_geometry_and_not_its_box(client: Client) -> None:
    shape = shapely.from_geojson(
        str((await read(client, "/ogc/collections/cpts/items/C1"))["geometry"]).replace("'", '"')
    )
    west, _, _, north = shape.bounds
    corner = shapely.box(west, north - 1e-5, west + 1e-5, north)
    assert not shapely.intersects(corner, shape)
    found = await read(client, "/ogc/collections/cpts/items", bbox=",".join(map(str, corner.bounds)))
    assert codes(found) == []


async def test_fc_bbox_response_spans_the_antimeridian_where_west_exceeds_east(client: Client) -> None:
    assert (await read(client, ITEMS, bbox="170,-90,-170,90"))["numberMatched"] == 0
    assert (await read(client, ITEMS, bbox="5,-90,-170,90"))["numberMatched"] == 13


@pytest.mark.parametrize(
    "moment",
    [
        "2025-01-31",
        "2025-01-31T12:00:00Z",
        "../2025-01-31",
        "2024-01-01/..",
        "2024-01-01/2025-01-01",
        "2024-01-01T12:00:00Z/2024-01-01",
    ],
)
async def test_fc_time_response_keeps_features_without_time(client: Client, moment: str) -> None:
    assert (await read(client, ITEMS, datetime=moment))["numberMatched"] == 14


async def test_fc_links_and_rel_type_lead_to_itself_and_to_other_forms(client: Client) -> None:
    body = await read(client, ITEMS, limit="2", departement="83")
    assert links(body, "self")
    assert {link["type"] for link in links(body, "alternate")} >= {
        "text/csv",
        "application/vnd.apache.parquet",
    }
    assert all(link["type"] and link["rel"] for link in body["links"])


async def test_next_and_prev_links_walk_every_feature_once_and_keep_the_question(client: Client) -> None:
    seen: list[str] = []
    path = f"{ITEMS}?limit=3&departement=83&filter=population%20%3E%20200"
    while path:
        body = await read(client, path)
        seen += codes(body)
        following = links(body, "next")
        path = following[0]["href"].split(str(client.port))[1] if following else ""
    assert seen == [f"830{number:02}" for number in range(3, 13)] + ["83050"]
    assert links(body, "prev")


async def test_the_page_before_the_first_ones_is_shorter_and_repeats_nothing(client: Client) -> None:
    body = await read(client, ITEMS, limit="10", offset="3")
    (before,) = links(body, "prev")
    first = await read(client, before["href"].split(str(client.port))[1])
    assert codes(first) + codes(body) == [f"830{number:02}" for number in range(1, 13)] + ["83050"]


async def test_the_weightiest_media_type_is_the_one_given(client: Client) -> None:
    for accept, given in (
        ("text/csv;q=0.5, application/geo+json", "application/geo+json"),
        ("application/json;q=0.1, text/csv;q=0.9", "text/csv"),
        ("text/csv;q=0, */*;q=0.1", "application/geo+json"),
    ):
        answer = await client.get(ITEMS, headers={"Accept": accept})
        assert answer.content_type == given


async def test_fc_timestamp_number_matched_and_returned_are_true(client: Client) -> None:
    body = await read(client, ITEMS, limit="4")
    assert datetime.fromisoformat(body["timeStamp"]).tzinfo is not None
    assert body["numberMatched"] == 14
    assert body["numberReturned"] == len(body["features"]) == 4


async def test_f_op_success_and_links_give_one_feature(client: Client) -> None:
    answer = await client.get(f"{ITEMS}/83001")
    assert answer.content_type == "application/geo+json"
    body = await answer.json(content_type=None)
    assert body["type"] == "Feature"
    assert body["properties"]["nom"] == "Saint-Élie 1"
    assert body["properties"]["codes_postaux"] == ["83600", "83701"]
    for rel in ("self", "collection"):
        assert links(body, rel)


@pytest.mark.parametrize("path", ["/ogc", "/ogc/collections", "/ogc/conformance", ITEMS, f"{ITEMS}/83001"])
async def test_query_param_unknown_is_400(client: Client, path: str) -> None:
    answer = await client.get(path, params={"inconnu": "1"})
    assert answer.status == 400
    assert "inconnu" in (await answer.json(content_type=None))["detail"]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "dix"),
        ("offset", "-1"),
        ("bbox", "1,2,3"),
        ("bbox", "1,2,3,x"),
        ("bbox", "1,2,3,nan"),
        ("bbox", "6,44,7,43"),
        ("bbox", "0,-95,1,95"),
        ("bbox-crs", "EPSG:9999"),
        ("crs", "http://www.opengis.net/def/crs/EPSG/0/27572"),
        ("datetime", "hier"),
        ("datetime", "2025-13-01"),
        ("datetime", "2025-01-01/2024-01-01"),
        ("datetime", "../.."),
        ("datetime", "2024-01-01T12:00:00Z/2024-01-01T11:00:00Z"),
        ("datetime", "2024-01-01T00:30:00+02:00/2023-12-31T22:00:00Z"),
        ("f", "shp"),
        ("population", "beaucoup"),
        ("sortby", "altitude"),
        ("properties", "altitude"),
        ("filter-lang", "ecql"),
    ],
)
async def test_query_param_invalid_is_400_and_names_the_parameter(
    client: Client, parameter: str, value: str
) -> None:
    answer = await client.get(ITEMS, params={parameter: value})
    assert answer.status == 400
    problem = await answer.json(content_type=None)
    assert problem["parameter"] == parameter
    assert parameter in problem["detail"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/ogc/collections/routes", "communes"),
        ("/ogc/collections/routes/items", "communes"),
        (f"{ITEMS}/99999", "99999"),
        (f"{ITEMS}/83051", "arrondissements"),
        (f"{ITEMS}/83900", "83001"),
    ],
)
async def test_what_does_not_exist_is_404_and_says_where_to_look(
    client: Client, path: str, said: str
) -> None:
    answer = await client.get(path)
    assert answer.status == 404
    assert said in (await answer.json(content_type=None))["detail"]


async def test_an_unchanged_page_is_304(client: Client) -> None:
    first = await client.get(ITEMS)
    again = await client.get(ITEMS, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    other = await client.get(ITEMS, params={"limit": "3"}, headers={"If-None-Match": first.headers["ETag"]})
    assert other.status == 200


async def test_a_compressed_page_says_the_same_as_a_plain_one(client: Client) -> None:
    plain = await client.get(ITEMS, headers={"Accept-Encoding": "identity"})
    packed = await client.get(ITEMS, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    one, two = await plain.json(content_type=None), await packed.json(content_type=None)
    assert {**one, "timeStamp": ""} == {**two, "timeStamp": ""}


async def test_crs_part_2_collections_list_the_systems_and_where_they_are_stored(client: Client) -> None:
    listed = await read(client, "/ogc/collections")
    assert listed["crs"][0] == CRS84
    assert {EPSG.format(code) for code in (4326, 3857, 2154, 5490, 2972, 2975, 4471)} < set(listed["crs"])
    assert all(one["crs"] == ["#/crs"] for one in listed["collections"])
    alone = await read(client, "/ogc/collections/communes")
    assert alone["crs"] == listed["crs"]
    assert alone["storageCrs"] in alone["crs"]


async def test_crs_part_2_content_crs_says_the_system_of_the_answer(client: Client) -> None:
    for path in (ITEMS, f"{ITEMS}/83001"):
        assert (await client.get(path)).headers["Content-Crs"] == f"<{CRS84}>"
        lambert = await client.get(path, params={"crs": EPSG.format(2154)})
        assert lambert.headers["Content-Crs"] == f"<{EPSG.format(2154)}>"


async def test_crs_part_2_coordinates_follow_the_system_and_its_axes(client: Client) -> None:
    async def corner(crs: str) -> list[float]:
        body = await read(client, f"{ITEMS}/83001", crs=crs)
        shape = shapely.from_geojson(str(body["geometry"]).replace("'", '"'))
        return list(shape.bounds[:2])

    lon, lat = await corner(CRS84)
    assert await corner(EPSG.format(4326)) == pytest.approx([lat, lon], abs=2e-6)
    assert await corner(EPSG.format(2154)) == [901_000.0, 6_200_000.0]
    east, north = await corner(EPSG.format(3857))
    assert east == pytest.approx(lon * 111_319.49, rel=1e-5)
    assert north > 5_000_000


async def test_crs_part_2_a_box_may_be_given_in_any_system(client: Client) -> None:
    inside = "903200,6200200,903800,6200800"
    assert codes(await read(client, ITEMS, bbox=inside, **{"bbox-crs": EPSG.format(2154)})) == ["83003"]
    ((shape,),) = (await read(client, f"{ITEMS}/83003"))["geometry"]["coordinates"]
    lon, lat = sum(point[0] for point in shape[:4]) / 4, sum(point[1] for point in shape[:4]) / 4
    swapped = f"{lat},{lon},{lat},{lon}"
    assert codes(await read(client, ITEMS, bbox=swapped, **{"bbox-crs": "EPSG:4326"})) == ["83003"]


async def test_crs_part_2_a_box_of_another_system_is_its_own_ground_and_not_the_degrees_around_it(
    client: Client,
) -> None:
    lambert = {"bbox-crs": EPSG.format(2154)}
    # Ten metres north of the squares; turned by two degrees, the meridians and parallels around it reach into them.
    north = "903100,6201010,903900,6201500"
    assert codes(await read(client, ITEMS, bbox=north, **lambert)) == []
    around = "903010,6200500,904500,6201500"
    assert codes(await read(client, ITEMS, bbox=around, **lambert)) == ["83003", "83004"]


async def test_a_box_whose_corners_are_exchanged_is_refused_in_every_system(client: Client) -> None:
    reversed_ = {"EPSG:2154": "904000,6200000,903000,6201000", "EPSG:4326": "44,6,43,7"}
    for system, box in reversed_.items():
        answer = await client.get(ITEMS, params={"bbox": box, "bbox-crs": system})
        assert answer.status == 400
        assert (await answer.json(content_type=None))["parameter"] == "bbox"


async def test_arrondissements_lie_on_the_ground_of_their_commune(client: Client) -> None:
    parts = (await read(client, "/ogc/collections/arrondissements/items"))["features"]
    assert [part["properties"]["commune"] for part in parts] == ["83050", "83050"]
    assert (await read(client, f"{ITEMS}/83050"))["geometry"] is not None


async def test_the_description_lists_the_grids_of_tiles(client: Client) -> None:
    paths = (await read(client, "/ogc/api"))["paths"]
    for path in ("/tileMatrixSets", "/tileMatrixSets/WebMercatorQuad"):
        assert path in paths
        await read(client, f"/ogc{path}")
