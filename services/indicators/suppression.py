"""The primary rule of CONFIDENTIALITY: which cells of which communes may be published on their own.

Pure functions on raw counts; what they return says safe or not, and never how many.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from services.indicators.catalogue import Catalogue, Thresholds
from services.indicators.raw import ABSENT, Floats, Ints, RawCounts, RawSupply

Mask = npt.NDArray[np.bool_]
Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True, repr=False)
class Cells:
    """Columns of communes by pieces to publish: numerator, denominator, loaded (data exist), safe."""

    n: Ints
    d: Ints
    loaded: Mask
    safe: Mask

    def __post_init__(self) -> None:
        if (self.safe & ~self.loaded).any():
            raise ValueError("a cell without data cannot be safe")


def side_by_side(cells: list[Cells]) -> Cells:
    """All columns in one table."""
    return Cells(
        np.hstack([part.n for part in cells]),
        np.hstack([part.d for part in cells]),
        np.hstack([part.loaded for part in cells]),
        np.hstack([part.safe for part in cells]),
    )


def indicator_cells(counts: RawCounts, consumers: Ints, catalogue: Catalogue, *, two_sided: bool) -> Cells:
    """Cells of the indicators: 11 people counted (persons for events), 11 in the denominator, 50 consumers.

    `two_sided`: the complement of a sensitive proportion also needs 11.
    """
    limits, entries = catalogue.limits, catalogue.counted
    n, d = counts.numerator, counts.denominator
    loaded = (n != ABSENT) & (consumers >= limits.consumers)[:, None]
    people = np.where(counts.persons != ABSENT, np.minimum(counts.persons, n), n)
    safe = loaded & (people >= limits.people) & ((d == ABSENT) | (d >= limits.people))
    if two_sided:
        sensitive = np.array([entry.sensitive and entry.kind == "proportion" for entry in entries])
        safe &= ~sensitive | (d - n >= limits.people)
    return Cells(n, np.maximum(d, 0), loaded, safe)


def split_cells(counts: RawCounts, indicators: Cells, catalogue: Catalogue) -> Cells | None:
    """Four columns per split under one mask: a commune is in only where all four cells reach 11.

    Its margins are sums of two cells, so they are safe with them. None where the catalogue has no split.
    """
    position = {entry.id: column for column, entry in enumerate(catalogue.counted)}
    people = catalogue.limits.people
    parts = []
    for split in catalogue.splits:
        row, column, both = (position[name] for name in (split.row, split.column, split.both))
        whole = counts.denominator[:, both]
        in_both = counts.numerator[:, both]
        row_only = counts.numerator[:, row] - in_both
        column_only = counts.numerator[:, column] - in_both
        cells = np.stack([in_both, row_only, column_only, whole - in_both - row_only - column_only], axis=1)
        loaded: Mask = np.asarray(indicators.loaded[:, [row, column, both]].all(axis=1))
        same = (counts.denominator[:, row] == whole) & (counts.denominator[:, column] == whole)
        safe: Mask = loaded & same & (cells >= people).all(axis=1)
        n = np.where(safe[:, None], cells, 0)
        parts.append(Cells(n, _four(np.where(safe, whole, 0)), _four(loaded), _four(safe)))
    return side_by_side(parts) if parts else None


def _four(column: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
    return np.repeat(column[:, None], 4, axis=1)


def patient_cells(supply: RawSupply, consumers: Ints, limits: Thresholds) -> Cells:
    """Patients of each profession: 5 active professionals, 11 patients, nobody over 85 % of them."""
    n, d = supply.patients, np.maximum(supply.active, 0)
    loaded = (n != ABSENT) & (d > 0)
    safe = loaded & _enough(supply, consumers, limits) & ~_dominated(supply.patients_share, limits)
    return Cells(np.maximum(n, 0), d, loaded, safe)


def act_cells(supply: RawSupply, consumers: Ints, catalogue: Catalogue) -> Cells:
    """Acts of each kind, under the rule of their profession's patients and their own dominance."""
    limits = catalogue.limits
    professions = [entry.id for entry in catalogue.professions]
    of = [professions.index(profession.id) for profession, _ in catalogue.acts]
    n, d = supply.quantity, np.maximum(supply.active, 0)[:, of]
    loaded = (n != ABSENT) & (d > 0)
    safe = loaded & _enough(supply, consumers, limits)[:, of] & ~_dominated(supply.quantity_share, limits)
    return Cells(np.maximum(n, 0), d, loaded, safe)


def age_cells(total: Ints, aged: Ints, limits: Thresholds) -> Cells:
    """Professionals over an age: 5 in the commune and 5 over that age."""
    loaded = aged != ABSENT
    safe = loaded & (total >= limits.professionals) & (aged >= limits.professionals)
    return Cells(np.maximum(aged, 0), np.maximum(total, 0), loaded, safe)


def _enough(supply: RawSupply, consumers: Ints, limits: Thresholds) -> Mask:
    few_patients = (supply.patients != ABSENT) & (supply.patients < limits.people)
    few_consumers = (consumers != ABSENT) & (consumers < limits.consumers)
    enough: Mask = (supply.active >= limits.professionals) & ~few_patients & ~few_consumers[:, None]
    return enough


def _dominated(largest_share: Floats, limits: Thresholds) -> Mask:
    # NaN (not given) compares false: the release then says that dominance was not checked.
    return largest_share > limits.dominance
