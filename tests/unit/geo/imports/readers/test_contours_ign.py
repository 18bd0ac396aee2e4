"""Contours of communes: ADMIN EXPRESS in its forms, older codes, parts of communes, and files that are refused."""

import zipfile
from pathlib import Path

import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from services.geo.imports.readers.contours_ign import read_contours_ign
from services.geo.imports.reading import FileReading, Options, ReferencePatch
from shared.errors import BadReference
from tests.unit.geo.imports.readers.shapes import (
    GROUND,
    Columns,
    bowtie,
    box,
    geojson,
    geoparquet,
    metres,
    projjson,
    shape_file,
)
from tests.unit.geo.imports.readers.tabular import silent

VAR = ["83001", "83002", "83003"]
BOXES = [box(1), box(2), box(3)]


def read(path: Path, options: Options | None = None) -> FileReading:
    return read_contours_ign(path, GROUND, options or Options(), silent)


def patch(path: Path) -> ReferencePatch:
    reading = read(path)
    assert reading.patch is not None
    return reading.patch


def refusal(path: Path) -> str:
    with pytest.raises(BadReference) as refused:
        read(path)
    return refused.value.detail


def bounds(made: ReferencePatch, code: str) -> tuple[float, float, float, float]:
    assert made.contours is not None
    found = shapely.from_wkb(made.contours[code])
    assert found.is_valid
    west, south, east, north = found.bounds
    return west, south, east, north


def test_admin_express_3_in_shapefile(tmp_path: Path) -> None:
    path = shape_file(
        tmp_path / "COMMUNE.shp",
        [metres(shape) for shape in BOXES],
        {"ID": ["a", "b", "c"], "NOM": ["Évêque", "B", "C"], "INSEE_COM": VAR, "POPULATION": [1, 2, 3]},
        "EPSG:2154",
        encoding="ISO-8859-1",
    )
    made = patch(path)
    assert bounds(made, "83002") == pytest.approx(box(2).bounds, abs=1e-4)
    assert made.source == "IGN, ADMIN EXPRESS COG"
    assert made.partial


def test_admin_express_4_in_geopackage_leaves_departements_aside(tmp_path: Path) -> None:
    path = tmp_path / "ADE-COG_4-0_2026-01-01.gpkg"
    columns = {"cleabs": ["a", "b", "c"], "code_insee": VAR}
    shape_file(path, BOXES, columns, layer="commune")
    shape_file(path, [box(1)], {"cleabs": ["d"], "code_insee": ["83"]}, layer="departement", append=True)
    reading = read(path)
    assert reading.read == 3
    assert reading.rejects == ()
    assert reading.patch is not None
    assert reading.patch.millesime == "2026"
    assert "GeoPackage" in reading.detected


def test_admin_express_4_in_geoparquet(tmp_path: Path) -> None:
    shapes = [metres(shape) for shape in BOXES]
    path = geoparquet(tmp_path / "commune.parquet", shapes, {"code_insee": VAR}, crs=projjson(2154))
    assert bounds(patch(path), "83003") == pytest.approx(box(3).bounds, abs=1e-4)


@pytest.mark.parametrize("column", ["code_insee", "code", "insee", "codgeo", "INSEE_COM"])
def test_a_plain_file_of_codes_and_polygons(tmp_path: Path, column: str) -> None:
    made = patch(geojson(tmp_path / "c.geojson", BOXES, {column: VAR}))
    assert set(made.contours or ()) == set(VAR)


def test_an_old_commune_is_united_to_the_current_one(tmp_path: Path) -> None:
    path = geojson(tmp_path / "c.geojson", [box(1), box(0)], {"code": ["83001", "83999"]})
    reading = read(path)
    made = patch(path)
    west, south, east, north = box(0).union(box(1)).bounds
    assert bounds(made, "83001") == pytest.approx((west, south, east, north))
    assert set(made.old_contours) == {"83999"}
    assert "Anciennes communes réunies à leur commune actuelle\u00a0: 1." in reading.notices


def test_a_split_commune_gives_its_polygon_to_no_one(tmp_path: Path) -> None:
    made = patch(geojson(tmp_path / "c.geojson", [*BOXES, box(4)], {"code": [*VAR, "01234"]}))
    assert "01001" not in (made.contours or ())
    assert "01234" in made.old_contours


def test_a_deleguee_with_the_code_of_its_commune_is_not_its_contour(tmp_path: Path) -> None:
    shape_file(tmp_path / "COMMUNE.shp", BOXES, {"INSEE_COM": VAR})
    shape_file(
        tmp_path / "COMMUNE_ASSOCIEE_OU_DELEGUEE.shp",
        [box(7), box(8)],
        {"INSEE_CAD": ["83001", "83999"], "INSEE_COM": ["83001", "83001"]},
    )
    shape_file(
        tmp_path / "ARRONDISSEMENT_MUNICIPAL.shp", [box(9)], {"INSEE_ARM": ["69381"], "INSEE_COM": ["69123"]}
    )
    shape_file(tmp_path / "CHFLIEU_COMMUNE.shp", [shapely.Point(6.7, 43.4)], {"INSEE_COM": ["83001"]})
    archive = tmp_path / "livraison.zip"
    with zipfile.ZipFile(archive, "w") as held:
        for file in tmp_path.glob("[AC]*.*"):
            held.write(file, f"donnees/{file.name}")
    made = patch(archive)
    assert bounds(made, "83001") == pytest.approx(box(1).bounds)
    assert bounds(made, "69381") == pytest.approx(box(9).bounds)
    assert set(made.old_contours) == {"83999"}


def test_several_plain_files_in_a_folder_are_read_together(tmp_path: Path) -> None:
    geojson(tmp_path / "var.geojson", BOXES, {"code": VAR})
    geojson(tmp_path / "ain.geojson", [box(5)], {"code": ["01001"]})
    assert set(patch(tmp_path).contours or ()) == {*VAR, "01001"}


def test_a_file_of_every_departement_is_not_partial(tmp_path: Path) -> None:
    codes = ["01001", "2A004", "2B033", "69123", "75056", "83001", "97101", "97411"]
    overseas = [shapely.box(-61.6, 16.2, -61.5, 16.3), shapely.box(55.4, -21.1, 55.5, -21.0)]
    shapes = [*(box(at) for at in range(6)), *overseas]
    path = geojson(tmp_path / "c.geojson", shapes, {"code": codes})
    assert not patch(path).partial


def test_invalid_polygons_are_repaired_and_counted(tmp_path: Path) -> None:
    reading = read(geojson(tmp_path / "c.geojson", [bowtie(1), box(2)], {"code": VAR[:2]}))
    assert reading.patch is not None
    bounds(reading.patch, "83001")
    assert reading.notices == ("Polygones non valides réparés\u00a0: 1.",)


def test_a_commune_without_polygon_is_rejected_by_its_number(tmp_path: Path) -> None:
    reading = read(geojson(tmp_path / "c.geojson", [box(1), None, box(3)], {"code": VAR}))
    assert [(reject.line, reject.reason) for reject in reading.rejects] == [(2, "aucune forme lisible")]


def test_a_shape_without_ground_and_one_without_code_are_rejected(tmp_path: Path) -> None:
    flat = shapely.Polygon([(6.7, 43.4), (6.8, 43.4), (6.7, 43.4)])
    columns: Columns = {"code": ["83001", "83002", None]}
    reading = read(geojson(tmp_path / "c.geojson", [box(1), flat, box(3)], columns))
    assert [(reject.line, reject.reason) for reject in reading.rejects] == [
        (2, "polygone sans surface"),
        (3, "code de commune absent"),
    ]


def test_coordinates_that_are_no_numbers_are_no_shape(tmp_path: Path) -> None:
    path = geojson(tmp_path / "c.geojson", BOXES, {"code": VAR})
    path.write_text(path.read_text(encoding="utf-8").replace("43.4]", "NaN]", 1), encoding="utf-8")
    assert [reject.reason for reject in read(path).rejects] == ["aucune forme lisible"]


def test_a_lost_zero_is_restored_and_told(tmp_path: Path) -> None:
    reading = read(geojson(tmp_path / "c.geojson", [box(1), box(2)], {"code": [1001, 83001]}))
    assert set((reading.patch and reading.patch.contours) or ()) == {"01001", "83001"}
    assert "Codes dont le zéro de tête était perdu, rétabli\u00a0: 1." in reading.notices


def test_the_pacific_is_left_out_without_a_doubt_on_the_vintage(tmp_path: Path) -> None:
    reading = read(geojson(tmp_path / "c.geojson", [*BOXES, box(4)], {"code": [*VAR, "98735"]}))
    assert [reject.value for reject in reading.rejects] == ["98735"]


def test_codes_of_another_vintage_are_refused(tmp_path: Path) -> None:
    detail = refusal(geojson(tmp_path / "c.geojson", BOXES, {"code": ["83001", "83555", "83556"]}))
    assert "codes inconnus du code officiel géographique 2026\u00a0: 2 sur 3" in detail


def test_a_code_given_twice_is_refused(tmp_path: Path) -> None:
    detail = refusal(geojson(tmp_path / "c.geojson", BOXES, {"code": ["83001", "83001", "83002"]}))
    assert "1 code de commune en double (83001)" in detail


def test_mixed_geometry_types_are_refused_by_number(tmp_path: Path) -> None:
    shapes = [box(1), shapely.Point(6.7, 43.4), box(3)]
    assert "la forme 2 est de type Point" in refusal(geojson(tmp_path / "c.geojson", shapes, {"code": VAR}))


def test_a_file_of_qpv_is_told_for_what_it_is(tmp_path: Path) -> None:
    path = geojson(tmp_path / "c.geojson", [box(1)], {"code_qp": ["QN08301M"], "insee_com": ["83001"]})
    assert "rezone import qpv" in refusal(path)


def test_a_file_of_no_served_commune_is_refused(tmp_path: Path) -> None:
    assert "aucun contour" in refusal(geojson(tmp_path / "c.geojson", [box(1)], {"code": ["98735"]}))


def test_what_a_person_says_wins(tmp_path: Path) -> None:
    path = geojson(tmp_path / "c.geojson", BOXES, {"code": VAR})
    made = read(path, Options(millesime=2025, source="Mairie", licence="ODbL")).patch
    assert made is not None
    assert (made.millesime, made.source, made.licence) == ("2025", "Mairie", "ODbL")


def swapped(shape: BaseGeometry) -> BaseGeometry:
    """The same with latitudes where longitudes stand."""
    return shapely.transform(shape, lambda points: points[:, ::-1])


def test_a_commune_far_from_its_departement_is_rejected_with_the_place(tmp_path: Path) -> None:
    far = shapely.box(48.8, 2.3, 48.9, 2.4)
    reading = read(geojson(tmp_path / "c.geojson", [box(1), box(2), far], {"code": VAR}))
    assert reading.patch is not None
    assert set(reading.patch.contours or {}) == {"83001", "83002"}
    (reject,) = reading.rejects
    assert (reject.line, reject.value) == (3, "83003")
    assert "hors du département 83 (longitude 48.8500, latitude 2.3500)" in reject.reason


def test_swapped_axes_are_refused_in_words(tmp_path: Path) -> None:
    path = geojson(tmp_path / "c.geojson", [swapped(shape) for shape in BOXES], {"code": VAR})
    assert "longitude et latitude semblent inversées" in refusal(path)


def test_a_deleguee_far_from_its_commune_is_rejected_too(tmp_path: Path) -> None:
    columns = {"insee_cad": ["83999"], "insee_com": ["83001"]}
    folder = tmp_path / "livraison"
    folder.mkdir()
    geojson(folder / "communes.geojson", BOXES, {"insee_com": VAR})
    geojson(folder / "commune_deleguee.geojson", [shapely.box(0, 0, 1, 1)], columns)
    geojson(folder / "commune.geojson", BOXES, {"insee_com": VAR})
    (folder / "communes.geojson").unlink()
    made = read(folder)
    assert made.patch is not None
    assert not made.patch.old_contours
    assert [reject.value for reject in made.rejects] == ["83999"]
