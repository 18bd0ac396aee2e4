"""An attacker's program in HiGHS, kept warm from one objective to the next."""

from collections.abc import Callable

import highspy
import numpy as np

from services.indicators.secrecy.audit.constraints import Reals
from services.indicators.secrecy.audit.programme import Programme
from services.indicators.secrecy.piece import UNBOUNDED

# The package types its methods and not this constructor.
_highs: Callable[[], highspy.Highs] = highspy.Highs


class Infeasible(Exception):
    """No point satisfies the program, though the truth should."""


class Solver:
    """One program; each objective starts from the basis of the last."""

    def __init__(self, programme: Programme, *, warm: bool = True) -> None:
        """`warm`: keep the basis; else each objective starts cold, with presolve."""
        self._warm, self.solved = warm, 0
        self._columns = np.arange(len(programme.low), dtype=np.int32)
        self._highs = _highs()
        self._highs.silent()
        self._highs.setOptionValue("threads", 1)
        self._highs.setOptionValue("solver", "simplex")
        self._highs.setOptionValue("presolve", "off" if warm else "on")
        self._highs.passModel(_model(programme))

    def point(self, cost: Reals) -> Reals:
        """Feasible point where the cost is least. Raises Infeasible."""
        if not self._warm:
            self._highs.clearSolver()
        self._highs.changeColsCost(len(cost), self._columns, cost)
        self._highs.run()
        self.solved += 1
        status = self._highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise Infeasible(self._highs.modelStatusToString(status))
        return np.array(self._highs.getSolution().col_value)


def _model(programme: Programme) -> highspy.HighsLp:
    rows, lp = programme.rows, highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(programme.low), len(rows)
    lp.col_cost_ = np.zeros(len(programme.low))
    lp.col_lower_, lp.col_upper_ = programme.low, _unbounded(programme.high)
    lp.row_lower_, lp.row_upper_ = -_unbounded(-rows.low), _unbounded(rows.high)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = rows.starts().astype(np.int32)
    lp.a_matrix_.index_ = rows.column.astype(np.int32)
    lp.a_matrix_.value_ = rows.value
    return lp


def _unbounded(bounds: Reals) -> Reals:
    # A row's end has known counts taken from it, so that none is left at exactly UNBOUNDED.
    return np.where(bounds >= UNBOUNDED / 2, highspy.kHighsInf, bounds)
