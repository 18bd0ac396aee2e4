"""What a mask keeps of territories, against what the producer counted there."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from services.indicators.atoms import AtomTable
from services.indicators.catalogue import Catalogue, Indicator
from services.indicators.geography import Geography
from services.indicators.raw import ABSENT, RawRelease
from services.indicators.release import patients_row
from tests.bench.disclosure.territories import Territories

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Truth:
    """What the producer counted, units by columns: the indicators given, or the professions with an activity."""

    raw: RawRelease
    geography: Geography
    catalogue: Catalogue

    @cached_property
    def given(self) -> list[int]:
        """Columns of the indicators given."""
        return [int(one) for one in np.flatnonzero((self.raw.counts.numerator != ABSENT).any(axis=0))]

    @cached_property
    def indicators(self) -> list[Indicator]:
        """The indicators given."""
        return [self.catalogue.counted[column] for column in self.given]

    @cached_property
    def professions(self) -> list[int]:
        """Columns of the professions with an activity."""
        supply = self.raw.supply
        return [
            int(one)
            for one in np.flatnonzero(((supply.patients != ABSENT) & (supply.active > 0)).any(axis=0))
        ]

    @cached_property
    def rows(self) -> list[str]:
        """Rows of a release that are measured: the indicators, then the patients of each profession."""
        activity = (patients_row(self.catalogue.professions[rank].id) for rank in self.professions)
        return [*(entry.id for entry in self.indicators), *activity]

    @cached_property
    def n(self) -> Ints:
        """Numerators, 0 where there is none."""
        return np.maximum(self.raw.counts.numerator[:, self.given], 0)

    @cached_property
    def d(self) -> Ints:
        """Denominators; a count has its own people."""
        found = self.raw.counts.denominator[:, self.given]
        return np.where(found == ABSENT, self.n, found)

    @cached_property
    def heads(self) -> Ints:
        """Distinct people in the numerator."""
        persons = self.raw.counts.persons[:, self.given]
        return np.where(persons == ABSENT, self.n, persons)

    @cached_property
    def active(self) -> Ints:
        """Active professionals."""
        return np.maximum(self.raw.supply.active[:, self.professions], 0)

    @cached_property
    def patients(self) -> Ints:
        """Their patients."""
        return np.maximum(self.raw.supply.patients[:, self.professions], 0)

    def passes(self, heads: Ints, d: Ints, rest: Ints) -> Mask:
        """Whether totals pass the rule, two-sided where a release may be; `rest`: denominators less counts."""
        least = self.catalogue.limits.people
        sides = np.array(
            [one.kind == "proportion" and (one.sensitive or one.complement) for one in self.indicators]
        )
        passed: Mask = (np.minimum(heads, d) >= least) & (~sides | (rest >= least))
        return passed


def naive(truth: Truth) -> AtomTable:
    """Each commune on its own, hidden where the primary rule (one-sided) fails there: what a first idea keeps."""
    raw, limits = truth.raw, truth.catalogue.limits
    available = (raw.consumers >= limits.consumers)[:, None]
    people = np.minimum(truth.heads, truth.d) >= limits.people
    dominated = raw.supply.patients_share[:, truth.professions] > limits.dominance
    several = (truth.active >= limits.professionals) & (truth.patients >= limits.people)
    safe = available & np.hstack([people, several & ~dominated])
    shown = int(safe.sum())
    atom = np.zeros((len(safe) + 1, safe.shape[1]), dtype=np.int32)
    atom[:-1][safe] = np.arange(1, shown + 1)
    size = np.r_[0, np.ones(shown)].astype(np.int32)
    n = np.r_[0, np.hstack([truth.n, truth.patients])[safe]].astype(np.int32)
    d = np.r_[0, np.hstack([truth.d, truth.active])[safe]].astype(np.int32)
    return AtomTable(atom, size, n, d)


@dataclass(frozen=True)
class Kept:
    """One line per territory, one column per indicator or profession. `bias` is NaN where no rate is shown."""

    residents: Floats
    passing: Mask
    answered: Mask
    counted: Ints
    counted_kept: Ints
    people: Ints
    people_kept: Ints
    bias: Floats
    professionals: Ints
    professionals_kept: Ints

    def figures(self) -> tuple[float, ...]:
        """All, passing, answered, counted, people, professionals (shares of 1), bias (of 1 too)."""
        return (
            float(self.residents.mean()),
            float(self.residents[self.passing].mean()),
            float(self.answered[self.passing].mean()),
            float(self.counted_kept.sum() / self.counted.sum()),
            float(self.people_kept.sum() / self.people.sum()),
            float(self.professionals_kept.sum() / self.professionals.sum()),
            float(np.nanmean(np.abs(self.bias[self.passing]))),
        )

    def passing_of(self, columns: Mask) -> float:
        """Share of residents kept over the passing pairs of some indicators."""
        return float(self.residents[:, columns][self.passing[:, columns]].mean())

    def least(self, names: list[str], shown: int) -> list[tuple[str, float]]:
        """Indicators least kept over passing pairs, worst first."""
        pairs = self.passing.sum(axis=0)
        means = np.where(self.passing, self.residents, 0).sum(axis=0) / np.maximum(pairs, 1)
        worst = [int(column) for column in np.argsort(means) if pairs[column]][:shown]
        return [(names[column], float(means[column])) for column in worst]


def kept(table: AtomTable, columns: list[int], truth: Truth, territories: Territories) -> Kept:
    """What a mask keeps; `columns`: where the rows of the truth are in the table."""
    lines = [_line(table, columns, truth, units) for units in territories.units]
    return Kept(*(np.array(column) for column in zip(*lines, strict=True)))


def _line(
    table: AtomTable, columns: list[int], truth: Truth, units: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[Any], ...]:
    totals, width = table.totals(units), len(truth.indicators)
    of_people, of_activity = np.hsplit(totals.kept[:, columns], [width])
    shown_n, shown_d = totals.n[columns][:width], totals.d[columns][:width]
    n, d = truth.n[units].sum(axis=0), truth.d[units].sum(axis=0)
    residents, active = truth.geography.populations[units], truth.active[units]
    rated = np.array([one.unit == "percent" for one in truth.indicators]) & (shown_d > 0) & (d > 0)
    bias = np.full(width, np.nan)
    bias[rated] = (shown_n / np.maximum(shown_d, 1) - n / np.maximum(d, 1))[rated]
    return (
        residents @ of_people / residents.sum(),
        truth.passes(truth.heads[units].sum(axis=0), d, d - n),
        np.asarray(of_people.any(axis=0)),
        n,
        (truth.n[units] * of_people).sum(axis=0),
        d,
        (truth.d[units] * of_people).sum(axis=0),
        bias,
        active.sum(axis=0),
        (active * of_activity).sum(axis=0),
    )
