"""The same counts under two names are seen; two years of the same communes are let be."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.raw import ABSENT
from services.indicators.same_data import Counted, same_columns

COLUMNS = ("ald_08_diabete", "patients.infirmier", "acts.infirmier.ami")


def drawn(seed: int, units: int, mean: float = 80.0) -> Counted:
    counts = np.random.default_rng(seed).poisson(mean, (units, len(COLUMNS)))
    return Counted(np.array([f"{unit:05}" for unit in range(units)], dtype="S5"), COLUMNS, counts)


@given(st.integers(0, 99), st.integers(100, 199), st.integers(60, 200))
def test_two_years_are_two_truths(one: int, other: int, units: int) -> None:
    assert same_columns(drawn(one, units), drawn(other, units)) == ()


@given(st.integers(0, 99), st.integers(7, 200))
def test_a_copy_is_seen_in_every_column_even_of_few_communes(seed: int, units: int) -> None:
    assert same_columns(drawn(seed, units), drawn(seed, units)) == COLUMNS


@given(st.integers(0, 99), st.floats(0.02, 0.1))
def test_the_same_patients_a_year_later_are_not_a_copy(seed: int, renewed: float) -> None:
    random = np.random.default_rng(seed)
    now = random.poisson(random.lognormal(3.5, 1.5, (2000, len(COLUMNS))))
    later = now - random.binomial(now, renewed) + random.poisson(renewed * now)
    codes = np.array([f"{unit:05}" for unit in range(2000)], dtype="S5")
    assert same_columns(Counted(codes, COLUMNS, now), Counted(codes, COLUMNS, later)) == ()


def test_one_indicator_copied_among_new_ones_is_named() -> None:
    one, other = drawn(1, 100), drawn(2, 100)
    other.counts[:, 0] = one.counts[:, 0]
    assert same_columns(one, other) == ("ald_08_diabete",)


def test_a_copy_touched_here_and_there_is_still_a_copy() -> None:
    one, other = drawn(1, 100), drawn(2, 100)
    other.counts[:60, 1] = one.counts[:60, 1]
    other.counts[60:, 1] = one.counts[60:, 1] + 1
    assert same_columns(one, other) == ("patients.infirmier",)


def test_communes_are_compared_by_code_and_columns_by_name() -> None:
    one = drawn(1, 100)
    upside_down = Counted(one.codes[::-1], COLUMNS[::-1], one.counts[::-1, ::-1])
    assert same_columns(one, upside_down) == COLUMNS
    shifted = Counted(one.codes[::-1], COLUMNS, one.counts)
    assert same_columns(one, shifted) == ()


def test_small_counts_and_absent_ones_tell_nothing() -> None:
    few = drawn(1, 500, mean=5.0)
    assert same_columns(few, few) == ()
    absent = Counted(few.codes, COLUMNS, np.full_like(few.counts, ABSENT))
    assert same_columns(absent, absent) == ()
    assert same_columns(drawn(1, 0), drawn(1, 100)) == ()
