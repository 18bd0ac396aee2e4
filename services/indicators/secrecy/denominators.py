"""Which rows are counted among the same people: their denominators are one count, and are cut once for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.indicators.secrecy.piece import Ints, Mask

# Two columns are of the same people where at least this share of their communes agree, looking at those
# that are not tiny: two small counts are often equal by chance.
ALIKE = 0.5
TINY = 11


@dataclass(frozen=True, repr=False)
class Column:
    """A denominator, or a count that serves as one. `row`: the row published under that name, if it is."""

    name: str
    values: Ints
    loaded: Mask
    row: bool


def groups(columns: Sequence[Column]) -> list[list[Column]]:
    """Columns of the same people together, each set of equal values once, in the order given."""
    found: list[list[Column]] = []
    for column in columns:
        home = next((group for group in found if any(_alike(column, other) for other in group)), None)
        if home is None:
            found.append([column])
        else:
            home.append(column)
    return found


def chains(columns: Sequence[Column]) -> tuple[list[tuple[Column, str | None]], Mapping[str, str]]:
    """Columns to cut, each with the one that it must be cut no finer than; and the last of each column's group.

    In a group, columns that differ somewhere are each cut no finer than the one before: what one tells of a
    commune, another cannot undo.
    """
    cut: list[tuple[Column, str | None]] = []
    last: dict[str, str] = {}
    for group in groups(columns):
        distinct: list[Column] = []
        for column in sorted(group, key=lambda column: not column.row):
            if column.row or not any(_same(column, other) for other in distinct):
                distinct.append(column)
        for position, column in enumerate(distinct):
            cut.append((column, distinct[position - 1].name if position else None))
        last |= {column.name: distinct[-1].name for column in group}
    return cut, last


def chains_by(
    columns: Sequence[Column], kinds: Sequence[str]
) -> tuple[list[tuple[Column, str | None]], Mapping[str, str]]:
    """Chains of columns of each kind (age band) apart: people of two kinds are never the same."""
    cut: list[tuple[Column, str | None]] = []
    last: dict[str, str] = {}
    for kind in dict.fromkeys(kinds):
        found, ends = chains([column for column, own in zip(columns, kinds, strict=True) if own == kind])
        cut += found
        last |= ends
    return cut, last


def _alike(one: Column, other: Column) -> bool:
    both = one.loaded & other.loaded & (np.maximum(one.values, other.values) >= TINY)
    shared = int(both.sum())
    return bool(shared) and int((one.values[both] == other.values[both]).sum()) >= ALIKE * shared


def _same(one: Column, other: Column) -> bool:
    return bool(
        np.array_equal(one.loaded, other.loaded)
        and np.array_equal(one.values[one.loaded], other.values[one.loaded])
    )
