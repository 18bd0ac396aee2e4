"""How far each hidden count can move in the attacker's program.

Most are settled without a program of their own: two feasible points far enough apart prove that a count can move
that much, and one program pushes every count of an area up or down at once. Only those that stay close get their
own minimum and maximum, which are exact.
"""

from dataclasses import dataclass

import numpy as np

from services.indicators.secrecy.audit.components import components, first_columns
from services.indicators.secrecy.audit.constraints import Reals, summed
from services.indicators.secrecy.audit.programme import Programme
from services.indicators.secrecy.audit.solver import Solver
from services.indicators.secrecy.piece import Mask

MARGIN = 1e-6
ROUNDS = 8
# A program for all is worth its time while it settles at least this share of what is left.
WORTH = 0.05


@dataclass(frozen=True, repr=False)
class Reach:
    """What each target reaches, from `low` to `high`, and how many programs were solved.

    Exact where `high - low` is under what was needed; elsewhere it can only be more.
    """

    low: Reals
    high: Reals
    solved: int


def reach(programme: Programme, need: Reals) -> Reach:
    """What the targets reach, looked for until they move by `need`. Raises Infeasible.

    The truth of the program must satisfy it: it is the first point seen.
    """
    seen, solver = _Seen(programme, need), Solver(programme)
    _together(seen, solver)
    solved = solver.solved
    of = components(programme).of
    home, of_row = of[first_columns(programme.targets)], of[first_columns(programme.rows)]
    for component in np.unique(home[seen.open]).tolist():
        targets = home == component
        part = programme.part(of == component, of_row == component, targets)
        near, solver = _Seen(part, need[targets]), Solver(part)
        near.low, near.high = seen.low[targets], seen.high[targets]
        _one_by_one(near, solver)
        seen.low[targets], seen.high[targets] = near.low, near.high
        solved += solver.solved
    return Reach(seen.low, seen.high, solved)


def extremes(programme: Programme, *, warm: bool = True) -> Reach:
    """Exact minimum and maximum of every target, one program each. Raises Infeasible."""
    seen, solver = _Seen(programme, np.full(len(programme.targets), np.inf)), Solver(programme, warm=warm)
    _one_by_one(seen, solver)
    return Reach(seen.low, seen.high, solver.solved)


class _Seen:
    """Least and most of each target over the points seen so far."""

    def __init__(self, programme: Programme, need: Reals) -> None:
        self.programme, self._need = programme, need
        self.low = programme.targets.at(programme.truth)
        self.high = self.low.copy()

    @property
    def open(self) -> Mask:
        """Targets not yet seen to move by what they need."""
        found: Mask = self.high - self.low < self._need - MARGIN
        return found

    def cost(self, weights: Reals) -> Reals:
        """Weights of the targets as costs of the variables."""
        targets = self.programme.targets
        return summed(targets.column, targets.value * weights[targets.row], len(self.programme.low))

    def look(self, solver: Solver, weights: Reals) -> None:
        """Solve for these weights and take in the point found."""
        value = self.programme.targets.at(solver.point(self.cost(weights)))
        self.low, self.high = np.minimum(self.low, value), np.maximum(self.high, value)


def _together(seen: _Seen, solver: Solver) -> None:
    """Push half of what is open up and half down, then the other way round, halves cut finer each time."""
    for turn in range(ROUNDS):
        left = np.flatnonzero(seen.open)
        if not len(left):
            return
        weights = np.zeros(len(seen.low))
        weights[left] = np.where((np.arange(len(left)) >> turn) % 2, 1.0, -1.0)
        for sign in (1.0, -1.0):
            seen.look(solver, sign * weights)
        if seen.open.sum() > (1 - WORTH) * len(left):
            return


def _one_by_one(seen: _Seen, solver: Solver) -> None:
    for target in np.flatnonzero(seen.open).tolist():
        for sign in (1.0, -1.0):
            if seen.open[target]:
                weights = np.zeros(len(seen.low))
                weights[target] = sign
                seen.look(solver, weights)
