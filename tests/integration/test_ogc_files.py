"""Files of features, and a real GIS client: what GDAL opens is what the face said."""

import asyncio
import csv
import io
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from tests.integration.ogc import Client, face

ITEMS = "/ogc/collections/communes/items"


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with face() as opened:
        yield opened


async def saved(client: Client, path: Path, **parameters: str) -> Path:
    answer = await client.get(ITEMS, params=parameters)
    assert answer.status == 200
    body = await answer.read()
    await asyncio.to_thread(path.write_bytes, body)
    return path


async def test_csv_is_a_table_with_a_point_inside_each_commune(client: Client) -> None:
    answer = await client.get(ITEMS, headers={"Accept": "text/csv"})
    assert answer.content_type == "text/csv"
    text = (await answer.read()).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 14
    assert rows[0]["nom"] == "Saint-Élie 1"
    assert rows[0]["codes_postaux"] == "83600 83701"
    assert 5 < float(rows[0]["lon"]) < 7
    assert rows[-1]["lon"] == ""


async def test_a_csv_of_nothing_has_its_header(client: Client) -> None:
    answer = await client.get(ITEMS, params={"f": "csv", "code": "0"})
    assert (await answer.read()).decode("utf-8-sig").startswith('"code","nom"')


async def test_geopackage_holds_the_features_asked_for(client: Client, tmp_path: Path) -> None:
    path = await saved(
        client, tmp_path / "communes.gpkg", f="gpkg", crs="EPSG:2154", filter="population < 300"
    )
    meta, _, geometry, fields = pyogrio.raw.read(path)
    assert meta["crs"] == "EPSG:2154"
    assert fields[0].tolist() == ["83001", "83002"]
    assert shapely.area(shapely.from_wkb(geometry)).tolist() == pytest.approx([1e6, 1e6])


async def test_geoparquet_says_its_version_and_its_system(client: Client, tmp_path: Path) -> None:
    plain = pq.read_table(await saved(client, tmp_path / "a.parquet", f="parquet"))
    geo = json.loads(plain.schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert "crs" not in geo["columns"]["geometry"]
    assert plain.num_rows == 14
    assert plain.column("geometry").null_count == 1
    lambert = pq.read_table(await saved(client, tmp_path / "b.parquet", f="parquet", crs="EPSG:2154"))
    said = json.loads(lambert.schema.metadata[b"geo"])["columns"]["geometry"]["crs"]
    assert said["id"] == {"authority": "EPSG", "code": 2154}


async def test_an_empty_selection_is_an_empty_file(client: Client, tmp_path: Path) -> None:
    for form in ("gpkg", "parquet"):
        path = await saved(client, tmp_path / f"vide.{form}", f=form, code="0")
        count = pq.read_table(path).num_rows if form == "parquet" else pyogrio.read_info(path)["features"]
        assert count == 0


# GDAL keeps the interpreter to itself while it waits for an answer, so it asks from a process of its own.
GDAL = """
import json, sys
import pyogrio

service = sys.argv[1]

def codes(**asked):
    meta, _, _, fields = pyogrio.raw.read(service, layer="communes", **asked)
    return dict(zip(meta["fields"].tolist(), fields))["code"].tolist()

print(json.dumps({
    "layers": [name for name, _ in pyogrio.list_layers(service)],
    "features": pyogrio.read_info(service, layer="communes")["features"],
    "type": str(pyogrio.read_info(service, layer="communes")["geometry_type"]),
    "paged": codes(PAGE_SIZE=5),
    "filtered": codes(where="population < 300"),
    "inside": len(codes(bbox=(5.0, 42.0, 7.0, 44.0))),
}))
"""


async def test_gdal_opens_lists_filters_and_pages(client: Client) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", GDAL, f"OAPIF:{client.make_url('/ogc')}", stdout=asyncio.subprocess.PIPE
    )
    said, _ = await asyncio.wait_for(child.communicate(), 60)
    seen = json.loads(said)
    assert seen["layers"][:3] == ["communes", "arrondissements", "departements"]
    assert seen["features"] == len(set(seen["paged"])) == 14
    assert seen["type"] == "MultiPolygon"
    assert seen["filtered"] == ["83001", "83002"]
    assert seen["inside"] == 13
