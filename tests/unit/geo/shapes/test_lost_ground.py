"""Ground left uncovered by polygons older than a merger goes to the commune that took it in, or to nobody."""

import shapely
from shapely.geometry.base import BaseGeometry

from services.geo.imports.contours import read_contours
from services.geo.imports.records import OldCodeRow
from services.geo.shapes.lost_ground import Suspects, suspects, with_lost_ground
from tests.unit.geo.imports.files import contours_file, degree_box

NOBODY: frozenset[str] = frozenset()


def box(column: int, row: int) -> BaseGeometry:
    return shapely.from_wkb(bytes.fromhex(degree_box(column, row)))


def around(*missing: tuple[int, int]) -> dict[str, bytes]:
    """Twenty communes in five columns and four rows, 83<column><row>, but for the missing ones."""
    return {
        f"83{column}{row}0": box(column, row).wkb
        for column in range(5)
        for row in range(4)
        if (column, row) not in missing
    }


def lacking(*members: str, merged: frozenset[str] = NOBODY) -> Suspects:
    return frozenset(members), merged


def is_ground(wkb: bytes, *expected: BaseGeometry) -> bool:
    """Whether it is the union of the expected ones, to a millionth of a box."""
    apart = shapely.symmetric_difference(shapely.from_wkb(wkb), shapely.union_all(expected))
    return bool(shapely.area(apart) < 1e-10)


def test_a_hole_beside_the_one_commune_that_lacks_ground_is_its_own() -> None:
    before = around((1, 1))
    found = with_lost_ground(before, lacking("83100"))
    assert is_ground(found["83100"], box(1, 0), box(1, 1))
    assert {code for code in before if found[code] != before[code]} == {"83100"}


def test_a_hole_between_two_communes_that_lack_ground_stays_a_hole() -> None:
    before = around((1, 1))
    assert with_lost_ground(before, lacking("83100", "83120")) == before


def test_a_hole_beside_no_such_commune_stays_a_hole() -> None:
    before = around((1, 1))
    assert with_lost_ground(before, lacking("83330")) == before
    assert with_lost_ground(before, lacking()) == before


def test_a_shared_corner_makes_no_hole_anyones() -> None:
    before = around((1, 1))
    assert with_lost_ground(before, lacking("83000")) == before


def test_lost_communes_deleguees_that_touch_make_one_hole() -> None:
    found = with_lost_ground(around((1, 1), (2, 1)), lacking("83100"))
    assert is_ground(found["83100"], box(1, 0), box(1, 1), box(2, 1))


def test_a_commune_surrounded_by_its_lost_ground_is_given_the_ring() -> None:
    ring = [(column, row) for column in (1, 2, 3) for row in (0, 1, 2) if (column, row) != (2, 1)]
    wide = {
        f"83{column + 1}{row + 1}1": box(column, row).wkb
        for column in range(-1, 6)
        for row in range(-1, 4)
        if (column, row) not in ring
    }
    found = with_lost_ground(wide, lacking("83321"))
    assert is_ground(found["83321"], box(2, 1), *(box(*place) for place in ring))


def test_a_code_of_the_past_counts_only_where_no_lost_deleguee_does() -> None:
    before = around((1, 1))
    likelier = with_lost_ground(before, lacking("83100", merged=frozenset({"83120"})))
    assert {code for code in before if likelier[code] != before[code]} == {"83100"}
    alone = with_lost_ground(before, lacking(merged=frozenset({"83120"})))
    assert {code for code in before if alone[code] != before[code]} == {"83120"}


def test_ground_open_to_the_sea_or_abroad_is_given_to_nobody() -> None:
    before = around((1, 0))
    assert with_lost_ground(before, lacking("83110")) == before


def test_a_commune_lacks_ground_where_an_old_code_of_it_is_drawn_nowhere() -> None:
    told = [
        OldCodeRow("83901", "83001", "deleguee", None),
        OldCodeRow("83902", "83002", "associee", None),
        OldCodeRow("83903", "83003", "ancien", None),
        OldCodeRow("83904", "83004", "deleguee", None),
    ]
    assert suspects(told, {"83904"}) == (frozenset({"83001", "83002"}), frozenset({"83003"}))


def test_the_reader_of_polygons_gives_a_merged_commune_its_ground() -> None:
    communes = {f"83{column}{row}0": (column, row) for column in range(3) for row in range(3)}
    del communes["83110"]
    content = contours_file(
        [
            *((code, "COM", degree_box(*place)) for code, place in communes.items()),
            ("83110", "COMD", "\\N"),
            ("83901", "COMD", degree_box(1, 2)),
        ]
    )
    told = [
        OldCodeRow("83110", "83100", "deleguee", None),
        OldCodeRow("83901", "83120", "deleguee", None),
    ]
    found = read_contours(content, "f", set(communes), told)
    assert is_ground(found["83100"], box(1, 0), box(1, 1))
    assert is_ground(found["83120"], box(1, 2))
