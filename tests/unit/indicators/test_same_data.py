"""The same counts under two names are seen; two years of the same communes are let be."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.building.build import Choices, Draft
from services.indicators.folder.read import read_folder
from services.indicators.raw import ABSENT
from services.indicators.releases.same_data import AGES, PATIENTS, Counted, counted, same_columns
from services.indicators.secrecy.partition import Policy
from tests.first_cut import BUILT_AT
from tests.unit.indicators.worlds import CATALOGUE, geography, write_folder

COLUMNS = ("ald_08_diabete", "patients.infirmier", "acts.infirmier.ami")
RARE = tuple(f"83{rank:03}" for rank in range(40))
Counts = npt.NDArray[np.int64]


def table(counts: Counts, yearly: float = PATIENTS) -> Counted:
    codes = np.array([f"{unit:05}" for unit in range(len(counts))], dtype="S5")
    return Counted(codes, COLUMNS, counts, (yearly,) * len(COLUMNS))


def drawn(seed: int, units: int, mean: float = 80.0) -> Counted:
    return table(np.random.default_rng(seed).poisson(mean, (units, len(COLUMNS))))


def later(counts: Counts, renewed: float, random: np.random.Generator) -> Counts:
    """The same people a year after: some have left, as many have come."""
    found: Counts = counts - random.binomial(counts, renewed) + random.poisson(renewed * counts)
    return found


@given(st.integers(0, 99), st.integers(100, 199), st.integers(60, 200))
def test_two_years_are_two_truths(one: int, other: int, units: int) -> None:
    assert same_columns(drawn(one, units), drawn(other, units)) == ()


@given(st.integers(0, 99), st.integers(7, 200))
def test_a_copy_is_seen_in_every_column_even_of_few_communes(seed: int, units: int) -> None:
    assert same_columns(drawn(seed, units), drawn(seed, units)) == COLUMNS


@given(st.integers(0, 99), st.integers(40, 400))
def test_a_copy_of_small_counts_is_seen(seed: int, units: int) -> None:
    few = drawn(seed, units, mean=5.0)
    assert same_columns(few, few) == COLUMNS


@given(st.integers(0, 99), st.floats(0.02, 0.1))
def test_the_same_patients_a_year_later_are_not_a_copy(seed: int, renewed: float) -> None:
    random = np.random.default_rng(seed)
    now = random.poisson(random.lognormal(3.5, 1.5, (2000, len(COLUMNS))))
    assert same_columns(table(now), table(later(now, renewed, random))) == ()


@pytest.mark.parametrize("mean", [0.3, 1.0, 5.0, 15.0])
@pytest.mark.parametrize("units", [50, 300, 1000])
@pytest.mark.parametrize(("least", "yearly"), [(0.03, PATIENTS), (0.1, AGES)])
def test_a_year_is_hardly_ever_taken_for_a_copy(mean: float, units: int, least: float, yearly: float) -> None:
    random = np.random.default_rng(11)
    taken = 0
    for _ in range(60):
        now = random.poisson(mean, (units, len(COLUMNS)))
        taken += bool(same_columns(table(now, yearly), table(later(now, least, random), yearly)))
    # Three columns each time, renewed as little as ever.
    assert taken <= 3


def test_one_indicator_copied_among_new_ones_is_named() -> None:
    one, other = drawn(1, 100), drawn(2, 100)
    other.counts[:, 0] = one.counts[:, 0]
    assert same_columns(one, other) == ("ald_08_diabete",)


def test_a_copy_touched_here_and_there_is_still_a_copy() -> None:
    one, other = drawn(1, 100), drawn(2, 100)
    other.counts[:65, 1] = one.counts[:65, 1]
    other.counts[65:, 1] = one.counts[65:, 1] + 1
    assert same_columns(one, other) == ("patients.infirmier",)


def test_communes_are_compared_by_code_and_columns_by_name() -> None:
    one = drawn(1, 100)
    upside_down = Counted(one.codes[::-1], COLUMNS[::-1], one.counts[::-1, ::-1], one.yearly)
    assert same_columns(one, upside_down) == COLUMNS
    shifted = Counted(one.codes[::-1], COLUMNS, one.counts, one.yearly)
    assert same_columns(one, shifted) == ()


def test_absent_counts_and_zeros_tell_nothing() -> None:
    for value in (ABSENT, 0):
        nothing = table(np.full((500, len(COLUMNS)), value))
        assert same_columns(nothing, nothing) == ()
    assert same_columns(drawn(1, 0), drawn(1, 100)) == ()


def folder_of(
    path: Path, seed: int, ages: int, vintage: str, policy: Policy = "commune-mask", *, aged: bool = False
) -> Counted:
    """Forty communes with 0 to 29 patients (drawn from `seed`), and nurses of whom 0 to 9 are over 60 (from `ages`)."""
    world = geography(RARE)
    patients = np.random.default_rng(seed).integers(0, 30, len(RARE)).tolist()
    people = np.random.default_rng(seed + 1).integers(900, 1100, len(RARE)).tolist()
    older = np.random.default_rng(ages).integers(0, 10, len(RARE)).tolist()
    counts = [f"ald_08_diabete,{c},{n},{d}" for c, n, d in zip(RARE, patients, people, strict=True)]
    nurses = [f"infirmier,{c},{20 + n},{n},{n // 2}" for c, n in zip(RARE, older, strict=True)]
    more = {"professionals": ["profession,commune,total,age_60_plus,age_65_plus", *nurses]} if aged else {}
    write_folder(
        path,
        counts=["indicator,commune,numerator,denominator", *counts],
        consumers=["commune,consumers", *(f"{code},2000" for code in RARE)],
        **more,
    )
    raw, problems = read_folder(path, CATALOGUE, world)
    assert raw is not None, problems
    draft = Draft(raw, CATALOGUE, world, Choices(policy, two_sided=False, key=vintage.encode()))
    release = draft.release(draft.cut({}), BUILT_AT)
    return counted(release.published.codes, release.layout.to_json(), raw.arrays())


def test_rare_patients_under_another_name_and_policy_are_seen(tmp_path: Path) -> None:
    one = folder_of(tmp_path / "one", 3, 4, "un")
    other = folder_of(tmp_path / "other", 3, 4, "deux", "atoms")
    assert same_columns(one, other) == ("ald_08_diabete", "d.ald_08_diabete")
    assert same_columns(one, folder_of(tmp_path / "year", 30, 4, "trois", "atoms")) == ()


def test_professionals_of_the_year_before_are_seen_under_new_counts(tmp_path: Path) -> None:
    one = folder_of(tmp_path / "one", 3, 4, "un", aged=True)
    other = folder_of(tmp_path / "other", 30, 4, "deux", aged=True)
    assert same_columns(one, other) == ("age_60_plus.infirmier", "age_65_plus.infirmier")
    assert same_columns(one, folder_of(tmp_path / "year", 30, 40, "trois", aged=True)) == ()
