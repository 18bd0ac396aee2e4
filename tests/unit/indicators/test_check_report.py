"""Alike problems are told together and counted, quoted from their file, and harmless in a spreadsheet."""

import csv
import gzip
import io
import json
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.indicators.folder.cells import quoted
from services.indicators.folder.check import Checked, looked_at
from services.indicators.folder.check_report import groups, to_csv, to_json, verdict
from services.indicators.folder.problems import BadRow, doubt, rejected
from services.indicators.folder.read import read_all
from tests.golden import COMMUNES
from tests.unit.indicators.worlds import CATALOGUE, geography, write_folder

EXAMPLE = Path(str(files("services.indicators").joinpath("data", "exemple")))
CODES = ("83001", "83061")
HEADER = "indicator,commune,numerator,denominator"
ROWS = (
    "ald_8_diabete,83001,1,9",
    "ald_9_diabete,83061,1,9",
    "ald_08_diabete,83001,=1+1,9",
    "ald_08_diabete,99999,10,9",
    "ald_08_diabete,83061,10,9",
    "ald_30_tumeur_maligne,83061,12,9",
)


def checked(folder: Path, warnings: tuple[BadRow, ...] = ()) -> Checked:
    write_folder(folder, counts=[HEADER, *ROWS], consumers=["commune,consumers", "83001,90", "83061,90"])
    world = geography(CODES)
    found = read_all(folder, CATALOGUE, world)
    return Checked(world, found.raw, quoted(folder, found.problems), list(warnings))


def test_sentences_that_differ_only_by_what_they_quote_are_one_group(tmp_path: Path) -> None:
    found = groups([*checked(tmp_path).errors, doubt("acts.csv", "", "un doute", times=7)])
    assert [(group.severity, group.column, group.count) for group in found] == [
        ("erreur", "indicator", 2),
        ("erreur", "numerator", 1),
        ("erreur", "commune", 1),
        ("erreur", "numerator", 2),
        ("avertissement", "", 7),
    ]


def test_links_to_different_groups_of_people_are_told_together() -> None:
    reason = "commune {}\u00a0: {} compte plus de personnes que {}, dont elles font partie"
    rows = [
        BadRow("counts.csv", 2, "numerator", reason.format("2A004", "sans_mt_70_plus", "sans_mt_17_plus")),
        BadRow("counts.csv", 9, "numerator", reason.format("83061", "css_17_plus", "consommants_17_plus")),
    ]
    assert [group.count for group in groups(rows)] == [2]


@pytest.mark.parametrize("packed", [False, True])
def test_each_problem_quotes_its_cell(tmp_path: Path, packed: bool) -> None:
    found = checked(tmp_path).errors
    assert [row.value for row in sorted(found, key=lambda row: row.line)] == [
        *("ald_8_diabete", "ald_9_diabete", "=1+1", "99999", "10", "12"),
    ]
    if packed:
        counts = tmp_path / "counts.csv"
        (tmp_path / "counts.csv.gz").write_bytes(gzip.compress(counts.read_bytes()))
        counts.unlink()
    twice = BadRow("counts.csv", 3, "indicator,commune", "deux fois")
    said = BadRow("counts.csv", 3, "numerator", "trop", value="12, autre 11")
    nowhere = BadRow("absent.csv", 3, "numerator", "?")
    assert [row.value for row in quoted(tmp_path, [twice, said, nowhere])] == [
        *("ald_9_diabete, 83061", "12, autre 11", ""),
    ]


def test_the_verdict_counts_errors_and_warnings(tmp_path: Path) -> None:
    found = checked(tmp_path, (doubt("acts.csv", "", "un doute"),))
    assert "refusé\u00a0: 6 erreurs à corriger, 1 avertissement." in verdict(found)
    assert (
        verdict(Checked(found.geography, found.raw, [], []))
        == "Dossier accepté\u00a0: aucune erreur, 0 avertissement."
    )


def test_a_program_reads_verdict_groups_problems_and_coverage(tmp_path: Path) -> None:
    told = json.loads(json.dumps(to_json(checked(tmp_path, (doubt("acts.csv", "", "un doute", times=3),)))))
    assert (told["accepted"], told["errors"], told["warnings"], told["vintage"]) == (False, 6, 1, "essai")
    assert told["groups"][0]["lines"] == [2, 3]
    assert told["problems"][-1] == {
        "severity": "avertissement",
        "file": "acts.csv",
        "line": 0,
        "column": "",
        "value": "",
        "count": 3,
        "reason": "un doute",
    }
    assert told["coverage"] == [{"departement": "83", "communes": 2, "given": 2}]


def test_no_cell_of_the_csv_is_run_by_a_spreadsheet(tmp_path: Path) -> None:
    lines = list(csv.reader(io.StringIO(to_csv(checked(tmp_path).errors)), delimiter=";"))
    assert lines[0] == ["gravite", "fichier", "ligne", "colonne", "valeur", "anomalie"]
    assert len(lines) == 7
    assert "'=1+1" in [line[4] for line in lines]
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@"))]


def test_a_refusal_holds_no_value(tmp_path: Path) -> None:
    told = rejected(checked(tmp_path).errors).extensions["rows"]
    assert {tuple(row) for row in told} == {("file", "line", "column", "reason")}


SPOILT = (
    "",
    "0",
    "-1",
    "1e9",
    "99999999999",
    "83061",
    "75101",
    "é",
    "=1",
    "0.5",
    "ald_08_diabete",
    ' "',
    "NaN",
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.data())
def test_a_spoilt_folder_is_told_of_and_never_breaks_the_check(tmp_path: Path, data: st.DataObject) -> None:
    world = geography([*COMMUNES, "75056", "75101"])
    folder = tmp_path / "exemple"
    folder.mkdir(exist_ok=True)
    for path in EXAMPLE.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        path = folder / data.draw(st.sampled_from(sorted(p.name for p in EXAMPLE.glob("*.csv"))))
        rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
        row = data.draw(st.sampled_from(rows))
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(st.sampled_from(SPOILT))
        path.write_text("\n".join(",".join(cells) for cells in rows) + "\n", encoding="utf-8")
    found = read_all(folder, CATALOGUE, world, {"83900": "83061"})
    assert found.raw is not None
    warnings = looked_at(found.raw, CATALOGUE, world)
    told = Checked(world, found.raw, quoted(folder, found.problems), warnings)
    assert {row.severity for row in told.errors} <= {"erreur"}
    assert {row.severity for row in told.warnings} <= {"avertissement"}
    assert sum(len(group.rows) for group in groups([*told.errors, *told.warnings])) == len(
        [*told.errors, *told.warnings]
    )
    assert json.loads(json.dumps(to_json(told)))["accepted"] is not bool(told.errors)
    if not told.errors:
        assert told.accepted().given
