"""Perimeters of CPTS drawn on a map: communes listed or found under the polygon, and files that are refused."""

from datetime import date
from pathlib import Path

import pytest
import shapely

from services.geo.imports.readers.cpts_geojson import read_cpts_geojson
from services.geo.imports.reading import FileReading, Options
from services.geo.layers.kinds import CptsPerimeter, Kind
from shared.errors import BadReference
from tests.unit.geo.imports.readers.shapes import GROUND, Columns, bowtie, box, geojson
from tests.unit.geo.imports.readers.tabular import only_layer, silent


def read(path: Path) -> FileReading:
    return read_cpts_geojson(path, GROUND, Options(millesime=2025), silent)


def perimeters(reading: FileReading) -> list[CptsPerimeter]:
    layer = only_layer(reading)
    assert layer.kind is Kind.CPTS
    return [row for row in layer.rows if isinstance(row, CptsPerimeter)]


def refusal(path: Path) -> str:
    with pytest.raises(BadReference) as refused:
        read(path)
    return refused.value.detail


def test_communes_are_those_covered_for_half_by_the_polygon(tmp_path: Path) -> None:
    west, south, east, north = box(1).union(box(2)).bounds
    drawn = shapely.box(west - 0.002, south - 0.002, east + 0.004, north + 0.002)
    path = geojson(
        tmp_path / "c.geojson",
        [drawn],
        {
            "nom": ["CPTS de l’Est"],
            "statut": ["Signée"],
            "date_signature": ["12/03/2021"],
            "taille": ["Taille 2"],
        },
    )
    (found,) = perimeters(read(path))
    assert found.communes == ("83001", "83002")
    assert found.code == "cpts_de_l_est"
    assert (found.statut, found.signature, found.taille) == ("Signée", date(2021, 3, 12), 2)


def test_a_list_of_codes_is_trusted_rather_than_the_drawing(tmp_path: Path) -> None:
    columns: Columns = {
        "cpts": ["Est"],
        "code_cpts": ["830000001"],
        "communes": [["83001", "83003", "83555"]],
    }
    reading = read(geojson(tmp_path / "c.geojson", [box(9)], columns))
    (found,) = perimeters(reading)
    assert (found.code, found.communes) == ("830000001", ("83001", "83003"))
    assert any("83555" in notice for notice in reading.notices)


def test_names_of_communes_are_not_taken_for_codes(tmp_path: Path) -> None:
    path = geojson(tmp_path / "c.geojson", [box(2)], {"cpts": ["Est"], "communes": ["Fréjus, Puget"]})
    assert perimeters(read(path))[0].communes == ("83002",)


def test_one_feature_for_each_commune_makes_one_cpts(tmp_path: Path) -> None:
    columns: Columns = {"cpts": ["Est", "Est"], "insee_com": ["83001", "83002"], "statut": [None, "Signée"]}
    (found,) = perimeters(read(geojson(tmp_path / "c.geojson", [box(1), None], columns)))
    assert (found.communes, found.statut) == (("83001", "83002"), "Signée")


def test_a_perimeter_over_no_commune_and_one_without_name_are_rejected(tmp_path: Path) -> None:
    columns = {"cpts": ["Est", "Mer", None, "Vide"]}
    reading = read(geojson(tmp_path / "c.geojson", [bowtie(1).buffer(0.02), box(50), box(2), None], columns))
    assert [(reject.line, reject.reason) for reject in reading.rejects] == [
        (2, "aucune commune couverte pour moitié"),
        (3, "CPTS sans nom"),
        (4, "aucune forme lisible"),
    ]


def test_an_invalid_perimeter_is_repaired_and_counted(tmp_path: Path) -> None:
    path = geojson(tmp_path / "c.geojson", [bowtie(1)], {"cpts": ["Est"], "communes": ["83001"]})
    assert "Polygones non valides réparés\u00a0: 1." in read(path).notices


def test_a_file_that_names_no_cpts_is_refused(tmp_path: Path) -> None:
    assert "aucune colonne de nom de CPTS" in refusal(
        geojson(tmp_path / "c.geojson", [box(1)], {"nom": ["Est"]})
    )
    assert "aucun périmètre" in refusal(geojson(tmp_path / "d.geojson", [box(50)], {"cpts": ["Mer"]}))
