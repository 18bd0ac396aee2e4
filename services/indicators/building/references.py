"""References of larger areas: the producer's where given, else sums over communes, where secrecy lets them be told."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.indicators.building.area_sums import AreaSums
from services.indicators.building.derived_counts import counted_where_it_is
from services.indicators.catalogue import Catalogue, Indicator
from services.indicators.raw import ABSENT, Ints, RawRelease
from services.indicators.release import HIDDEN, NOT_GIVEN
from services.indicators.rounding import rate_tenths
from services.indicators.secrecy.piece import NONE, Cut, Mask, Partition


@dataclass(frozen=True, repr=False)
class References:
    """What each area could be told of each indicator, before anything is cut. Arrays: areas by indicators.

    `exact`: the area's own sum over its communes would be published. `n`, `d`: the counts
    that would be, its own sum or the producer's; ABSENT where there is none. `rate`: what the producer gave in
    tenths, else ABSENT. `loaded`: units by indicators, those that the sums are of; `cut_as`: the row whose atoms they
    are, where it is another one.
    """

    exact: Mask
    n: Ints
    d: Ints
    rate: Ints
    loaded: Mask
    cut_as: Mapping[str, str]

    def exact_totals(self, catalogue: Catalogue) -> dict[str, Mask]:
        """Areas whose exact total would be published, for each row."""
        return {entry.id: self.exact[:, column] for column, entry in enumerate(catalogue.counted)}


def gather_references(raw: RawRelease, catalogue: Catalogue, areas: AreaSums) -> References:
    """References that a release would give.

    A sum is of the communes that have data and 50 consumers (DOMAIN §2), in an area where no other commune is
    missing. A producer's counts are taken where nobody is left to the communes without data, or so many people
    that they hide those who are kept back (`_usable`); else the sum stands in for them. Where nobody is left, they
    are the exact total of the communes that have data, all of them given or not.
    """
    given = raw.references
    n, d, sources = counted_where_it_is(raw, catalogue, areas.geography)
    available = (raw.consumers >= catalogue.limits.consumers)[:, None]
    loaded = (n != ABSENT) & available
    own_n = areas.sums(np.where(loaded, n, 0))
    own_d = areas.sums(np.where(loaded, np.maximum(d, 0), 0))
    left_out = (raw.consumers != ABSENT)[:, None] & ~available
    complete = areas.complete(loaded | sources.outside, left_out) & areas.any(loaded)
    # A commune whose zonage is not known may be in the zones or not: nobody can say what their sum is.
    complete &= ~areas.any(sources.unknown)
    counted = given.numerator != ABSENT
    usable = _usable(
        given.numerator - own_n, np.maximum(given.denominator, 0) - own_d, counted, areas, catalogue
    )
    rated = given.rate != ABSENT
    same = (given.numerator == own_n) & (np.maximum(given.denominator, 0) == own_d)
    # A count that is another's over public zones hides behind nobody where every commune is given.
    known = sources.derived & areas.complete(sources.given & available, left_out)
    # Communes under 50 consumers bound what is left to them, and one of them alone would be told.
    bounded = complete & areas.any(np.broadcast_to(left_out, loaded.shape))
    # Where one is refused none of its kind is taken: the others would tell it by difference.
    refused = np.asarray((counted & ~same & (known | bounded)).any(axis=0))
    theirs = counted & usable & (same | ~refused)
    same &= theirs
    exact = ~rated & (same | (complete & ~theirs))
    return References(
        exact=exact,
        n=np.where(theirs, given.numerator, np.where(complete, own_n, ABSENT)),
        d=np.where(theirs, np.maximum(given.denominator, 0), np.where(complete, own_d, ABSENT)),
        rate=given.rate,
        loaded=loaded,
        cut_as=sources.cut_as,
    )


def published_references(
    references: References, partition: Partition, catalogue: Catalogue, areas: AreaSums
) -> tuple[Ints, Ints]:
    """Rates (tenths) and counts, areas by indicators; NOT_GIVEN where missing, HIDDEN where secrecy keeps them.

    A sum is told only where every atom of the area lies inside it and can be derived: it then tells nothing new.
    The count of a proportion never is.
    """
    rate = np.full(references.n.shape, NOT_GIVEN, dtype=np.int64)
    count = rate.copy()
    people = catalogue.limits.people
    for column, entry in enumerate(catalogue.counted):
        cut = partition.get(references.cut_as.get(entry.id, entry.id))
        told = _told(cut, references.loaded[:, column], areas)
        for area in range(len(rate)):
            n, d, given = (
                int(values[area, column]) for values in (references.n, references.d, references.rate)
            )
            found = count if entry.kind == "count" else rate
            if given != ABSENT and entry.kind != "count":
                rate[area, column] = given
            elif n != ABSENT:
                hidden = (references.exact[area, column] and not told[area]) or n < people
                found[area, column] = HIDDEN if hidden else _figure(entry, n, d, people)
    return rate, count


def _figure(entry: Indicator, n: int, d: int, people: int) -> int:
    if entry.kind == "count":
        return n
    return rate_tenths(n, d) if d >= people else HIDDEN


def _told(cut: Cut | None, loaded: Mask, areas: AreaSums) -> npt.NDArray[np.bool_]:
    """Areas made of whole atoms whose sums can all be derived, with nobody in no atom at all."""
    if cut is None:
        return np.zeros(areas.count, dtype=bool)
    size = np.bincount(cut.atom, minlength=len(cut.known))
    fine = cut.known & (np.arange(len(size)) != NONE)
    found = np.zeros(areas.count, dtype=bool)
    for area, units in enumerate(areas.members):
        labels, members = np.unique(cut.atom[units][loaded[units]], return_counts=True)
        found[area] = bool((fine[labels] & (size[labels] == members)).all())
    return found


def _usable(
    rest_n: Ints, rest_d: Ints, counted: Mask, areas: AreaSums, catalogue: Catalogue
) -> npt.NDArray[np.bool_]:
    """Indicators whose given counts leave to the communes without data nobody, or twice the threshold, at every level.

    Once the threshold because they are people too, and once more because whoever knows it is reached must still not
    narrow what is kept back. The same is asked of those of a count who are not in its part (17 to 69 years old).
    """
    twice = 2 * catalogue.limits.people
    is_count = np.array([entry.kind == "count" for entry in catalogue.counted])
    fine = np.ones(counted.shape[1], dtype=bool)
    levels = [(rest_n, rest_d, counted), *areas.between_levels(rest_n, rest_d, counted)]
    for n, d, given in levels:
        nobody = (n == 0) & (is_count | (d == 0))
        enough = (n >= twice) & (is_count | (d >= twice))
        fine &= (nobody | enough | ~given).all(axis=0)
    column = {entry.id: rank for rank, entry in enumerate(catalogue.counted)}
    for part, entry in enumerate(catalogue.counted):
        for parent in (column[name] for name in entry.parents if is_count[part] and is_count[column[name]]):
            others = rest_n[:, parent] - rest_n[:, part]
            given = counted[:, parent] & counted[:, part]
            if not ((others == 0) | (others >= twice) | ~given).all():
                fine[[parent, part]] = False
    return np.broadcast_to(fine, counted.shape)
