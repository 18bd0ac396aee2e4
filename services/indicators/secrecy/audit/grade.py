"""From how far a hidden count can move to what is disclosed: exact, narrow or nothing."""

from dataclasses import dataclass, replace

import numpy as np

from services.indicators.secrecy.audit.components import box_intervals
from services.indicators.secrecy.audit.constraints import Index, Reals
from services.indicators.secrecy.audit.programme import Programme
from services.indicators.secrecy.audit.reach import MARGIN, extremes, reach
from services.indicators.secrecy.audit.solver import Infeasible
from services.indicators.secrecy.piece import Mask

EXACT, NARROW = 1.0, 5.0


@dataclass(frozen=True, repr=False)
class Grades:
    """By target: found within less than 1, or within less than 5 (4 of a threshold of 5) where the rule allowed it."""

    exact: Mask
    narrow: Mask
    infeasible: bool
    solved: int


def grades(width: Reals, prior: Reals, limit: Reals) -> tuple[Mask, Mask]:
    """Exact and narrow, for what is left open (`width`) where the rule left open `prior`; `limit`: narrow under it."""
    exact = (width < EXACT - MARGIN) & (prior >= EXACT - MARGIN)
    narrow = (width < limit - MARGIN) & (prior >= limit - MARGIN) & ~exact
    return exact, narrow


def limits(programme: Programme) -> Reals:
    """Under how much each target is narrow: no more than a count under its threshold can move.

    The two ends of a target have known counts taken from both: how far apart they are is left as it was.
    """
    found: Reals = np.minimum(NARROW, programme.targets.high - programme.targets.low)
    return found


def needed(prior: Reals, limit: Reals) -> Reals:
    """How far each target must be able to move for nothing to be found of it."""
    return np.where(prior >= limit - MARGIN, limit, np.where(prior >= EXACT - MARGIN, EXACT, 0.0))


def prior_at_most(programme: Programme) -> Reals:
    """Upper bound of what the rule alone leaves open of each target, before any total or link."""
    least, most = programme.targets.spread(programme.low, programme.high)
    found: Reals = np.minimum(most, programme.targets.high) - np.maximum(least, programme.targets.low)
    return found


def simple_grades(programme: Programme) -> tuple[Mask, Mask]:
    """Grades of targets of one variable each, in components of at most one row: exact, without a solver."""
    least, most = programme.targets.spread(*box_intervals(programme))
    return grades(most - least, prior_at_most(programme), limits(programme))


def solved_grades(programme: Programme) -> Grades:
    """Grades of any program that the truth satisfies."""
    prior = prior_at_most(programme)
    limit = limits(programme)
    need = needed(prior, limit)
    try:
        found = reach(programme, need)
        width, solved = found.high - found.low, found.solved
        close = np.flatnonzero(width < need - MARGIN)
        if len(close):
            more = extremes(_untold(programme, close))
            prior[close], solved = np.minimum(prior[close], more.high - more.low), solved + more.solved
    except Infeasible:
        nothing = np.zeros(len(prior), dtype=bool)
        return Grades(nothing, nothing, infeasible=True, solved=0)
    return Grades(*grades(width, prior, limit), infeasible=False, solved=solved)


def _untold(programme: Programme, targets: Index) -> Programme:
    """The same without totals, for some targets: what the rule alone leaves open.

    A safe denominator or parent may be known, and then leaves less open: no total is to blame for that.
    """
    kept = np.zeros(len(programme.targets), dtype=bool)
    kept[targets] = True
    units, of_variable = np.unique(programme.unit, return_inverse=True)
    given = np.zeros((len(units), len(programme.names)), dtype=bool)
    for rank, unit in zip(programme.at_rank[kept], programme.at_unit[kept], strict=True):
        given[np.searchsorted(units, unit)] |= programme.above[rank]
    known = programme.safe & given[of_variable, programme.rank]
    settled = replace(
        programme,
        low=np.where(known, programme.truth, programme.low),
        high=np.where(known, programme.truth, programme.high),
    )
    return settled.part(np.ones(len(known), dtype=bool), ~programme.totals, kept)
