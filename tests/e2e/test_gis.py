"""Official files imported by the command while the suite serves, and GIS clients at its gateway."""

import csv
import time
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pyogrio
import pytest

from tests.e2e.processes import Client
from tests.e2e.territory import rezone

# The tile of Fréjus (6.74 E, 43.43 N) at zoom 9.
TILE = "/ogc/collections/communes/tiles/WebMercatorQuad/9/187/265"


def test_gdal_opens_the_gateway_and_reads_the_communes_of_a_box(gateway: Client) -> None:
    source = f"OAPIF:{gateway.base}/ogc"
    layers = {str(name) for name, _ in pyogrio.list_layers(source)}
    assert {"communes", "departements", "regions", "epcis"} <= layers
    _, _, geometries, columns = pyogrio.raw.read(
        source, layer="communes", columns=["code", "nom"], bbox=(6.6, 43.35, 6.8, 43.5)
    )
    assert "83061" in columns[0]
    assert all(geometries)


def test_a_tile_at_the_gateway_holds_the_communes_under_it(gateway: Client) -> None:
    answer = gateway.get(TILE)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/vnd.mapbox-vector-tile")
    tile = mapbox_vector_tile.decode(answer.body)
    assert "83061" in {feature["properties"]["code"] for feature in tile["communes"]["features"]}
    assert gateway.get(TILE, If_None_Match=answer.headers["etag"]).status == 304


def test_links_of_the_ogc_face_bring_back_to_the_gateway(gateway: Client) -> None:
    landing = gateway.get("/ogc?f=json").json()
    assert all(link["href"].startswith(gateway.base) for link in landing["links"])


def test_an_import_is_seen_by_the_running_suite_in_one_move(
    gateway: Client, environment: dict[str, str], tmp_path: Path
) -> None:
    asked = {"communes": ["83061", "83118"], "professions": ["medecin"]}
    before: dict[str, Any] = gateway.post("/v1/territories", {"communes": ["83061"]}).json()
    level = "ZIP" if before["communes"][0]["zonage"] != "ZIP" else "ZAC"
    file = tmp_path / "zonage.csv"
    with file.open("w", encoding="utf-8", newline="") as text:
        rows = csv.writer(text, delimiter=";")
        rows.writerow(["code_insee", "zonage"])
        rows.writerows((code, level) for code in ("83061", "83118", "83001"))
    imported = rezone(environment, "import", "zonage", str(file), "--millesime", "2031")
    assert imported.returncode == 0, imported.stderr
    try:
        assert _seen(gateway, asked, level)["dataset"]["id"] != before["dataset"]["id"]
    finally:
        listed = rezone(environment, "import", "list").stdout.split()
        version = next(word for word in listed if word.startswith("zonage-medecin-2031"))
        retired = rezone(environment, "import", "remove", "--active", version)
    assert retired.returncode == 0, retired.stderr
    assert _seen(gateway, asked, before["communes"][0]["zonage"])["dataset"]["id"] == before["dataset"]["id"]


def _seen(gateway: Client, asked: dict[str, Any], level: str) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        territory: dict[str, Any] = gateway.post("/v1/territories", asked).json()
        if territory["communes"][0]["zonage"] == level:
            return territory
        time.sleep(0.1)
    pytest.fail(f"the zonage {level} was never seen")
