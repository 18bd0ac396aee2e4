"""Rates directly standardised on age: what the rate would be, were the territory as old as France. Pure."""

from math import sqrt

from services.indicators.answers.intervals import rounded, wilson
from services.indicators.answers.view import View
from services.indicators.catalogue import Indicator
from services.indicators.rounding import tenths
from shared.schemas.indicators import Standardised

POPULATION = "France\u00a0: habitants par âge des communes du millésime {vintage}"


def standardised(view: View, entry: Indicator) -> Standardised | None:
    """Rate of an indicator weighted by the residents of each of its age bands, None where none may be shown.

    Sum of w n / d over the bands, w being a band's share of the residents of all bands of the indicator. The interval
    is that of the crude rate of the same people (Wilson), stretched as the standard errors of the two rates: Dobson et
    al. 1991, with the variance of proportions in place of Poisson's. It is over the communes for which all bands may
    be shown, which are fewer than those of the crude rate: `covered_population_share` says how many people they hold.
    """
    bands = view.release.bands_of.get(entry.id)
    if not bands:
        return None
    n, d = view.sums
    residents = view.release.standard_population
    whole = sum(residents[band] for _, band in bands)
    if not whole or any(not d[row] for row, _ in bands):
        return None
    rate = variance = 0.0
    for row, band in bands:
        weight, share = residents[band] / whole, n[row] / d[row]
        rate += weight * share
        variance += weight**2 * share * (1 - share) / d[row]
    counted, people = sum(n[row] for row, _ in bands), sum(d[row] for row, _ in bands)
    crude = counted / people
    spread = crude * (1 - crude) / people
    stretch = sqrt(variance / spread) if spread else 1.0
    low, high = (rate + stretch * (limit - crude) for limit in wilson(counted, people))
    return Standardised(
        rate=tenths(rounded(rate)),
        low=tenths(rounded(max(low, 0.0))),
        high=tenths(rounded(min(high, 1.0))),
        population=POPULATION.format(vintage=view.release.facts.vintage),
        covered_population_share=view.covered[bands[0][0]],
    )
