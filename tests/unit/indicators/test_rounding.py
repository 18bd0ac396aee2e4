"""Rates are rounded half away from zero, exactly (DOMAIN §2)."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.rounding import decimal_tenths, rate_tenths, ratio_rounded, share, shares


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_rate_is_what_decimal_says(numerator: int, denominator: int) -> None:
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(numerator * 1000) / Decimal(denominator)
        assert rate_tenths(numerator, denominator) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**6))
def test_rounding_is_the_same_on_both_sides_of_zero(numerator: int, denominator: int) -> None:
    assert ratio_rounded(-numerator, denominator) == -ratio_rounded(numerator, denominator)


@pytest.mark.parametrize(
    ("text", "tenths"), [("9.25", 93), ("9.24", 92), ("0.05", 1), ("10.9", 109), ("0", 0)]
)
def test_a_written_rate_rounds_as_it_is_written(text: str, tenths: int) -> None:
    assert decimal_tenths(text) == tenths


def test_a_half_goes_away_from_zero() -> None:
    assert rate_tenths(1, 2000) == 1
    assert share(1, 3) == 33.3
    assert share(0, 0) == 0.0


@given(st.lists(st.integers(0, 10**8), min_size=1), st.integers(1, 10**8))
def test_many_shares_at_once_are_the_same(parts: list[int], whole: int) -> None:
    assert shares(np.array(parts), whole) == [share(part, whole) for part in parts]
