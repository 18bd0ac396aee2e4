"""References of larger areas: the producer's where given, else the sum over communes that are all published."""

import numpy as np

from services.indicators.catalogue import Catalogue
from services.indicators.geography import Geography
from services.indicators.raw import ABSENT, Ints, RawReferences
from services.indicators.release import NOT_GIVEN
from services.indicators.rounding import rate_tenths
from services.indicators.suppression import Cells


def published_references(
    given: RawReferences, cells: Cells, catalogue: Catalogue, geography: Geography
) -> tuple[Ints, Ints]:
    """Rates (tenths) and counts, areas by indicators; NOT_GIVEN where missing (DESIGN §6).

    A sum is made only where every commune of the area is loaded, available and published: with one hidden,
    the sum less the others gives it away, and with several an area nested in another does. What is summed
    is then what a query of all these communes would answer. A producer's counts under 11 are not published.
    The count of a proportion never is.
    """
    shape = (len(geography.areas), len(catalogue.counted))
    rate, count = np.full(shape, NOT_GIVEN, dtype=np.int64), np.full(shape, NOT_GIVEN, dtype=np.int64)
    people = catalogue.limits.people
    for row, area in enumerate(geography.areas):
        communes = geography.communes_of(area)
        summed = np.asarray(cells.safe[communes].all(axis=0)) & (len(communes) > 0)
        n, d = cells.n[communes].sum(axis=0), cells.d[communes].sum(axis=0)
        for column, entry in enumerate(catalogue.counted):
            own_n, own_d = int(given.numerator[row, column]), int(given.denominator[row, column])
            if own_n == ABSENT and summed[column]:
                own_n, own_d = int(n[column]), int(d[column])
            if entry.kind == "count":
                count[row, column] = own_n if own_n >= people else NOT_GIVEN
            elif given.rate[row, column] != ABSENT:
                rate[row, column] = given.rate[row, column]
            elif min(own_n, own_d) >= people:
                rate[row, column] = rate_tenths(own_n, own_d)
    return rate, count
