"""What a folder leaves out, contradicts or makes unlikely is told as a warning, and nothing else is."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from services.indicators.folder.doubts import doubts
from services.indicators.folder.missing import Coverage, coverage, missing
from services.indicators.folder.outliers import outliers
from services.indicators.folder.problems import BadRow
from services.indicators.folder.read import read_all
from services.indicators.folder.supply_doubts import supply_doubts
from services.indicators.geography import Geography, geography_of
from services.indicators.raw import RawRelease
from tests.golden import COMMUNES, write_golden_folder
from tests.unit.indicators.worlds import CATALOGUE, geography, membership, write_folder

HEADER = "indicator,commune,numerator,denominator"
VAR = tuple(f"830{number:02}" for number in range(1, 13))
GARD = tuple(f"300{number:02}" for number in range(1, 13))


def raw_of(folder: Path, world: Geography, **files: Sequence[str]) -> RawRelease:
    found = read_all(write_folder(folder, **files), CATALOGUE, world)
    assert not found.problems
    assert found.raw is not None
    return found.raw


def consumers(codes: Sequence[str], people: int = 2000) -> list[str]:
    return ["commune,consumers", *(f"{code},{people}" for code in codes)]


def counts(rows: Sequence[str]) -> list[str]:
    return [HEADER, *rows]


def saying(found: Sequence[BadRow], word: str) -> list[BadRow]:
    assert all(doubt.severity == "avertissement" for doubt in found)
    return [doubt for doubt in found if word in doubt.reason]


def complete(codes: Sequence[str]) -> list[str]:
    """Rows of every indicator."""
    values = {entry.id: "2000," if entry.kind == "count" else "100,2000" for entry in CATALOGUE.counted}
    return [f"{name},{code},{value}" for name, value in values.items() for code in codes]


def test_a_missing_indicator_is_told_but_not_one_that_is_derived(tmp_path: Path) -> None:
    world = geography(VAR[:2])
    rows = [row for row in complete(VAR[:2]) if not row.startswith(("depistage_sein,", "sans_mt"))]
    found = missing(
        raw_of(tmp_path, world, counts=counts(rows), consumers=consumers(VAR[:2])), CATALOGUE, world
    )
    assert len(saying(found, "depistage_sein")) == 1
    assert not saying(found, "sans_mt_zone_sous_dense")
    assert not saying(found, "depistage_colorectal")


def test_files_that_are_not_there_are_told_with_what_will_lack(tmp_path: Path) -> None:
    world = geography(VAR[:1])
    found = missing(raw_of(tmp_path, world, counts=[HEADER], consumers=consumers(VAR[:1])), CATALOGUE, world)
    assert {doubt.file for doubt in saying(found, "facultatif absent")} == {
        *("counts_by_age.csv", "references.csv", "population.csv", "professionals.csv", "activity.csv"),
        *("acts.csv", "activity_references.csv", "acts_references.csv"),
    }


def test_an_indicator_with_holes_counts_them_where_the_commune_is_open(tmp_path: Path) -> None:
    world = geography(VAR[:4])
    people = [*consumers(VAR[:3]), f"{VAR[3]},40"]
    raw = raw_of(tmp_path, world, counts=counts(["ald_08_diabete,83001,50,900"]), consumers=people)
    (hole,) = saying(missing(raw, CATALOGUE, world), "ald_08_diabete manque")
    assert (hole.times, "83002, 83003" in hole.reason, "83004" in hole.reason) == (2, True, False)


def test_communes_that_are_not_given_are_told_by_departement(tmp_path: Path) -> None:
    paris = ("75056", "75101", "75102")
    world = geography((*VAR, *GARD, *paris))
    raw = raw_of(tmp_path, world, counts=[HEADER], consumers=consumers((*VAR[:9], "75101")))
    assert coverage(raw.consumers, world) == [
        Coverage("30", 12, 0),
        Coverage("75", 1, 1),
        Coverage("83", 12, 9),
    ]
    found = missing(raw, CATALOGUE, world)
    assert [doubt.times for doubt in saying(found, "aucune commune donnée")] == [1]
    assert [doubt.times for doubt in saying(found, "département 83")] == [3]
    assert not saying(found, "département 75")


def test_protections_that_cannot_be_checked_are_told(tmp_path: Path) -> None:
    world = geography(VAR[:1])
    raw = raw_of(
        tmp_path,
        world,
        counts=counts(["passages_urgences_sans_hospitalisation,83001,50,900"]),
        consumers=consumers(VAR[:1]),
        activity=["profession,commune,professionals,patients", "infirmier,83001,6,600"],
    )
    found = missing(raw, CATALOGUE, world)
    assert len(saying(found, "personnes distinctes absentes de 1 commune")) == 1
    assert len(saying(found, "dominance")) == 1


def doubts_on(folder: Path, world: Geography, **files: Sequence[str]) -> list[BadRow]:
    raw = raw_of(folder, world, **files)
    return [*doubts(raw, CATALOGUE, world), *supply_doubts(raw, CATALOGUE, world)]


def test_denominators_above_consumers_and_unlike_each_other_are_told(tmp_path: Path) -> None:
    rows = ["ald_08_diabete,83001,50,2001", "ald_30_tumeur_maligne,83001,50,2000"]
    found = doubts_on(tmp_path, geography(VAR[:1]), counts=counts(rows), consumers=consumers(VAR[:1]))
    assert len(saying(found, "ald_08_diabete\u00a0: plus de personnes que de consommants")) == 1
    assert len(saying(found, "«\u00a0Consommants de soins\u00a0» n’est pas le même")) == 1
    assert len(found) == 2


@pytest.mark.parametrize(("given", "apart"), [(1000, 0), (1090, 0), (1110, 1), (880, 1)])
def test_residents_by_age_are_about_those_of_the_census(tmp_path: Path, given: int, apart: int) -> None:
    bands = [band.id for band in CATALOGUE.age_bands]
    rows = [f"83001,{band},{given - 6 if rank == 0 else 1}" for rank, band in enumerate(bands)]
    world = geography_of([membership("83001", population=1000)], 2026, "essai")
    found = doubts_on(
        tmp_path,
        world,
        counts=[HEADER],
        consumers=["commune,consumers"],
        population=["commune,band,value", *rows],
    )
    assert len(saying(found, "tranches d’âge")) == len(found) == apart


def test_more_active_professionals_than_there_are_is_told(tmp_path: Path) -> None:
    found = doubts_on(
        tmp_path,
        geography(VAR[:2]),
        counts=[HEADER],
        consumers=["commune,consumers"],
        professionals=["profession,commune,total,age_60_plus,age_65_plus", "infirmier,83001,5,,"],
        activity=[
            "profession,commune,professionals,patients",
            "infirmier,83001,6,600",
            "infirmier,83002,6,600",
        ],
    )
    assert [(doubt.file, doubt.times) for doubt in found] == [("activity.csv", 1)]


@pytest.mark.parametrize(
    ("share", "told"), [("0.2", False), ("0.198", False), ("25", False), ("0.02", True), ("2", True)]
)
def test_the_largest_is_no_less_than_the_mean(tmp_path: Path, share: str, told: bool) -> None:
    found = doubts_on(
        tmp_path,
        geography(VAR[:2]),
        counts=[HEADER],
        consumers=["commune,consumers"],
        activity=[
            "profession,commune,professionals,patients,largest_share",
            f"infirmier,83001,5,600,{share}",
        ],
        acts=["profession,commune,act,quantity,largest_share", f"infirmier,83001,ami,900,{share}"],
    )
    assert [doubt.file for doubt in found] == (["activity.csv", "acts.csv"] if told else [])


def test_acts_of_nobody_are_told(tmp_path: Path) -> None:
    found = doubts_on(
        tmp_path,
        geography(VAR[:2]),
        counts=[HEADER],
        consumers=["commune,consumers"],
        activity=["profession,commune,professionals,patients", "infirmier,83001,5,600"],
        acts=["profession,commune,act,quantity", "infirmier,83001,ami,9", "infirmier,83002,ami,9"],
    )
    assert [("83002" in doubt.reason, "83001" in doubt.reason) for doubt in found] == [(True, False)]


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("ald_08_diabete,departement,83,,,5", False),
        ("ald_08_diabete,departement,83,,,5.4", False),
        ("ald_08_diabete,departement,83,,,7", True),
        ("ald_08_diabete,departement,83,100,2000,", False),
        ("ald_08_diabete,departement,83,99,2000,", True),
        ("ald_08_diabete,departement,83,101,2000,", True),
        ("consommants_17_plus,departement,83,3000,,", False),
        ("consommants_17_plus,departement,83,2980,,", True),
    ],
)
def test_references_that_communes_contradict_are_told(tmp_path: Path, reference: str, told: bool) -> None:
    rows = [f"ald_08_diabete,{code},50,1000" for code in VAR[:2]]
    rows += [f"consommants_17_plus,{code},1500," for code in VAR[:2]]
    found = doubts_on(
        tmp_path,
        geography(VAR[:2]),
        counts=counts(rows),
        consumers=consumers(VAR[:2], 1000),
        references=["indicator,level,code,numerator,denominator,rate", reference],
    )
    assert bool(saying(found, "contredisent")) is told


def test_a_reference_of_communes_that_are_not_all_given_is_contradicted_only_by_more_people(
    tmp_path: Path,
) -> None:
    def told(folder: Path, numerator: int) -> bool:
        found = doubts_on(
            folder,
            geography(VAR[:2]),
            counts=counts(["ald_08_diabete,83001,50,1000"]),
            consumers=consumers(VAR[:1], 1000),
            references=[
                "indicator,level,code,numerator,denominator",
                f"ald_08_diabete,departement,83,{numerator},9000",
            ],
        )
        return bool(saying(found, "contredisent"))

    assert not told(tmp_path / "a", 400)
    assert told(tmp_path / "b", 40)


def unlikely(folder: Path, codes: Sequence[str], rows: Sequence[str]) -> list[BadRow]:
    world = geography(codes)
    return outliers(raw_of(folder, world, counts=counts(rows), consumers=consumers(codes)), CATALOGUE, world)


def test_zeros_everywhere_are_told_but_not_in_a_handful_of_people(tmp_path: Path) -> None:
    rows = [f"ald_04_bilharziose,{code},0,900" for code in VAR]
    (zero,) = unlikely(tmp_path / "a", VAR, rows)
    assert (zero.times, "zéro partout" in zero.reason) == (12, True)
    assert not unlikely(tmp_path / "b", VAR[:1], ["ald_04_bilharziose,83001,0,90"])


@pytest.mark.parametrize(("people", "told"), [(900, True), (100, False), (60, False)])
def test_a_rate_ten_times_the_others_is_told_unless_chance_may_do_it(
    tmp_path: Path, people: int, told: bool
) -> None:
    rows = [f"ald_08_diabete,{code},{20 + rank},1000" for rank, code in enumerate(VAR[1:])]
    found = unlikely(tmp_path, VAR, [*rows, f"ald_08_diabete,83001,{people},1000"])
    assert bool(saying(found, "10 fois")) is told
    few = unlikely(tmp_path, VAR, [*rows, "ald_08_diabete,83001,40,100"])
    assert not saying(few, "10 fois")


def test_the_same_numbers_in_two_departements_or_two_indicators_are_told(tmp_path: Path) -> None:
    both = [f"ald_08_diabete,{code},{50 + int(code[2:])},900" for code in (*VAR, *GARD)]
    (copied,) = unlikely(tmp_path / "a", (*VAR, *GARD), both)
    assert "départements 30, 83" in copied.reason
    twins = [*both[:12], *(row.replace("ald_08_diabete", "ald_30_tumeur_maligne") for row in both[:12])]
    (same,) = unlikely(tmp_path / "b", VAR, twins)
    assert "ald_08_diabete, ald_30_tumeur_maligne" in same.reason
    flat = [f"{name},{code},50,900" for name in ("ald_08_diabete", "ald_30_tumeur_maligne") for code in VAR]
    assert not unlikely(tmp_path / "c", VAR, flat)


def test_a_published_report_leaves_nothing_unlikely(tmp_path: Path) -> None:
    world = geography(COMMUNES)
    found = read_all(write_golden_folder(tmp_path), CATALOGUE, world)
    assert found.raw is not None
    assert not found.problems
    assert not outliers(found.raw, CATALOGUE, world)
