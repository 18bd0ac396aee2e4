"""Counts of communes of an older COG are added to those of the commune that they are part of today."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.indicators.building.sources import sources_of
from services.indicators.folder.history import successors, told, why_old
from services.indicators.folder.read import Reading, read_all
from services.indicators.raw import ABSENT, RawRelease
from tests.unit.indicators.worlds import CATALOGUE, TOML, geography, write_folder

CODES = ("83001", "83061", "83118")
MERGED = {"83900": "83061", "83901": "83061"}
COUNTS = "indicator,commune,numerator,denominator,persons"
NURSES, PHARMACIES = (
    [entry.id for entry in CATALOGUE.professions].index(name) for name in ("infirmier", "pharmacie")
)
DIABETES = [entry.id for entry in CATALOGUE.counted].index("ald_08_diabete")
VISITS = [entry.id for entry in CATALOGUE.counted].index("passages_urgences_sans_hospitalisation")
FREJUS = CODES.index("83061")


def reading(folder: Path, merged: Mapping[str, str] | None = None, **files: list[str]) -> Reading:
    given: dict[str, Any] = {"counts": [COUNTS], "consumers": ["commune,consumers"], **files}
    write_folder(folder, TOML.replace("cog = 2026", "cog = 2012"), **given)
    return read_all(folder, CATALOGUE, geography(CODES), MERGED if merged is None else merged)


def accepted(folder: Path, merged: Mapping[str, str] | None = None, **files: list[str]) -> RawRelease:
    found = reading(folder, merged, **files)
    assert not found.problems
    assert found.raw is not None
    return found.raw


CONSUMERS = ["commune,consumers", "83001,90", "83061,100", "83900,20", "83901,7"]


def test_counts_of_merged_communes_are_summed(tmp_path: Path) -> None:
    raw = accepted(
        tmp_path,
        consumers=CONSUMERS,
        counts=[
            COUNTS,
            "ald_08_diabete,83001,5,90,",
            "ald_08_diabete,83061,10,100,",
            "ald_08_diabete,83900,2,20,",
            "ald_08_diabete,83901,1,7,",
            "passages_urgences_sans_hospitalisation,83061,50,100,30",
            "passages_urgences_sans_hospitalisation,83900,5,20,",
            "passages_urgences_sans_hospitalisation,83901,6,7,4",
        ],
    )
    assert raw.consumers.tolist() == [90, 127, ABSENT]
    assert raw.counts.numerator[:, DIABETES].tolist() == [5, 13, ABSENT]
    assert raw.counts.denominator[:, DIABETES].tolist() == [90, 127, ABSENT]
    # Persons that an old commune does not tell are not counted: fewer heads protect more.
    assert (raw.counts.numerator[FREJUS, VISITS], raw.counts.persons[FREJUS, VISITS]) == (61, 34)
    assert raw.regrouped == 2
    assert "2 anciennes communes" in str(sources_of(raw, CATALOGUE, 2026)[0].definition)


def test_a_code_that_changed_takes_its_counts_along(tmp_path: Path) -> None:
    raw = accepted(
        tmp_path,
        {"83900": "83118"},
        consumers=["commune,consumers", "83900,20"],
        counts=[COUNTS, "ald_08_diabete,83900,2,20,"],
    )
    assert raw.counts.numerator[:, DIABETES].tolist() == [ABSENT, ABSENT, 2]


def test_a_part_never_passes_for_the_whole(tmp_path: Path) -> None:
    rows = ["ald_08_diabete,83061,10,100,", "ald_08_diabete,83900,2,20,"]
    found = reading(tmp_path, consumers=CONSUMERS, counts=[COUNTS, *rows])
    assert found.raw is not None
    assert found.raw.counts.numerator[FREJUS, DIABETES] == ABSENT
    assert found.partial == ("83061",)
    assert any("83061" in doubt.reason for doubt in told(MERGED, found.partial, 2012, 2026)[1:])


def test_the_largest_share_of_merged_communes_is_that_of_the_largest(tmp_path: Path) -> None:
    header = "profession,commune,professionals,patients,largest_share"
    rows = ["infirmier,83061,6,600,0.5", "infirmier,83900,1,200,1", "infirmier,83001,5,500,0.4"]
    supply = accepted(tmp_path, activity=[header, *rows]).supply
    assert supply.active[:, NURSES].tolist() == [5, 7, ABSENT]
    assert supply.patients[:, NURSES].tolist() == [500, 800, ABSENT]
    assert supply.patients_share[:2, NURSES].tolist() == [0.4, 300 / 800]
    unknown = accepted(tmp_path, activity=[header, *rows[:1], "infirmier,83900,1,200,", *rows[2:]]).supply
    assert np.isnan(unknown.patients_share[FREJUS, NURSES])
    assert unknown.patients_share[0, NURSES] == 0.4


def test_ages_and_patients_are_unknown_where_a_part_does_not_tell_them(tmp_path: Path) -> None:
    supply = accepted(
        tmp_path,
        professionals=[
            "profession,commune,total,age_60_plus,age_65_plus",
            "infirmier,83061,9,4,1",
            "infirmier,83900,2,,",
            "pharmacie,83061,2,,",
            "pharmacie,83901,1,,",
        ],
        activity=["profession,commune,professionals,patients", "infirmier,83061,6,600", "infirmier,83901,1,"],
    ).supply
    assert (supply.total[FREJUS, NURSES], supply.age_60_plus[FREJUS, NURSES]) == (11, ABSENT)
    assert (supply.active[FREJUS, NURSES], supply.patients[FREJUS, NURSES]) == (7, ABSENT)
    assert supply.total[FREJUS, PHARMACIES] == 3


def test_an_old_code_given_twice_is_told(tmp_path: Path) -> None:
    found = reading(tmp_path, consumers=[*CONSUMERS, "83900,20"])
    assert [(bad.line, "double" in bad.reason) for bad in found.problems] == [(6, True)]


def test_links_are_checked_before_counts_are_added(tmp_path: Path) -> None:
    rows = ["sans_mt_17_plus,83061,50,100,", "sans_mt_70_plus,83061,1,9,"]
    old = ["sans_mt_17_plus,83900,1,20,", "sans_mt_70_plus,83900,2,9,"]
    found = reading(tmp_path, consumers=CONSUMERS, counts=[COUNTS, *rows, *old])
    assert [(bad.line, "commune 83900" in bad.reason) for bad in found.problems] == [(5, True)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 400)), min_size=3, max_size=3),
    st.permutations(["83061", "83900", "83901"]),
)
def test_a_commune_cut_into_old_ones_gives_back_what_it_was(
    tmp_path: Path, parts: list[tuple[int, int, int]], codes: list[str]
) -> None:
    def read(folder: Path, rows: list[tuple[str, int, int, int]]) -> RawRelease:
        return accepted(
            folder,
            counts=[COUNTS, *(f"ald_08_diabete,{code},{n},{n + d}," for code, n, d, _ in rows)],
            consumers=["commune,consumers", *(f"{code},{people}" for code, _, _, people in rows)],
        )

    cut = read(tmp_path, [(code, *part) for code, part in zip(codes, parts, strict=True)])
    n, d, people = map(sum, zip(*parts, strict=True))
    whole = read(tmp_path, [("83061", n, d, people)])
    assert cut.consumers.tolist() == whole.consumers.tolist()
    for name in ("numerator", "denominator", "persons"):
        assert np.array_equal(getattr(cut.counts, name), getattr(whole.counts, name))


HISTORY = {"83900": ("83061",), "83910": ("83001", "83118"), "83920": ("83118",)}


@pytest.mark.parametrize(
    ("older", "found"), [(True, {"83900": "83061", "83920": "83118"}), (False, {"83920": "83118"})]
)
def test_what_may_already_be_counted_is_added_only_to_a_folder_of_an_older_cog(
    older: bool, found: dict[str, str]
) -> None:
    assert successors(HISTORY, {"83061", "83001"}, set(CODES), older=older) == found


def test_a_split_commune_is_refused_with_what_to_do() -> None:
    assert "scindée entre 83001, 83118" in str(why_old("83910", HISTORY, 2026))
    assert "avant 2026" in str(why_old("83900", HISTORY, 2026))
    assert why_old("99999", HISTORY, 2026) is None
