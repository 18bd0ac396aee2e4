"""A producer's folder is read whole or not at all, and every bad row says where, why and what would be right."""

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.indicators.folder.columns import LARGEST
from services.indicators.folder.problems import BadRow, rejected
from services.indicators.folder.read import read_folder
from services.indicators.secrecy.piece import UNBOUNDED
from tests.golden import COMMUNES, write_golden_folder
from tests.unit.indicators.worlds import CATALOGUE, TOML, geography, write_folder

CODES = ("83001", "83061", "83118")
COUNTS = "indicator,commune,numerator,denominator"
GOOD = ("ald_08_diabete,83001,20,400", "ald_08_diabete,83061,30,500")
CONSUMERS = ("commune,consumers", *(f"{code},1000" for code in CODES))


def problems_of(folder: Path, codes: Sequence[str] = CODES) -> list[BadRow]:
    raw, problems = read_folder(folder, CATALOGUE, geography(codes))
    assert (raw is None) == bool(problems)
    return problems


def with_counts(folder: Path, *rows: str, header: str = COUNTS) -> list[BadRow]:
    return problems_of(write_folder(folder, counts=[header, *rows], consumers=CONSUMERS))


def test_a_filled_folder_is_accepted(tmp_path: Path) -> None:
    assert not with_counts(tmp_path, *GOOD)
    assert not problems_of(write_golden_folder(tmp_path / "var"), list(COMMUNES))


@pytest.mark.parametrize(
    ("row", "column", "told"),
    [
        ("ald_8_diabete,83001,20,400", "indicator", "ald_08_diabete"),
        ("population_par_age,83001,20,", "indicator", "inconnu"),
        ("ald_08_diabete,99999,20,400", "commune", "inconnu"),
        (",83001,20,400", "indicator", "absente"),
        ("ald_08_diabete, 83001,20,400", "commune", "espaces"),
        ("ald_08_diabete,83001,vingt,400", "numerator", "n’est pas un nombre"),
        ("ald_08_diabete,83001,-3,400", "numerator", "négatif"),
        ("ald_08_diabete,83001,12.5,400", "numerator", "entier"),
        ("ald_08_diabete,83001,,400", "numerator", "absente"),
        ("ald_08_diabete,83001, 20,400", "numerator", "espaces"),
        ("ald_08_diabete,83001,9999999999999,400", "numerator", "trop grand"),
        ("ald_08_diabete,83001,20,", "denominator", "a un dénominateur"),
        ("consommants_17_plus,83001,20,400", "denominator", "laissez la case vide"),
        ("ald_08_diabete,83001,401,400", "numerator", "supérieur"),
        ("ald_08_diabete,83061,30,500", "indicator,commune", "ligne 3"),
        ("ald_08_diabete,83001,20", "", "3 colonnes"),
    ],
)
def test_a_bad_row_in_the_middle_is_told_with_its_place(
    tmp_path: Path, row: str, column: str, told: str
) -> None:
    first = "consommants_17_plus,83118,40,"
    found = with_counts(tmp_path, first, GOOD[1], row, "ald_30_tumeur_maligne,83061,30,500")
    assert [(bad.file, bad.line, bad.column) for bad in found] == [("counts.csv", 4, column)]
    assert told in found[0].reason


def test_every_bad_row_is_told_at_once(tmp_path: Path) -> None:
    found = with_counts(tmp_path, "x,83001,a,b", "ald_08_diabete,0,5,4")
    problem = rejected(found)
    assert [row["line"] for row in problem.extensions["rows"]] == [2, 2, 2, 3]
    assert "4 anomalies" in problem.detail


@pytest.mark.parametrize(
    ("persons", "told"), [("30", "plus de personnes"), ("0", "sans personne"), ("", None), ("15", None)]
)
def test_the_persons_behind_events_are_no_more_than_the_events(
    tmp_path: Path, persons: str, told: str | None
) -> None:
    row = f"passages_urgences_sans_hospitalisation,83001,20,10,{persons}"
    found = with_counts(tmp_path, row, header=f"{COUNTS},persons")
    assert [told in bad.reason for bad in found if told] == ([True] if told else [])
    assert bool(found) == bool(told)


def test_a_lost_leading_zero_is_recognised(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, counts=[COUNTS], consumers=["commune,consumers", "6079,100"])
    assert "06079" in problems_of(folder, ["06079"])[0].reason


@pytest.mark.parametrize("missing", ["counts", "consumers"])
def test_a_mandatory_file_must_be_there(tmp_path: Path, missing: str) -> None:
    folder = write_folder(tmp_path, counts=[COUNTS, *GOOD], consumers=CONSUMERS)
    (folder / f"{missing}.csv").unlink()
    bad = problems_of(folder)[0]
    assert (bad.file, "obligatoire" in bad.reason) == (f"{missing}.csv", True)


def test_a_commune_counted_without_consumers_is_told(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, counts=[COUNTS, *GOOD], consumers=CONSUMERS[:2])
    assert [bad.file for bad in problems_of(folder)] == ["consumers.csv"]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("indicator;commune;numerator;denominator", "virgule"),
        ("indicator,commune,numerator", "denominator"),
        ("indicator,commune,numerator,denominator,couleur", "couleur"),
    ],
)
def test_a_wrong_header_is_told_with_the_right_one(tmp_path: Path, header: str, told: str) -> None:
    bad = with_counts(tmp_path, header=header)[0]
    assert (bad.line, told in bad.reason + bad.column) == (1, True)
    assert "indicator,commune,numerator,denominator,[persons]" in bad.reason


def test_latin_1_is_told_at_its_line(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, counts=[COUNTS, *GOOD], consumers=CONSUMERS)
    (folder / "counts.csv").write_bytes(f"{COUNTS}\n{GOOD[0]}\nété".encode("latin-1"))
    bad = problems_of(folder)[0]
    assert (bad.line, "UTF-8" in bad.reason) == (3, True)


def test_a_byte_order_mark_and_gzip_are_accepted_and_a_cut_gzip_is_not(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, consumers=CONSUMERS)
    packed = gzip.compress(("\ufeff" + "\n".join([COUNTS, *GOOD])).encode())
    (folder / "counts.csv.gz").write_bytes(packed)
    assert not problems_of(folder)
    (folder / "counts.csv.gz").write_bytes(packed[:-10])
    assert "tronqué" in problems_of(folder)[0].reason


@pytest.mark.parametrize(
    ("toml", "column", "told"),
    [
        ('vintage = "2025"', "title", "absente"),
        (TOML + 'couleur = "bleu"\n', "couleur", "inconnue"),
        (TOML.replace("cog = 2026", 'cog = "x"'), "cog", "refusée"),
        (TOML + '[indicators.ald_8_diabete]\nsource = "x"\n', "indicators.ald_8_diabete", "ald_08_diabete"),
        ("vintage = ", "", "illisible"),
    ],
)
def test_the_description_must_hold_together(tmp_path: Path, toml: str, column: str, told: str) -> None:
    folder = write_folder(tmp_path, toml, counts=[COUNTS, *GOOD], consumers=CONSUMERS)
    found = {bad.column: bad.reason for bad in problems_of(folder)}
    assert told in found[column]


def test_the_description_is_mandatory(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, counts=[COUNTS, *GOOD], consumers=CONSUMERS)
    (folder / "release.toml").unlink()
    assert [bad.file for bad in problems_of(folder)] == ["release.toml"]


FILES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "population": (
        "commune,band,value",
        [("83001,0-15,3", "inconnu"), ("83001,0-14,3", "manque"), ("83001,0-14,x", "nombre")],
    ),
    "professionals": (
        "profession,commune,total,age_60_plus,age_65_plus",
        [
            ("medecin,83001,3,1,1", "medecin_generaliste"),
            ("infirmier,83001,3,4,1", "plus de 60 ans"),
            ("infirmier,83001,3,1,2", "plus de 65 ans"),
            ("infirmier,83001,3,,4", "que de professionnels"),
            ("pharmacie,83001,3,1,", "pas d’âges"),
        ],
    ),
    "activity": (
        "profession,commune,professionals,patients,largest_share",
        [
            ("pharmacie,83001,3,100,", "pas d’activité"),
            ("infirmier,83001,0,100,", "sans professionnel"),
            ("infirmier,83001,6,100,150", "0 à 1"),
            ('infirmier,83001,6,100,"0,4"', "point"),
        ],
    ),
    "acts": (
        "profession,commune,act,quantity",
        [("infirmier,83001,amo,3", "pas suivi"), ("infirmier,83001,xyz,3", "acte inconnu")],
    ),
    "references": (
        "indicator,level,code,numerator,denominator,rate",
        [
            ("ald_08_diabete,departement,83,,,", "ni taux"),
            ("ald_08_diabete,departement,93,,,5.1", "n’existe pas à ce niveau"),
            ("ald_08_diabete,canton,83,,,5.1", "niveau inconnu"),
            ("ald_08_diabete,departement,83,9,8,", "supérieur"),
            ("consommants_17_plus,departement,83,,,5.1", "il n’a pas de taux"),
            ("consommants_17_plus,departement,83,900,,5.1", "donnez son numérateur"),
            ("consommants_17_plus,departement,83,,900,", "ni taux"),
            ("ald_08_diabete,france,FR,,,-1", "négative"),
            ("ald_08_diabete,france,FR,,,100.1", "supérieur à 100"),
        ],
    ),
    "activity_references": (
        "profession,level,code,patients_per_professional",
        [("infirmier,departement,83,", "absente")],
    ),
    "acts_references": (
        "profession,act,level,code,quantity_per_professional",
        [("infirmier,amo,departement,83,3", "pas suivi")],
    ),
}


@pytest.mark.parametrize(
    ("name", "row", "told"), [(name, row, told) for name, (_, rows) in FILES.items() for row, told in rows]
)
def test_each_file_tells_its_own_bad_rows(tmp_path: Path, name: str, row: str, told: str) -> None:
    given: dict[str, Any] = {name: [FILES[name][0], row]}
    found = problems_of(write_folder(tmp_path, counts=[COUNTS, *GOOD], consumers=CONSUMERS, **given))
    assert {bad.file for bad in found} == {f"{name}.csv"}
    assert told in found[0].reason


@pytest.mark.parametrize(
    ("part", "told"), [("9,4,1", []), ("10,4,1", ["total"]), ("5,5,2", ["age_60_plus", "age_65_plus"])]
)
def test_a_profession_counted_in_another_has_no_more_heads(
    tmp_path: Path, part: str, told: list[str]
) -> None:
    rows = ["medecin_generaliste,83001,9,4,1", f"medecin_generaliste_mep,83001,{part}"]
    given: dict[str, Any] = {
        "professionals": [
            "profession,commune,total,age_60_plus,age_65_plus",
            *rows,
            "medecin_generaliste_mep,83061,9,,",
        ]
    }
    found = problems_of(write_folder(tmp_path, counts=[COUNTS, *GOOD], consumers=CONSUMERS, **given))
    assert [(bad.line, bad.column) for bad in found] == [(3, column) for column in told]


PARIS = ("75056", "75101", "75102", "83001")
OVERLAPS: dict[str, tuple[str, str, str, str]] = {
    "counts": (
        COUNTS,
        "ald_08_diabete,{},20,400",
        "ald_08_diabete,{},20,400",
        "ald_30_tumeur_maligne,{},20,400",
    ),
    "professionals": (
        "profession,commune,total,age_60_plus,age_65_plus",
        "infirmier,{},9,5,5",
        "infirmier,{},9,5,5",
        "sage_femme,{},9,5,5",
    ),
    "activity": (
        "profession,commune,professionals,patients",
        "infirmier,{},9,500",
        "infirmier,{},9,500",
        "orthoptiste,{},9,500",
    ),
    "acts": (
        "profession,commune,act,quantity",
        "infirmier,{},ami,9",
        "infirmier,{},ami,9",
        "infirmier,{},ais,9",
    ),
}


@pytest.mark.parametrize("name", list(OVERLAPS))
def test_a_city_and_its_arrondissements_are_not_both_given(tmp_path: Path, name: str) -> None:
    header, city, part, elsewhere = OVERLAPS[name]
    consumers = ["commune,consumers", *(f"{code},1000" for code in PARIS)]

    def told(folder: Path, *rows: str) -> list[BadRow]:
        files: dict[str, Any] = {"counts": [COUNTS], "consumers": consumers, name: [header, *rows]}
        return problems_of(write_folder(folder, **files), PARIS)

    found = told(tmp_path / "a", part.format("83001"), city.format("75056"), part.format("75102"))
    assert [(bad.file, bad.line, bad.column) for bad in found] == [(f"{name}.csv", 3, "commune")]
    assert "gardez" in found[0].reason
    assert not told(tmp_path / "b", city.format("75056"), elsewhere.format("75101"))
    assert not told(tmp_path / "c", part.format("75101"), part.format("75102"))


def test_residents_of_a_city_and_of_its_arrondissements_are_not_both_given(tmp_path: Path) -> None:
    bands = ("0-14", "15-29", "30-44", "45-59", "60-74", "75-89", "90+")
    rows = [f"{code},{band},5" for code in ("75056", "75101") for band in bands]
    folder = write_folder(
        tmp_path, counts=[COUNTS], consumers=["commune,consumers"], population=["commune,band,value", *rows]
    )
    assert [bad.line for bad in problems_of(folder, PARIS)] == list(range(2, 9))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("professionals.CSV", "attendu\u00a0: professionals.csv"),
        ("population.xlsx", "attendu\u00a0: population.csv"),
        ("Acts.csv.gz", "attendu\u00a0: acts.csv"),
        ("counts.ods", None),
        ("LISEZMOI.txt", None),
        ("._counts.csv", None),
    ],
)
def test_a_file_that_is_not_read_is_told_by_its_name(tmp_path: Path, name: str, told: str | None) -> None:
    folder = write_folder(tmp_path, counts=[COUNTS, *GOOD], consumers=CONSUMERS)
    (folder / name).write_text("", encoding="utf-8")
    found = [(bad.file, bad.reason) for bad in problems_of(folder)]
    assert found == ([(name, f"fichier non lu\u00a0: {name}\u202f; {told}")] if told else [])


def test_a_mandatory_file_under_another_name_is_told_once(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, counts=[COUNTS, *GOOD], consumers=CONSUMERS)
    (folder / "counts.csv").rename(folder / "counts.xlsx")
    assert [(bad.file, "non lu" in bad.reason) for bad in problems_of(folder)] == [("counts.xlsx", True)]


def test_a_row_that_lacks_a_column_is_told_for_that_alone(tmp_path: Path) -> None:
    consumers = ["commune,consumers", "83001,90", "83061", "", "83118,90"]
    folder = write_folder(tmp_path, counts=[COUNTS, *GOOD], consumers=consumers)
    assert [(bad.line, bad.reason) for bad in problems_of(folder)] == [(3, "1 colonne\u202f; 2 attendues")]


def test_a_file_given_twice_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, counts=[COUNTS, *GOOD], consumers=CONSUMERS)
    (folder / "counts.csv.gz").write_bytes(gzip.compress((folder / "counts.csv").read_bytes()))
    (bad,) = problems_of(folder)
    assert "counts.csv et counts.csv.gz" in bad.reason


@pytest.mark.parametrize("value", ["-5", "2147483647", "5.5", "cinq"])
def test_a_row_with_a_bad_number_is_not_said_to_be_missing(tmp_path: Path, value: str) -> None:
    bands = [band.id for band in CATALOGUE.age_bands]
    consumers = ["commune,consumers", "83001,90", f"83061,{value}", "83118,90"]
    population = [
        "commune,band,value",
        f"83001,{bands[0]},{value}",
        *(f"83001,{band},5" for band in bands[1:]),
    ]
    by_age = ["indicator,commune,band,numerator,denominator"]
    by_age += [f"ald_08_diabete,83061,{band},{value if band == bands[0] else 1},9" for band in bands]
    folder = write_folder(
        tmp_path, counts=[COUNTS, *GOOD], consumers=consumers, population=population, counts_by_age=by_age
    )
    assert sorted((bad.file, bad.line, bad.column) for bad in problems_of(folder)) == [
        ("consumers.csv", 3, "consumers"),
        ("counts_by_age.csv", 2, "numerator"),
        ("population.csv", 2, "value"),
    ]


def test_no_count_nor_total_of_a_folder_is_taken_for_unbounded() -> None:
    communes = 40_000
    assert 100 * LARGEST < UNBOUNDED
    assert communes * UNBOUNDED < np.iinfo(np.int64).max


def test_a_description_that_is_not_utf_8_is_told_in_french(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, counts=[COUNTS, *GOOD], consumers=CONSUMERS)
    (folder / "release.toml").write_bytes(
        TOML.replace("Fait à la main", "Fait ici à la main").encode("latin-1")
    )
    (bad,) = problems_of(folder)
    assert (bad.line, "UTF-8" in bad.reason, "codec" in bad.reason) == (5, True, False)


@pytest.mark.parametrize(
    ("what", "told"), [("profession", "profession inconnue"), ("commune", "commune inconnu\u00a0")]
)
def test_an_unknown_key_agrees_with_its_name(tmp_path: Path, what: str, told: str) -> None:
    row = {"profession": "infirmier", "commune": "83001", what: "x"}
    heads = [
        "profession,commune,total,age_60_plus,age_65_plus",
        f"{row['profession']},{row['commune']},9,5,5",
    ]
    folder = write_folder(tmp_path, counts=[COUNTS, *GOOD], consumers=CONSUMERS, professionals=heads)
    assert told in problems_of(folder)[0].reason


def test_a_file_of_another_name_is_told(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, counts=[COUNTS, *GOOD], consumers=CONSUMERS, compte=["a"])
    assert "fichiers possibles" in problems_of(folder)[0].reason


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.sampled_from([*GOOD, "ald_08_diabete,83118,5,4", "?,83001,1,1", ""]), max_size=6))
def test_a_folder_is_loaded_whole_or_not_at_all(tmp_path: Path, rows: list[str]) -> None:
    wrong = [row for row in rows if row.startswith("?") or row.endswith("5,4")]
    repeated = len(set(filter(None, rows))) < len(list(filter(None, rows)))
    assert bool(with_counts(tmp_path, *rows)) == bool(wrong or repeated)
