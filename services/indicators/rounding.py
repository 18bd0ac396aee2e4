"""Exact rounding, half away from zero, in integers: no float takes part before the last division."""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import numpy.typing as npt


def ratio_rounded(numerator: int, denominator: int, scale: int = 1) -> int:
    """Nearest integer to `numerator * scale / denominator`, halves away from zero; denominator > 0."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) * scale + denominator) // (2 * denominator))


def rate_tenths(numerator: int, denominator: int) -> int:
    """Rate per 100 in tenths (`98` is 9,8 %), rounded half away from zero (DOMAIN §2); denominator > 0."""
    return ratio_rounded(numerator, denominator, 1000)


def decimal_tenths(text: str) -> int:
    """Tenths of a rate written in decimals, rounded half away from zero: `"9.25"` is 93."""
    return int((Decimal(text) * 10).quantize(Decimal(1), ROUND_HALF_UP))


def tenths(value: int) -> float:
    """Return the number that tenths stand for, as people write it: 98 is 9.8."""
    return value / 10


def share(part: int, whole: int) -> float:
    """Share of `part` in `whole`, in %, one decimal; 0 where the whole is empty."""
    return tenths(rate_tenths(part, whole)) if whole else 0.0


def shares(parts: npt.NDArray[np.int64], whole: int) -> list[float]:
    """Return the share of each part in `whole` (positive, under 10**15), as `share` does."""
    # Quotients of integers under 2**53 by ten are the same floats as Python's.
    found: list[float] = (((2000 * parts + whole) // (2 * whole)) / 10).tolist()
    return found
