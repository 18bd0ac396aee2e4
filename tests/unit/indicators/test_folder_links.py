"""Counts that the catalogue links must add up, or the folder is refused where they are given."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.indicators.folder.problems import BadRow
from services.indicators.folder.read import read_folder
from tests.unit.indicators.worlds import CATALOGUE, geography, write_folder

HEADER = "indicator,commune,numerator,denominator"
CODES = ("83001", "83061")
WHOLE = "consommants_17_plus,83001,1000,"
LINKED = (
    WHOLE,
    "consommants_70_plus,83001,300,",
    "ald_17_plus,83001,200,1000",
    "css_17_plus,83001,100,1000",
    "sans_mt_17_plus,83001,90,1000",
    "sans_mt_ald_17_plus,83001,40,1000",
    "sans_mt_css_17_plus,83001,50,1000",
    "sans_mt_70_plus,83001,20,300",
)


def read(folder: Path, *rows: str) -> list[BadRow]:
    consumers = ["commune,consumers", *(f"{code},2000" for code in CODES)]
    write_folder(folder, counts=[HEADER, *rows], consumers=consumers)
    return read_folder(folder, CATALOGUE, geography(CODES))[1]


def test_counts_that_add_up_are_accepted(tmp_path: Path) -> None:
    assert not read(tmp_path, *LINKED, "sans_mt_zone_sous_dense,83001,90,")


@pytest.mark.parametrize(
    ("row", "column", "told"),
    [
        ("consommants_70_plus,83001,1001,", "numerator", "plus de personnes que consommants_17_plus"),
        ("sans_mt_ald_17_plus,83001,91,1000", "numerator", "plus de personnes que sans_mt_17_plus"),
        ("sans_mt_zone_sous_dense,83001,91,", "numerator", "plus de personnes que sans_mt_17_plus"),
        ("css_17_plus,83001,49,1000", "numerator", "plus de personnes que css_17_plus"),
        ("ald_17_plus,83001,200,999", "denominator", "n’est pas l’effectif de consommants_17_plus"),
        ("sans_mt_70_plus,83001,20,301", "denominator", "n’est pas l’effectif de consommants_70_plus"),
        ("ald_17_plus,83001,951,1000", "numerator", "plus de personnes que leur dénominateur"),
    ],
)
def test_a_link_that_does_not_add_up_is_told(tmp_path: Path, row: str, column: str, told: str) -> None:
    name = row.split(",", maxsplit=1)[0]
    rows = [row if given.startswith(f"{name},") else given for given in LINKED]
    found = read(tmp_path, *(rows if row in rows else [*rows, row]))
    assert any(told in bad.reason and bad.column == column for bad in found), found
    assert {(bad.file, bad.severity) for bad in found} == {("counts.csv", "erreur")}
    assert all("commune 83001" in bad.reason for bad in found)


def test_the_line_told_is_that_of_the_part_and_the_reason_holds_no_count(tmp_path: Path) -> None:
    rows = ("sans_mt_17_plus,83001,7654,9000", "ald_08_diabete,83001,1,9", "sans_mt_70_plus,83001,7777,9000")
    (bad,) = read(tmp_path, *rows)
    assert (bad.line, bad.value) == (4, "7777, sans_mt_17_plus 7654")
    assert "7777" not in bad.reason
    assert "7654" not in bad.reason


def test_a_link_to_what_is_not_given_is_not_checked(tmp_path: Path) -> None:
    assert not read(tmp_path, "sans_mt_70_plus,83001,20,300", "sans_mt_17_plus,83061,1,9")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(st.integers(0, 40), min_size=8, max_size=8))
def test_cells_drawn_as_people_always_add_up(tmp_path: Path, cells: list[int]) -> None:
    """Eight groups of people (médecin traitant × ALD × C2S); margins are their sums."""
    people = np.array(cells).reshape(2, 2, 2)
    whole = int(people.sum())
    rows = (
        f"consommants_17_plus,83001,{whole},",
        f"sans_mt_17_plus,83001,{people[1].sum()},{whole}",
        f"ald_17_plus,83001,{people[:, 1].sum()},{whole}",
        f"css_17_plus,83001,{people[:, :, 1].sum()},{whole}",
        f"sans_mt_ald_17_plus,83001,{people[1, 1].sum()},{whole}",
        f"sans_mt_css_17_plus,83001,{people[1, :, 1].sum()},{whole}",
    )
    assert not read(tmp_path, *rows)
    broken = rows[4].replace(f"83001,{people[1, 1].sum()}", f"83001,{people[1].sum() + 1}")
    assert bool(read(tmp_path, *rows[:4], broken)) is True
