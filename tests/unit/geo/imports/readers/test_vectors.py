"""Files of shapes: each format read by its content and placed by its declared system; bad ones refused in words."""

import gzip
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from services.geo.imports.readers.vector_files import vector_files
from services.geo.imports.readers.vectors import Batch, VectorLayer, read_batches, vector_layers
from shared.errors import BadReference
from tests.unit.geo.imports.readers.shapes import box, geojson, geoparquet, metres, projjson, shape_file
from tests.unit.geo.imports.readers.tabular import silent, zipped

CODES = ["83001", "83002"]
BOXES = [box(1), box(2)]
NAMES = {"code_insee": CODES, "nom": ["Évêque", "Œuvre"]}


def read(path: Path, crs: str | None = None) -> tuple[VectorLayer, list[Batch]]:
    with vector_layers(path) as (layer,):
        return layer, list(read_batches(layer, layer.columns, crs, silent))


def drained(path: Path, crs: str | None) -> None:
    with vector_layers(path) as layers:
        for layer in layers:
            list(read_batches(layer, layer.columns[:1], crs, silent))


def refusal(path: Path, crs: str | None = None) -> str:
    with pytest.raises(BadReference) as refused:
        drained(path, crs)
    assert refused.value.detail.endswith("Rien n’a été chargé.")
    assert "recognized" not in refused.value.detail
    return refused.value.detail


def assert_the_boxes(batches: list[Batch]) -> None:
    (batch,) = batches
    assert batch.first == 1
    bounds = shapely.bounds(batch.geometries)
    assert np.allclose(bounds, shapely.bounds(np.array(BOXES, dtype=object)), atol=1e-4)


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".geojson", ".fgb", ".jsonl"])
def test_a_format_is_known_by_its_content_and_not_by_its_name(tmp_path: Path, suffix: str) -> None:
    path = shape_file(tmp_path / f"communes{suffix}", BOXES, NAMES)
    if suffix != ".shp":
        path = path.rename(tmp_path / "communes.dat")
    layer, batches = read(path)
    assert batches[0].columns["code_insee"] == CODES or sorted(batches[0].columns["code_insee"]) == CODES
    assert layer.count == 2
    assert layer.column("codgeo", "code_insee") == "code_insee"


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".geojson"])
def test_lambert_93_is_placed_by_its_declaration(tmp_path: Path, suffix: str) -> None:
    _, batches = read(
        shape_file(tmp_path / f"c{suffix}", [metres(shape) for shape in BOXES], NAMES, "EPSG:2154")
    )
    assert_the_boxes(batches)


@pytest.mark.parametrize(
    ("epsg", "lon", "lat"),
    [(2975, 55.5, -21.1), (2972, -52.6, 4.2), (4471, 45.15, -12.8), (5490, -61.5, 16.2)],
)
def test_overseas_projections_are_placed_where_they_belong(
    tmp_path: Path, epsg: int, lon: float, lat: float
) -> None:
    square = shapely.box(lon, lat, lon + 0.1, lat + 0.1)
    path = shape_file(tmp_path / "c.gpkg", [metres(square, epsg)], {"code": ["97411"]}, f"EPSG:{epsg}")
    _, (batch,) = read(path)
    assert np.allclose(shapely.bounds(batch.geometries)[0], square.bounds, atol=1e-3)


def test_geoparquet_is_placed_by_its_projjson(tmp_path: Path) -> None:
    path = geoparquet(tmp_path / "c", [metres(shape) for shape in BOXES], NAMES, crs=projjson(2154))
    layer, batches = read(path)
    assert layer.file.format == "GeoParquet"
    assert batches[0].columns["nom"] == ["Évêque", "Œuvre"]
    assert_the_boxes(batches)


def test_geoparquet_without_system_is_in_degrees_unless_it_says_that_nobody_knows(tmp_path: Path) -> None:
    assert_the_boxes(read(geoparquet(tmp_path / "c", BOXES, NAMES))[1])
    assert "système de coordonnées non déclaré" in refusal(geoparquet(tmp_path / "d", BOXES, NAMES, crs=None))


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"encoding": "polygon"}, "codage WKB est attendu"), ({"crs": {"type": "?"}}, "déclaré illisible")],
)
def test_geoparquet_of_another_making_is_refused(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    assert reason in refusal(geoparquet(tmp_path / "c", BOXES, NAMES, **change))


def test_a_declared_system_that_nobody_knows_is_not_taken_for_degrees(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "EPSG:999999"}}
    path = geojson(tmp_path / "c.geojson", BOXES, NAMES, crs=crs)
    assert "système de coordonnées déclaré inconnu\u00a0: EPSG:999999" in refusal(path)


def test_parquet_whose_geometry_is_missing_is_refused(tmp_path: Path) -> None:
    path = geoparquet(tmp_path / "c", BOXES, NAMES)
    table = pq.read_table(path)
    pq.write_table(table.drop_columns(["geometrie"]), path)
    assert "la colonne de géométrie déclarée, geometrie, n’y est pas" in refusal(path)


def test_parquet_without_geometry_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c"
    pq.write_table(pa.table({"code": CODES}), path)
    assert "sans géométrie déclarée" in refusal(path)


def test_metres_without_declared_system_are_refused_with_the_likely_one(tmp_path: Path) -> None:
    path = geojson(tmp_path / "c.geojson", [metres(shape) for shape in BOXES], NAMES)
    assert "coordonnées en mètres sans CRS déclaré" in refusal(path)
    assert "Donnez --crs EPSG:2154" in refusal(path)
    assert_the_boxes(read(path, "EPSG:2154")[1])


def test_the_likely_system_of_la_reunion_is_its_own(tmp_path: Path) -> None:
    square = metres(shapely.box(55.5, -21.1, 55.6, -21.0), 2975)
    assert "--crs EPSG:2975" in refusal(geojson(tmp_path / "c.geojson", [square], {"code": ["97411"]}))


def test_an_unknown_system_said_by_a_person_is_refused(tmp_path: Path) -> None:
    path = shape_file(tmp_path / "c.gpkg", BOXES, NAMES)
    assert "système de coordonnées inconnu\u00a0: Lambert" in refusal(path, "Lambert")


def test_a_wrong_system_is_refused_with_the_shape_that_it_sends_nowhere(tmp_path: Path) -> None:
    path = shape_file(tmp_path / "c.gpkg", [metres(box(1)), shapely.box(0, 0, 1, 1)], NAMES, "EPSG:4326")
    assert "coordonnées en mètres" in refusal(path)


def test_latin_1_attributes_of_a_shapefile_keep_their_accents(tmp_path: Path) -> None:
    path = shape_file(tmp_path / "c.shp", BOXES, {"NOM": ["Évêché", "Forêt"]}, encoding="ISO-8859-1")
    path.with_suffix(".cpg").unlink()
    _, (batch,) = read(path)
    assert batch.columns["NOM"] == ["Évêché", "Forêt"]


def test_utf_8_attributes_of_a_shapefile_that_says_nothing_keep_their_accents(tmp_path: Path) -> None:
    path = shape_file(tmp_path / "c.shp", BOXES, {"NOM": ["Évêché", "Forêt"]}, encoding="UTF-8")
    path.with_suffix(".cpg").unlink()
    _, (batch,) = read(path)
    assert batch.columns["NOM"] == ["Évêché", "Forêt"]


def test_a_shapefile_without_its_attributes_is_refused(tmp_path: Path) -> None:
    path = shape_file(tmp_path / "c.shp", BOXES, NAMES)
    path.with_suffix(".dbf").unlink()
    assert "il manque c.dbf (les attributs)" in refusal(path)


def test_a_shapefile_without_system_is_refused_with_the_likely_one(tmp_path: Path) -> None:
    path = shape_file(tmp_path / "c.shp", [metres(shape) for shape in BOXES], NAMES, "EPSG:2154")
    path.with_suffix(".prj").unlink()
    assert "Donnez --crs EPSG:2154" in refusal(path)
    assert_the_boxes(read(path, "EPSG:2154")[1])


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".geojson", ".fgb", ".jsonl", ".parquet"])
@pytest.mark.parametrize("left", [0.51, 0.97])
def test_a_truncated_file_is_refused(tmp_path: Path, suffix: str, left: float) -> None:
    shapes, codes = [box(at) for at in range(40)], {"code": [f"83{at:03}" for at in range(40)]}
    name = tmp_path / f"c{suffix}"
    path = geoparquet(name, shapes, codes) if suffix == ".parquet" else shape_file(name, shapes, codes)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * left)])
    assert "tronqué" in refusal(path)


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".parquet"])
def test_an_empty_layer_and_an_empty_file_are_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"c{suffix}"
    if suffix == ".parquet":
        geoparquet(path, [], {"code": []})
    elif suffix == ".geojson":
        geojson(path, [], {"code": []})
    else:
        shape_file(path, [], {"code": []})
    assert "la couche est vide" in refusal(path)
    path.write_bytes(b"")
    assert "le fichier est vide" in refusal(path)


def test_a_zip_is_read_with_its_folders_and_companions(tmp_path: Path) -> None:
    path = shape_file(tmp_path / "COMMUNE.shp", BOXES, NAMES)
    archive = tmp_path / "livraison.zip"
    with zipfile.ZipFile(archive, "w") as held:
        for file in tmp_path.glob("COMMUNE.*"):
            held.write(file, f"1_DONNEES/{file.name}")
        held.writestr("metadonnees.json", "{}")
    layer, batches = read(archive)
    assert layer.name == f"livraison.zip/{path.name}"
    assert_the_boxes(batches)


def test_a_gzip_is_read(tmp_path: Path) -> None:
    path = tmp_path / "c.geojson.gz"
    path.write_bytes(gzip.compress(geojson(tmp_path / "c.geojson", BOXES, NAMES).read_bytes()))
    assert_the_boxes(read(path)[1])


def test_an_archive_too_large_once_unpacked_is_refused_before_it_fills_the_disk(tmp_path: Path) -> None:
    bomb = zipped({"c.geojson": b"0" * 100_000})
    path = tmp_path / "c.zip"
    path.write_bytes(bomb)
    with pytest.raises(BadReference, match="permis"), vector_files(path, limit=50_000):
        pass
    path.write_bytes(gzip.compress(b"0" * 100_000))
    with pytest.raises(BadReference, match="permis"), vector_files(path, limit=50_000):
        pass


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"7z\xbc\xaf\x27\x1c....", "une archive 7z"),
        (b"%PDF-1.7 ....", "un PDF"),
        (b"code;nom\n83001;Bagnols\n", "un texte"),
        (b"code_insee;zonage\n83001;ZIP\n", "il se lit par «\u00a0rezone import zonage\u00a0»"),
        (b"<!DOCTYPE html><html>", "une page web"),
        (b'{"pmej": []}', "contenu non reconnu"),
        (b"PK\x03\x04 cut", "archive zip illisible"),
        (b"\x1f\x8b cut", "gzip illisible"),
        (b"PK\x05\x06" + bytes(18), "aucun fichier de formes à l’intérieur (rien)"),
        (zipped({"lisez-moi.txt": "rien"}), "aucun fichier de formes à l’intérieur (lisez-moi.txt)"),
        (zipped({"[Content_Types].xml": "<Types/>"}), "c’est un classeur"),
    ],
)
def test_another_file_is_refused_by_what_it_is(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "c.gpkg"
    path.write_bytes(content)
    assert reason in refusal(path)


def test_a_missing_file_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    assert "introuvable" in refusal(tmp_path / "absent.gpkg")
    assert "aucun fichier de formes" in refusal(tmp_path)


@given(count=st.integers(min_value=1, max_value=30))
def test_every_feature_comes_once_and_in_order(tmp_path_factory: pytest.TempPathFactory, count: int) -> None:
    path = tmp_path_factory.mktemp("law") / "c.gpkg"
    codes = [f"{at:05}" for at in range(count)]
    shape_file(path, [box(at) for at in range(count)], {"code": codes})
    _, batches = read(path)
    assert [code for batch in batches for code in batch.columns["code"]] == codes


@pytest.mark.parametrize("content", [b"PK\x03\x04 cut", b"\x1f\x8b cut", b"\x1f\x8b"])
def test_no_library_speaks_english_in_a_refusal(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "livraison"
    path.write_bytes(content)
    said = refusal(path)
    assert "Téléchargez-l" in said
    assert not {"file", "not", "gzipped", "ended", "(file", "compressed"} & set(said.lower().split())
