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


@dataclass(frozen=True, repr=False)
class Chains:
    """Columns to cut, each with the one that it must be cut no finer than.

    By name of a column: `own`, the one cut that has its values; `last`, the one that its rows must be cut no finer
    than. In a group, columns that differ somewhere are each cut no finer than the one before: what one tells of a
    commune, another cannot undo.
    """

    cut: tuple[tuple[Column, str | None], ...]
    own: Mapping[str, str]
    last: Mapping[str, str]


def chains(columns: Sequence[Column], kinds: Sequence[str] | None = None) -> Chains:
    """Chains of the columns of the same people; `kinds`: people of two kinds (age bands) are never the same."""
    cut: list[tuple[Column, str | None]] = []
    own: dict[str, str] = {}
    last: dict[str, str] = {}
    kind = dict(zip((column.name for column in columns), kinds or [""] * len(columns), strict=True))
    by_kind = [
        [column for column in columns if kind[column.name] == one] for one in dict.fromkeys(kind.values())
    ]
    for group in (group for alike in by_kind for group in groups(alike)):
        distinct: list[Column] = []
        for column in sorted(group, key=lambda column: not column.row):
            same = next((other for other in distinct if not column.row and _same(column, other)), None)
            if same is None:
                distinct.append(column)
            own[column.name] = (same or column).name
        for position, column in enumerate(distinct):
            cut.append((column, distinct[position - 1].name if position else None))
        last |= {column.name: distinct[-1].name for column in group}
    return Chains(tuple(cut), own, last)


def _alike(one: Column, other: Column) -> bool:
    both = one.loaded & other.loaded & (np.maximum(one.values, other.values) >= TINY)
    shared = int(both.sum())
    return bool(shared) and int((one.values[both] == other.values[both]).sum()) >= ALIKE * shared


def _same(one: Column, other: Column) -> bool:
    return bool(
        np.array_equal(one.loaded, other.loaded)
        and np.array_equal(one.values[one.loaded], other.values[one.loaded])
    )
