"""Confidence intervals at 95 % of released counts: Wilson for proportions, Byar for events. Pure, closed forms.

The counts are exhaustive: the interval is not one of sampling, but says what chance could give to the same people
under the same risk. It is a function of the released numerator and denominator alone.
"""

from math import sqrt

from services.indicators.catalogue import Indicator
from services.indicators.rounding import tenths

# Quantile of the normal law at 97.5 %.
Z = 1.959963984540054
Limits = tuple[float, float]
# Per 100 in tenths, as rates are compared and printed.
Bounds = tuple[int, int]


def wilson(n: int, d: int) -> Limits:
    """Limits of a proportion n / d, of 1; 0 <= n <= d, d > 0 (Wilson 1927; Newcombe 1998, method 3)."""
    centre = 2 * n + Z * Z
    spread = Z * sqrt(Z * Z + 4 * n * (d - n) / d)
    whole = 2 * (d + Z * Z)
    return max((centre - spread) / whole, 0.0), min((centre + spread) / whole, 1.0)


def byar(n: int) -> Limits:
    """Limits of a Poisson mean of which n events were seen (Breslow and Day 1987, formula 2.13).

    From 11 events on, the least that is released, within 0.2 % of the exact limits of Garwood (1936).
    """
    low = n * (1 - 1 / (9 * n) - Z / (3 * sqrt(n))) ** 3 if n else 0.0
    more = n + 1
    return max(low, 0.0), more * (1 - 1 / (9 * more) + Z / (3 * sqrt(more))) ** 3


def limits(entry: Indicator, n: int, d: int) -> Limits:
    """Limits of the rate n / d of an indicator, of 1; d > 0."""
    if entry.kind == "event":
        low, high = byar(n)
        return low / d, high / d
    return wilson(n, d)


def bounds(entry: Indicator, n: int, d: int) -> Bounds:
    """Limits of the rate, per 100 in tenths; d > 0."""
    low, high = limits(entry, n, d)
    return rounded(low), rounded(high)


def interval(entry: Indicator, within: Bounds) -> dict[str, float | str]:
    """Fields of the interval as it is answered."""
    low, high = within
    method = "byar" if entry.kind == "event" else "wilson"
    return {"low": tenths(low), "high": tenths(high), "method": method}


def rounded(value: float) -> int:
    """A positive share of 1, per 100 in tenths, halves upwards."""
    return int(value * 1000 + 0.5)
