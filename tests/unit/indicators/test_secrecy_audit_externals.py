"""Totals known from elsewhere: the file that declares them, said line by line where it is wrong."""

import numpy as np
import pytest

from services.indicators.folder.problems import BadRow
from services.indicators.secrecy.audit.externals import External, contradicted, declared, externals_of, joined
from tests.unit.indicators.audit_worlds import ground, row

WORLD = ground("01001", "01002", "83001", "83002")
FILE = "totaux.csv"


def read(*lines: str) -> tuple[tuple[External, ...], list[BadRow]]:
    text = "\n".join(["indicator,communes,total", *lines]) + "\n"
    return externals_of(text, FILE, ("depistage_sein", "ald_08"), WORLD)


def test_communes_are_listed_or_an_area_named() -> None:
    found, problems = read(
        "ald_08,83002 01001 83002,17", "depistage_sein,departement:83,40", "ald_08,france:FR,99"
    )
    assert problems == []
    assert [(known.row, known.units.tolist(), known.total, known.line) for known in found] == [
        ("ald_08", [0, 3], 17, 2),
        ("depistage_sein", [2, 3], 40, 3),
        ("ald_08", [0, 1, 2, 3], 99, 4),
    ]


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        ("ald_8,01001,5", "indicator", "vouliez-vous dire ald_08"),
        ("ald_08,01009,5", "communes", "code commune inconnu"),
        ("ald_08,1001,5", "communes", "zéro initial perdu, écrivez 01001"),
        ("ald_08,departement:84,5", "communes", "écrivez par exemple departement:83"),
        ("ald_08,,5", "communes", "aucune commune"),
        ("ald_08,01001,12.5", "total", "sans décimale"),
        ("ald_08,01001,-3", "total", "ne peut pas être négatif"),
        ("ald_08,01001,", "total", "valeur absente"),
        ("ald_08,01001", "", "2 colonnes\u202f; 3 attendues"),
    ],
)
def test_a_bad_line_is_explained_and_left_out(line: str, column: str, said: str) -> None:
    found, problems = read("ald_08,01001,3", line)
    assert [known.line for known in found] == [2]
    assert [(bad.file, bad.line, bad.column) for bad in problems] == [(FILE, 3, column)]
    assert said in problems[0].reason


def test_every_fault_of_a_line_is_told() -> None:
    _, problems = read("ald_8,01009 01008,x")
    assert [bad.column for bad in problems] == ["indicator", "total", "communes", "communes"]
    assert [bad.commune for bad in problems[2:]] == ["01009", "01008"]


def test_another_header_is_refused_whole() -> None:
    found, problems = externals_of("indicateur;communes;total\nald_08;01001;3\n", FILE, ("ald_08",), WORLD)
    assert found == ()
    assert [bad.line for bad in problems] == [1]
    assert "indicator,communes,total" in problems[0].reason


def test_a_spreadsheet_s_mark_and_empty_lines_are_no_fault() -> None:
    found, problems = externals_of(
        "\ufeffindicator,communes,total\n\nald_08,01001,3\n", FILE, ("ald_08",), WORLD
    )
    assert (len(found), problems) == (1, [])


def test_a_total_that_the_counts_cannot_have_is_refused() -> None:
    piece = row("ald_08", [5, 6, 7, 8], among=[99] * 4)
    partly = piece.loaded.copy()
    partly[3] = False
    known = [External("ald_08", np.array([2, 3]), total, line) for line, total in enumerate((14, 15, 16))]
    whole = contradicted(known, {"ald_08": piece}, FILE)
    assert [(bad.line, bad.column) for bad in whole] == [(0, "total"), (2, "total")]
    # With a commune that the release has no count for, more than the sum of the others may be true.
    missing = type(piece)(**{**vars(piece), "loaded": partly})
    assert contradicted(known, {"ald_08": missing}, FILE) == []
    assert contradicted([External("ald_08", np.array([2, 3]), 6, 9)], {"ald_08": missing}, FILE)


def test_what_was_declared_comes_back_once_beside_what_is_given() -> None:
    pieces = {"ald_08": row("ald_08", [5, 6, 7, 8], among=[99] * 4)}
    known = [External("ald_08", np.array(units), total, 2) for units, total in (([2, 3], 15), ([0], 5))]
    kept = declared(known, WORLD)
    assert [(one.row, one.codes, one.total) for one in kept] == [
        ("ald_08", ("83001", "83002"), 15),
        ("ald_08", ("01001",), 5),
    ]
    found = joined(known[:1], kept, pieces, WORLD)
    assert [(one.units.tolist(), one.total, one.line) for one in found] == [([2, 3], 15, 2), ([0], 5, 0)]


def test_what_was_declared_of_other_counts_is_left_out() -> None:
    kept = declared([External("ald_08", np.array([2, 3]), 15, 2)], WORLD)
    for name, n in (("ald_09", [5, 6, 7, 8]), ("ald_08", [5, 6, 7, 9])):
        assert joined((), kept, {name: row(name, n, among=[99] * 4)}, WORLD) == ()
    assert joined((), kept, {"ald_08": row("ald_08", [5, 6], among=[99] * 2)}, ground("01001", "01002")) == ()
