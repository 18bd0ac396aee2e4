"""Sparse rows over variables: the constraints of a linear program and the counts to bound, as plain arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.indicators.secrecy.piece import Mask

Index = npt.NDArray[np.intp]
Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Constraints:
    """`low <= constant + sum of value * x[column] <= high`; entries in the order of their `row`."""

    row: Index
    column: Index
    value: Reals
    low: Reals
    high: Reals

    def __len__(self) -> int:
        return len(self.low)

    def at(self, x: Reals) -> Reals:
        """Value of each row at a point."""
        return summed(self.row, self.value * x[self.column], len(self))

    def spread(self, low: Reals, high: Reals) -> tuple[Reals, Reals]:
        """Least and most of each row over a box."""
        one, other = self.value * low[self.column], self.value * high[self.column]
        return (
            summed(self.row, np.minimum(one, other), len(self)),
            summed(self.row, np.maximum(one, other), len(self)),
        )

    def width(self) -> Index:
        """Entries of each row."""
        found: Index = np.bincount(self.row, minlength=len(self))
        return found

    def starts(self) -> Index:
        """Where each row starts among the entries, and the end of the last."""
        found: Index = np.r_[0, np.cumsum(self.width())]
        return found

    def kept(self, keep: Mask) -> "Constraints":
        """Constraints of a mask, renumbered."""
        inside = keep[self.row]
        return Constraints(
            (np.cumsum(keep) - 1)[self.row[inside]],
            self.column[inside],
            self.value[inside],
            self.low[keep],
            self.high[keep],
        )

    def without(self, fixed: Mask, x: Reals) -> "Constraints":
        """Variables of a mask put at their value and taken out, the bounds moved by as much."""
        gone = fixed[self.column]
        moved = summed(self.row[gone], self.value[gone] * x[self.column[gone]], len(self))
        stay = ~gone
        return Constraints(
            self.row[stay], self.column[stay], self.value[stay], self.low - moved, self.high - moved
        )

    def renumbered(self, column_of: Index) -> "Constraints":
        """Variables under other numbers."""
        return Constraints(self.row, column_of[self.column], self.value, self.low, self.high)


def summed(group: Index, values: Reals, count: int) -> Reals:
    """Sum of the values of each group, `count` groups."""
    return np.bincount(group, values, minlength=count).astype(np.float64)


def stacked(parts: Sequence[Constraints]) -> Constraints:
    """All rows in one table."""
    offsets = np.cumsum([0, *(len(part) for part in parts)])
    return Constraints(
        np.concatenate([np.zeros(0, np.intp), *(p.row + o for p, o in zip(parts, offsets, strict=False))]),
        np.concatenate([np.zeros(0, np.intp), *(part.column for part in parts)]),
        np.concatenate([np.zeros(0), *(part.value for part in parts)]),
        np.concatenate([np.zeros(0), *(part.low for part in parts)]),
        np.concatenate([np.zeros(0), *(part.high for part in parts)]),
    )
