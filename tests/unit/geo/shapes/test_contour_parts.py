import shapely

from services.geo.imports.contours import read_contours
from services.geo.imports.records import OldCodeRow
from services.geo.shapes.contour_parts import filled, gathered
from tests.unit.geo.imports.files import contours_file, degree_box


def box(column: int) -> bytes:
    wkb: bytes = shapely.box(column, 43, column + 1, 44).wkb
    return wkb


def ground(wkb: bytes) -> shapely.Geometry:
    return shapely.from_wkb(wkb)


def old(code: str, actuel: str, nature: str = "deleguee") -> OldCodeRow:
    return OldCodeRow(code, actuel, "ancien" if nature == "ancien" else "deleguee", None)


def test_a_commune_without_polygon_is_the_union_of_its_communes_deleguees() -> None:
    parts = {"83001": box(0), "83901": box(1)}
    found = filled({"83002": box(5)}, parts, [old("83901", "83001")])
    assert set(found) == {"83001", "83002"}
    assert ground(found["83001"]).equals(shapely.box(0, 43, 2, 44))


def test_a_commune_of_which_a_part_is_missing_stays_without_polygon() -> None:
    assert filled({}, {"83001": box(0)}, [old("83901", "83001")]) == {}
    assert filled({}, {"83901": box(0)}, [old("83901", "83001")]) == {}


def test_a_code_gone_long_ago_is_no_missing_part() -> None:
    parts = {"83001": box(0), "83901": box(1)}
    told = [old("83901", "83001"), old("83999", "83001", "ancien")]
    assert set(filled({}, parts, told)) == {"83001"}


def test_a_commune_keeps_the_polygon_it_has() -> None:
    own = {"83001": box(0)}
    assert filled(own, {"83001": box(7), "83901": box(8)}, [old("83901", "83001")]) == own


def test_the_polygon_of_a_merged_commune_joins_the_one_that_took_it_in() -> None:
    found = gathered({"83001": box(0), "83002": box(1)}, [old("83002", "83001", "ancien")], {"83001"})
    assert set(found) == {"83001"}
    assert ground(found["83001"]).equals(shapely.box(0, 43, 2, 44))


def test_the_polygon_of_a_split_or_unknown_code_goes_to_nobody() -> None:
    split = [old("83009", "83001"), old("83009", "83002")]
    assert set(gathered({"83009": box(0), "99999": box(1)}, split, {"83001", "83002"})) == set()


def test_the_polygons_of_communes_deleguees_are_read_only_where_a_commune_lacks_its_own() -> None:
    content = contours_file(
        [
            ("83001", "COM", degree_box(0)),
            ("83901", "COMD", "not read"),
            ("83002", "COM", "\\N"),
            ("83002", "COMD", degree_box(2)),
            ("83902", "COMA", degree_box(3)),
        ]
    )
    told = [old("83901", "83001"), old("83902", "83002")]
    found = read_contours(content, "f", {"83001", "83002"}, told)
    assert set(found) == {"83001", "83002"}
    assert ground(found["83002"]).bounds[::2] == (6.72, 6.74)
