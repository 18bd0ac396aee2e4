"""The release that serves: immutable arrays of published pieces and public facts, no raw count."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from services.indicators.atoms import AtomTable
from shared.schemas.indicators import ReleaseFacts, Status

Array = npt.NDArray[Any]
NOT_GIVEN = -1
# Of a reference: known to the builder, and kept back because a hidden cell could be derived from it.
HIDDEN = -2
# Between an indicator and its age band, in the name of a row.
BY_AGE = "@"


@dataclass(frozen=True)
class Layout:
    """Names of the positions in the arrays. `rows` are those of the atom table."""

    rows: tuple[str, ...]
    provided: tuple[str, ...]
    indicators: tuple[str, ...]
    professions: tuple[str, ...]
    with_headcount: tuple[str, ...]
    with_activity: tuple[str, ...]
    acts: tuple[str, ...]
    bands: tuple[str, ...]
    areas: tuple[str, ...]
    covered: tuple[str, ...]

    @classmethod
    def from_json(cls, names: dict[str, list[str]]) -> "Layout":
        """Rebuild a layout from `to_json`'s object."""
        return cls(**{field.name: tuple(names[field.name]) for field in fields(cls)})

    def to_json(self) -> dict[str, list[str]]:
        """Return the names as lists."""
        return {field.name: list(getattr(self, field.name)) for field in fields(self)}


@dataclass(frozen=True, repr=False)
class Published:
    """Arrays of a release, units (and one last, for unknown communes) by names of the layout.

    `reference_*`: areas by indicators, rates in tenths, NOT_GIVEN where missing, HIDDEN where secret; `*_ratio`: NaN
    where missing. `headcount`, `active`, `population` are public facts; `covered` (units by names of
    `Layout.covered`): whether a headcount or active of 0 is a fact, not a lack of data.
    """

    codes: Array
    atom: Array
    size: Array
    n: Array
    d: Array
    loaded: Array
    reference_rate: Array
    reference_count: Array
    headcount: Array
    active: Array
    covered: Array
    population: Array
    patients_ratio: Array
    quantity_ratio: Array

    def arrays(self) -> dict[str, Array]:
        """Arrays by name, as they are stored."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


class Shown(NamedTuple):
    """A reference: its rate in tenths (negative without one) and the fields that do not depend on a territory."""

    rate: int
    fields: dict[str, Any]


def _shown(rate: int, count: int) -> dict[str, Any]:
    told = rate >= 0 or count >= 0
    secret = HIDDEN in (rate, count)
    return {
        "status": Status.PUBLISHED if told else Status.SUPPRESSED if secret else Status.MISSING,
        "rate": rate / 10 if rate >= 0 else None,
        "count": count if count >= 0 else None,
    }


NOT_SHOWN = Shown(NOT_GIVEN, _shown(NOT_GIVEN, NOT_GIVEN))


@dataclass(frozen=True, repr=False)
class Release:
    """A release ready to answer."""

    facts: ReleaseFacts
    layout: Layout
    published: Published

    @cached_property
    def table(self) -> AtomTable:
        """The table of atoms."""
        published = self.published
        return AtomTable(published.atom, published.size, published.n, published.d)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Position of each row of the atom table."""
        return {name: position for position, name in enumerate(self.layout.rows)}

    @cached_property
    def provided(self) -> frozenset[str]:
        """Rows for which the producer gave anything at all."""
        return frozenset(self.layout.provided)

    @cached_property
    def provided_rows(self) -> tuple[tuple[str, int], ...]:
        """These rows with their positions."""
        return tuple((row, at) for row, at in self.rows.items() if row in self.provided)

    @cached_property
    def column(self) -> dict[str, int]:
        """Position of each indicator in the references."""
        return {name: position for position, name in enumerate(self.layout.indicators)}

    @cached_property
    def bands_of(self) -> dict[str, tuple[tuple[int, int], ...]]:
        """Row and age band (position) of each band of the indicators counted by age."""
        found: dict[str, list[tuple[int, int]]] = {}
        for row, name in enumerate(self.layout.rows):
            indicator, by_age, band = name.partition(BY_AGE)
            if by_age and name in self.provided:
                found.setdefault(indicator, []).append((row, self.layout.bands.index(band)))
        return {name: tuple(bands) for name, bands in found.items()}

    @cached_property
    def standard_population(self) -> tuple[int, ...]:
        """Residents of each age band over every commune that has them: a city comes whole or by its parts."""
        residents = self.published.population
        known = residents[(residents != NOT_GIVEN).all(axis=1)]
        return tuple(known.sum(axis=0, dtype=np.int64).tolist())

    @cached_property
    def references(self) -> tuple[tuple[Shown, ...], ...]:
        """What each area shows of each indicator of the layout, as it is answered."""
        published = self.published
        tables = (published.reference_rate.tolist(), published.reference_count.tolist())
        return tuple(
            tuple(Shown(rate, _shown(rate, count)) for rate, count in zip(rates, counts, strict=True))
            for rates, counts in zip(*tables, strict=True)
        )

    @cached_property
    def coverage(self) -> dict[str, int]:
        """Position of each column of the coverage."""
        return {name: position for position, name in enumerate(self.layout.covered)}

    @cached_property
    def areas(self) -> dict[str, int]:
        """Position of each area, by `level:code`."""
        return {name: position for position, name in enumerate(self.layout.areas)}

    @cached_property
    def units(self) -> dict[str, int]:
        """Position of each commune code."""
        return {code: position for position, code in enumerate(self.published.codes.astype(str).tolist())}

    def prepared(self) -> "Release":
        """Build the lookups that the first answer would otherwise wait for; the release itself is returned."""
        _ = (self.table, self.rows, self.provided_rows, self.column, self.coverage, self.areas, self.units)
        _ = (self.bands_of, self.standard_population, self.references)
        return self

    def positions(self, codes: Sequence[str]) -> npt.NDArray[np.intp]:
        """Positions of these codes; those that the release does not know share the last, empty one."""
        unknown = len(self.units)
        return np.array([self.units.get(code, unknown) for code in codes], dtype=np.intp)


def headcount_row(profession: str) -> str:
    """Column of the coverage of a profession's headcounts."""
    return f"headcount.{profession}"


def active_row(profession: str) -> str:
    """Column of the coverage of a profession's activity."""
    return f"active.{profession}"


def patients_row(profession: str) -> str:
    """Row of the patients of a profession."""
    return f"patients.{profession}"


def act_row(profession: str, act: str) -> str:
    """Row of a kind of act."""
    return f"acts.{profession}.{act}"


def age_row(age: str, profession: str) -> str:
    """Row of the professionals over an age (`age_60_plus` or `age_65_plus`)."""
    return f"{age}.{profession}"


def cell_row(split: str, cell: str) -> str:
    """Row of a cell of a split."""
    return f"{split}.{cell}"


def band_row(indicator: str, band: str) -> str:
    """Row of an age band of an indicator."""
    return f"{indicator}{BY_AGE}{band}"


def area_name(level: str, code: str) -> str:
    """Name of an area in the layout."""
    return f"{level}:{code}"
