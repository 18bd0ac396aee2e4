"""Counts of communes of an older COG added to those of the commune that they are part of today. Pure."""

from dataclasses import replace

import numpy as np

from services.indicators.folder.columns import Floats, Ints
from services.indicators.folder.units import Units
from services.indicators.raw import ABSENT, RawByAge, RawCounts, RawRelease, RawSupply


def regrouped(raw: RawRelease, units: Units) -> RawRelease:
    """Fold arrays of `units` into arrays of today's communes.

    A count of people is known only where each of the old communes that has consumers gives it: a part would pass
    for the whole. Professionals are listed where they are, so that a missing row is none.
    """
    if not units.old:
        return raw
    fold = _Fold(units, raw.consumers)
    counts, by_age = raw.counts, raw.by_age
    return replace(
        raw,
        consumers=fold.sum(raw.consumers),
        population=fold.whole(raw.population),
        counts=RawCounts(
            fold.whole(counts.numerator),
            fold.whole(counts.denominator),
            # Persons that are not told are left out: fewer heads protect more.
            np.where(fold.whole(counts.numerator) == ABSENT, ABSENT, fold.sum(counts.persons)),
        ),
        supply=_supply(raw.supply, fold),
        by_age=by_age and RawByAge(fold.whole(by_age.numerator), fold.whole(by_age.denominator)),
        regrouped=len(units.old),
    )


def partial(before: Ints, after: Ints, units: Units) -> tuple[str, ...]:
    """Communes where an indicator given `before` regrouping is ABSENT `after`: some of its old communes lack it."""
    given = np.zeros(after.shape, dtype=bool)
    np.logical_or.at(given, units.current, before != ABSENT)
    return tuple(units.codes[unit] for unit in np.flatnonzero((given & (after == ABSENT)).any(axis=1)))


class _Fold:
    """Sums over the units of each commune; `to`: the commune of each old code."""

    def __init__(self, units: Units, consumers: Ints) -> None:
        self.communes, self.to = units.communes, units.current[units.communes :]
        self.members = self._added((consumers != ABSENT).astype(np.int64))
        self.touched = np.zeros(units.communes, dtype=bool)
        self.touched[self.to] = True

    def _added(self, values: Ints) -> Ints:
        found = values[: self.communes].copy()
        np.add.at(found, self.to, values[self.communes :])
        return found

    def sum(self, values: Ints) -> Ints:
        """Sum of what is given, ABSENT where nothing is."""
        given = self._added((values != ABSENT).astype(np.int64))
        return np.where(given == 0, ABSENT, self._added(np.maximum(values, 0)))

    def whole(self, values: Ints) -> Ints:
        """Sum where every member gives it, else ABSENT."""
        given = self._added((values != ABSENT).astype(np.int64))
        members = self.members.reshape(-1, *(1 for _ in values.shape[1:]))
        return np.where(given < members, ABSENT, self.sum(values))

    def known(self, values: Ints, of: Ints) -> Ints:
        """Sum of `values`, ABSENT where somebody is counted in `of` without it."""
        lacking = self._added(((of > 0) & (values == ABSENT)).astype(np.int64))
        return np.where((lacking > 0) & self.touched[:, None], ABSENT, self.sum(values))

    def share(self, largest: Floats, values: Ints) -> Floats:
        """Largest share of one professional, NaN where a part does not tell its own."""
        part = np.where(values > 0, largest * np.maximum(values, 0), 0.0)
        top = part[: self.communes].copy()
        np.maximum.at(top, self.to, part[self.communes :])
        total = np.maximum(self.sum(values), 0)
        share = np.divide(top, total, out=np.full(top.shape, np.nan), where=total > 0)
        return np.where(self.touched[:, None], share, largest[: self.communes])


def _supply(supply: RawSupply, fold: _Fold) -> RawSupply:
    return replace(
        supply,
        total=fold.sum(supply.total),
        age_60_plus=fold.known(supply.age_60_plus, supply.total),
        age_65_plus=fold.known(supply.age_65_plus, supply.total),
        active=fold.sum(supply.active),
        patients=fold.known(supply.patients, supply.active),
        patients_share=fold.share(supply.patients_share, supply.patients),
        quantity=fold.sum(supply.quantity),
        quantity_share=fold.share(supply.quantity_share, supply.quantity),
    )
