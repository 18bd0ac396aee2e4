"""counts_by_age.csv: all the bands of an indicator in a commune or none, and their sum is what counts.csv says."""

from pathlib import Path

import pytest

from services.indicators.folder.read import read_folder
from services.indicators.raw import ABSENT, RawRelease
from tests.unit.indicators.worlds import CATALOGUE, geography, write_folder

CODES = ("83001", "83061")
BANDS = tuple(band.id for band in CATALOGUE.age_bands)
HEADER = "indicator,commune,band,numerator,denominator"
COUNTS = (
    "indicator,commune,numerator,denominator",
    "ald_08_diabete,83001,28,700",
    "ald_08_diabete,83061,5,90",
)
GOOD = tuple(f"ald_08_diabete,83001,{band},{rank + 1},100" for rank, band in enumerate(BANDS))


def read(folder: Path, *rows: str, counts: tuple[str, ...] = COUNTS) -> tuple[RawRelease | None, list[str]]:
    written = write_folder(
        folder,
        counts=counts,
        consumers=["commune,consumers", *(f"{code},1000" for code in CODES)],
        counts_by_age=[HEADER, *rows],
    )
    raw, problems = read_folder(written, CATALOGUE, geography(CODES))
    assert {problem.file for problem in problems} <= {"counts_by_age.csv"}
    return raw, [f"{problem.line} {problem.column} {problem.reason}" for problem in problems]


def test_bands_take_their_places(tmp_path: Path) -> None:
    raw, problems = read(tmp_path, *GOOD)
    assert not problems
    assert raw is not None
    assert raw.by_age is not None
    column = [entry.id for entry in CATALOGUE.counted].index("ald_08_diabete")
    assert raw.by_age.numerator[0, column].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert raw.by_age.denominator[0, column].tolist() == [100] * 7
    assert (raw.by_age.numerator[1] == ABSENT).all()
    assert {"by_age.numerator", "by_age.denominator"} <= set(raw.arrays())


def test_without_the_file_there_are_no_bands(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, counts=COUNTS, consumers=["commune,consumers", "83001,9", "83061,9"])
    raw, _ = read_folder(folder, CATALOGUE, geography(CODES))
    assert raw is not None
    assert raw.by_age is None
    assert "by_age.numerator" not in raw.arrays()


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (GOOD[:-1], "2 band ald_08_diabete, commune 83001\u00a0: il manque la tranche d’âge 90+"),
        ((*GOOD[:-1], "ald_08_diabete,83001,90+,8,100"), "2 numerator"),
        ((*GOOD[:-1], "ald_08_diabete,83001,90+,7,101"), "2 denominator"),
        ((*GOOD[:-1], "ald_08_diabete,83001,90+,7,6"), "8 numerator numérateur supérieur"),
        ((*GOOD, GOOD[2]), "9 indicator,commune,band ligne en double"),
        ((*GOOD[:-1], "ald_08_diabete,83001,95+,7,100"), "8 band tranche d’âge inconnu"),
        (
            (*GOOD, *(f"consommants_17_plus,83001,{band},1,1" for band in BANDS)),
            "9 indicator cet indicateur est un effectif",
        ),
        (
            (*GOOD, *(f"admissions_directes_medecine,83001,{band},1,1" for band in BANDS)),
            "9 indicator cet indicateur compte des événements",
        ),
    ],
)
def test_each_bad_row_is_told_with_its_place(tmp_path: Path, rows: tuple[str, ...], told: str) -> None:
    raw, problems = read(tmp_path, *rows)
    assert raw is None
    assert any(problem.startswith(told) for problem in problems), problems


def test_bands_of_a_pair_that_counts_csv_leaves_out_are_taken_as_they_are(tmp_path: Path) -> None:
    raw, problems = read(tmp_path, *GOOD, counts=(COUNTS[0], COUNTS[2]))
    assert not problems
    assert raw is not None


def test_a_refusal_holds_no_count(tmp_path: Path) -> None:
    _, problems = read(tmp_path, *GOOD[:-1], "ald_08_diabete,83001,90+,8123,9456")
    assert problems
    assert not any("8123" in problem or "8144" in problem for problem in problems)
