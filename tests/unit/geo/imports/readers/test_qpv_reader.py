"""Quartiers prioritaires: generations told by their codes, several communes, repairs, and files that are refused."""

from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from services.geo.imports.readers.commune_code import commune_codes
from services.geo.imports.readers.qpv import read_qpv
from services.geo.imports.reading import FileReading, Options
from services.geo.layers.kinds import Kind, QpvShape
from shared.errors import BadReference
from tests.unit.geo.imports.readers.shapes import GROUND, bowtie, box, geojson, metres, shape_file
from tests.unit.geo.imports.readers.tabular import only_layer, silent

OF_2024: dict[str, list[Any]] = {
    "code_qp": ["QN08301M", "QN08302I"],
    "lib_qp": ["L'Agachon", "Centre"],
    "insee_com": ["83001", "83002, 83003"],
}


def read(path: Path, variant: str | None = None) -> FileReading:
    return read_qpv(path, GROUND, Options(variant=variant), silent)


def quartiers(reading: FileReading) -> dict[str, QpvShape]:
    return {row.code: row for row in only_layer(reading).rows if isinstance(row, QpvShape)}


def refusal(path: Path, variant: str | None = None) -> str:
    with pytest.raises(BadReference) as refused:
        read(path, variant)
    return refused.value.detail


def test_the_generation_of_2024_with_a_quartier_over_two_communes(tmp_path: Path) -> None:
    reading = read(geojson(tmp_path / "q.geojson", [box(1), box(2)], OF_2024))
    layer = only_layer(reading)
    assert (layer.kind, layer.variant) == (Kind.QPV, "2024")
    assert quartiers(reading)["QN08302I"].communes == ("83002", "83003")
    assert quartiers(reading)["QN08301M"].nom == "L'Agachon"
    assert "génération 2024" in reading.detected


def test_the_generation_of_2015_with_its_own_columns(tmp_path: Path) -> None:
    columns = {
        "code_qp": ["QP083001"],
        "nom_qp": ["Gare"],
        "commune_qp": ["Toulon"],
        "code_commune": ["83001"],
    }
    found = quartiers(read(geojson(tmp_path / "q.geojson", [box(1)], columns)))["QP083001"]
    assert (found.nom, found.communes, found.population) == ("Gare", ("83001",), None)


@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
def test_quartiers_in_lambert_93_are_placed(tmp_path: Path, suffix: str) -> None:
    path = shape_file(tmp_path / f"q{suffix}", [metres(box(1)), metres(box(2))], OF_2024, "EPSG:2154")
    found = quartiers(read(path))["QN08301M"]
    assert shapely.from_wkb(found.wkb).bounds == pytest.approx(box(1).bounds, abs=1e-4)


def test_quartiers_of_la_reunion_are_placed_from_their_projection(tmp_path: Path) -> None:
    square = shapely.box(55.29, -21.01, 55.30, -21.0)
    columns = {"code_qp": ["QN97414I"], "insee_com": ["97411"]}
    path = shape_file(tmp_path / "q.gpkg", [metres(square, 2975)], columns, "EPSG:2975")
    found = quartiers(read(path))["QN97414I"]
    assert shapely.from_wkb(found.wkb).bounds == pytest.approx(square.bounds, abs=1e-4)


def test_overseas_quartiers_may_keep_their_code_of_2015(tmp_path: Path) -> None:
    columns = {"code_qp": ["QN08301M", "QP974001"]}
    assert only_layer(read(geojson(tmp_path / "q.geojson", [box(1), box(2)], columns))).variant == "2024"


def test_quartiers_of_the_pacific_are_left_out(tmp_path: Path) -> None:
    reading = read(geojson(tmp_path / "q.geojson", [box(1), box(2)], {"code_qp": ["QN08301M", "QP987001"]}))
    assert [reject.value for reject in reading.rejects] == ["QP987001"]


def test_the_population_is_kept_where_the_file_tells_it(tmp_path: Path) -> None:
    path = geojson(tmp_path / "q.geojson", [box(1), box(2)], {**OF_2024, "population": [1234.0, None]})
    found = quartiers(read(path))
    assert (found["QN08301M"].population, found["QN08302I"].population) == (1234, None)


def test_invalid_quartiers_are_repaired_and_counted(tmp_path: Path) -> None:
    reading = read(geojson(tmp_path / "q.geojson", [bowtie(1), box(2)], OF_2024))
    assert "Polygones non valides réparés\u00a0: 1." in reading.notices
    assert all(shapely.from_wkb(row.wkb).is_valid for row in quartiers(reading).values())


def test_a_quartier_without_a_code_is_rejected(tmp_path: Path) -> None:
    path = geojson(tmp_path / "q.geojson", [box(1), box(2)], {"code_qp": ["QN08301M", "Gare"]})
    (reject,) = read(path).rejects
    assert (reject.line, reject.value) == (2, "GARE")


def test_an_unknown_commune_is_told_and_left_out(tmp_path: Path) -> None:
    path = geojson(tmp_path / "q.geojson", [box(1)], {"code_qp": ["QN08301M"], "insee_com": ["83001 83555"]})
    reading = read(path)
    assert quartiers(reading)["QN08301M"].communes == ("83001",)
    assert any("83555 (QN08301M)" in notice for notice in reading.notices)


def test_a_code_given_twice_is_refused(tmp_path: Path) -> None:
    path = geojson(tmp_path / "q.geojson", [box(1), box(2)], {"code_qp": ["QN08301M", "QN08301M"]})
    assert "codes de QPV en double (QN08301M)" in refusal(path)


def test_two_generations_in_one_file_are_refused(tmp_path: Path) -> None:
    path = geojson(tmp_path / "q.geojson", [box(1), box(2)], {"code_qp": ["QN08301M", "QP083001"]})
    assert "deux générations\u00a0: 1 de 2015 et 1 de 2024" in refusal(path)


def test_a_generation_that_the_codes_deny_is_refused(tmp_path: Path) -> None:
    path = geojson(tmp_path / "q.geojson", [box(1), box(2)], OF_2024)
    assert "codes de la génération 2024, alors que 2015 est demandée" in refusal(path, "2015")


def test_a_file_of_contours_is_told_for_what_it_is(tmp_path: Path) -> None:
    path = geojson(tmp_path / "q.geojson", [box(1)], {"insee_com": ["83001"], "nom": ["Fréjus"]})
    assert "rezone import contours" in refusal(path)


def test_a_file_of_no_quartier_is_refused(tmp_path: Path) -> None:
    path = geojson(tmp_path / "q.geojson", [box(1)], {"code_qp": ["?"]})
    assert "aucun quartier prioritaire lisible" in refusal(path)


@given(
    codes=st.lists(st.sampled_from(GROUND.communes), unique=True, max_size=6),
    separator=st.sampled_from([",", ", ", ";", " ; ", "/", " ", "|", " - ", "\n"]),
)
def test_several_communes_are_read_whatever_separates_them(codes: list[str], separator: str) -> None:
    assert commune_codes(separator.join(codes), GROUND) == tuple(codes)
    assert commune_codes(codes, GROUND) == tuple(codes)


def test_a_quartier_far_from_its_communes_and_from_its_code_is_rejected(tmp_path: Path) -> None:
    columns = {"code_qp": ["QN08301M", "QN08302I", "QN97401M"], "insee_com": ["83001", "", ""]}
    shapes = [box(1), shapely.box(2.3, 48.8, 2.4, 48.9), shapely.box(55.5, -21.0, 55.51, -20.99)]
    reading = read(geojson(tmp_path / "q.geojson", shapes, columns))
    assert set(quartiers(reading)) == {"QN08301M", "QN97401M"}
    (reject,) = reading.rejects
    assert (reject.line, reject.value) == (2, "QN08302I")
    assert "hors du département 83" in reject.reason


def test_swapped_axes_of_quartiers_are_refused_in_words(tmp_path: Path) -> None:
    shapes = [shapely.transform(box(at), lambda points: points[:, ::-1]) for at in (1, 2)]
    assert "longitude et latitude semblent inversées" in refusal(
        geojson(tmp_path / "q.geojson", shapes, OF_2024)
    )
