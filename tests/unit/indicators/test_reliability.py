"""Intervals of released counts, and the mark of a difference that chance alone could make."""

from collections.abc import Callable
from math import exp, lgamma, log
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.answers.intervals import Limits, byar, wilson
from shared.schemas.indicators import Interval, Status
from tests.unit.indicators.worlds import diagnostic, indicator, release_of, write_folder

CODES = ("83001", "83002")
EVENT = "passages_urgences_sans_hospitalisation"
TAIL = 0.025


def poisson_at_most(k: int, mean: float) -> float:
    return sum(exp(i * log(mean) - mean - lgamma(i + 1)) for i in range(k + 1))


def root(of: Callable[[float], float], low: float, high: float) -> float:
    """Where a decreasing function crosses zero."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if of(middle) > 0 else (low, middle)
    return low


def garwood(n: int) -> Limits:
    """Exact limits: the means under which n or more, and n or fewer, have one chance in forty."""
    ceiling = 3.0 * n + 30
    return (
        root(lambda mean: poisson_at_most(n - 1, mean) - (1 - TAIL), 1e-9, ceiling),
        root(lambda mean: poisson_at_most(n, mean) - TAIL, 1e-9, ceiling),
    )


@pytest.mark.parametrize("n", [11, 12, 15, 20, 35, 60, 100, 300])
def test_byars_limits_are_within_two_thousandths_of_the_exact_ones(n: int) -> None:
    for approached, exact in zip(byar(n), garwood(n), strict=True):
        assert approached == pytest.approx(exact, rel=2e-3)


def test_the_exact_limits_of_the_test_are_the_published_ones() -> None:
    # Garwood 1936, as tabulated: 11 events.
    assert garwood(11) == pytest.approx((5.491, 19.682), abs=1e-3)


def test_wilsons_limits_are_those_of_newcombes_examples() -> None:
    # Newcombe 1998, table I, method 3: 81/263, 15/148, 0/20, 1/29.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=1e-4)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=1e-4)


@given(st.integers(1, 10**6).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d))))
def test_a_proportion_lies_in_its_interval_and_the_complement_mirrors_it(pair: tuple[int, int]) -> None:
    n, d = pair
    low, high = wilson(n, d)
    assert 0 <= low <= n / d + 1e-12
    assert n / d - 1e-12 <= high <= 1
    mirrored = wilson(d - n, d)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high), abs=1e-9)


@given(st.integers(0, 10**6))
def test_events_lie_in_their_interval_and_more_events_move_it_up(n: int) -> None:
    low, high = byar(n)
    assert 0 <= low <= n < high
    assert low <= byar(n + 1)[0]
    assert high < byar(n + 1)[1]


def test_each_kind_has_its_interval_and_a_count_has_none(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path,
        counts=[
            "indicator,commune,numerator,denominator,persons",
            "ald_08_diabete,83001,81,263,",
            f"{EVENT},83001,20,100,15",
            "consommants_17_plus,83001,900,,",
        ],
        consumers=["commune,consumers", "83001,263"],
    )
    answer = diagnostic(release_of(folder, CODES), ["83001"])
    assert indicator(answer, "ald_08_diabete").interval == Interval(low=25.5, high=36.6, method="wilson")
    assert indicator(answer, EVENT).interval == Interval(low=12.2, high=30.9, method="byar")
    assert indicator(answer, "consommants_17_plus").interval is None


@pytest.mark.parametrize(
    ("rate", "spans"), [("25.4", False), ("25.5", True), ("30.8", True), ("36.6", True), ("36.7", False)]
)
def test_a_reference_inside_the_printed_interval_is_close(tmp_path: Path, rate: str, spans: bool) -> None:
    folder = write_folder(
        tmp_path,
        counts=["indicator,commune,numerator,denominator", "ald_08_diabete,83001,81,263"],
        consumers=["commune,consumers", "83001,263"],
        references=[
            "indicator,level,code,numerator,denominator,rate",
            f"ald_08_diabete,france,FR,,,{rate}",
        ],
    )
    release = release_of(folder, CODES)
    france = indicator(diagnostic(release, ["83001"]), "ald_08_diabete").references[-1]
    assert france.spans is spans
    hidden = indicator(diagnostic(release, ["83002"]), "ald_08_diabete")
    assert (hidden.status, hidden.interval) == (Status.UNAVAILABLE, None)
    assert {reference.spans for reference in hidden.references} == {None}
