"""References of larger areas: the producer's where given, else the exact sum over their communes."""

import numpy as np
import numpy.typing as npt

from services.indicators.catalogue import Catalogue
from services.indicators.geography import Geography
from services.indicators.raw import ABSENT, Ints, RawCounts, RawReferences
from services.indicators.release import NOT_GIVEN
from services.indicators.rounding import rate_tenths
from services.indicators.suppression import Cells


def published_references(
    given: RawReferences, counts: RawCounts, cells: Cells, catalogue: Catalogue, geography: Geography
) -> tuple[Ints, Ints]:
    """Rates (tenths) and counts, areas by indicators; NOT_GIVEN where missing (DESIGN §6).

    A sum is made only where every commune of the area is loaded and available, and reaches 11.
    The count of a proportion is not published: with one commune hidden it would give that commune away.
    """
    shape = (len(geography.areas), len(catalogue.counted))
    rate, count = np.full(shape, NOT_GIVEN, dtype=np.int64), np.full(shape, NOT_GIVEN, dtype=np.int64)
    is_count = [entry.kind == "count" for entry in catalogue.counted]
    people = catalogue.limits.people
    for row, area in enumerate(geography.areas):
        communes = geography.communes_of(area)
        whole: npt.NDArray[np.bool_] = np.asarray(cells.loaded[communes].all(axis=0) & (len(communes) > 0))
        n, d = counts.numerator[communes].sum(axis=0), cells.d[communes].sum(axis=0)
        for column in range(shape[1]):
            own_n, own_d = int(given.numerator[row, column]), int(given.denominator[row, column])
            if given.rate[row, column] != ABSENT:
                rate[row, column] = given.rate[row, column]
            elif is_count[column]:
                count[row, column] = own_n
            elif own_d > 0 and own_n != ABSENT:
                rate[row, column] = rate_tenths(own_n, own_d)
            if rate[row, column] != NOT_GIVEN or count[row, column] != NOT_GIVEN:
                continue
            if whole[column] and n[column] >= people:
                if is_count[column]:
                    count[row, column] = n[column]
                elif d[column] >= people:
                    rate[row, column] = rate_tenths(int(n[column]), int(d[column]))
    return rate, count
