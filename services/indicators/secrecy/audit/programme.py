"""The linear program of an attacker on a family of rows, or on a part of one that nothing ties to the rest."""

from dataclasses import dataclass

import numpy as np

from services.indicators.secrecy.audit.constraints import Constraints, Index, Reals
from services.indicators.secrecy.piece import Mask

TOLERANCE = 1e-6


@dataclass(frozen=True, repr=False)
class Programme:
    """Variables (`rank`: position of their row in `names`), rows, and the counts of heads to protect.

    `low`, `high`: what a count can be before any total is looked at. `totals`: which rows are totals. `targets`:
    one for each unsafe count, from 0 to just under its threshold, with the cell (`at_rank`, `at_unit`) it belongs
    to and its name. `outright`: those that a single answer tells, where the rule left them open.
    `safe`: variables that the rule lets be known; `above[rank]`: rows that hold the people of a row.
    """

    names: tuple[str, ...]
    rank: Index
    unit: Index
    low: Reals
    high: Reals
    truth: Reals
    rows: Constraints
    totals: Mask
    targets: Constraints
    at_rank: Index
    at_unit: Index
    quorums: tuple[str, ...]
    outright: Mask
    safe: Mask
    above: Mask

    def part(self, variables: Mask, rows: Mask, targets: Mask) -> "Programme":
        """Some variables with rows and targets on them alone."""
        column_of = np.cumsum(variables) - 1
        return Programme(
            self.names,
            self.rank[variables],
            self.unit[variables],
            self.low[variables],
            self.high[variables],
            self.truth[variables],
            self.rows.kept(rows).renumbered(column_of),
            self.totals[rows],
            self.targets.kept(targets).renumbered(column_of),
            self.at_rank[targets],
            self.at_unit[targets],
            tuple(name for name, kept in zip(self.quorums, targets.tolist(), strict=True) if kept),
            self.outright[targets],
            self.safe[variables],
            self.above,
        )

    def broken(self) -> Mask:
        """Variables that the truth puts out of bounds or in a row that it breaks: a bug, or a false total."""
        value = self.rows.at(self.truth)
        off = (value < self.rows.low - TOLERANCE) | (value > self.rows.high + TOLERANCE)
        found = (self.truth < self.low - TOLERANCE) | (self.truth > self.high + TOLERANCE)
        found[self.rows.column[off[self.rows.row]]] = True
        return found
