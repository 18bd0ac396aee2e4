"""Policy commune-mask: single communes are shown or hidden, and no exact total of an area gives a hidden one away."""

import numpy as np
import numpy.typing as npt

from services.indicators.secrecy.blocs import Bloc, Rule, Sums
from services.indicators.secrecy.piece import Cut, Ints, Mask, Small
from services.indicators.secrecy.terrain import Terrain

Positions = npt.NDArray[np.intp]


def hide_unsafe(rule: Rule, start: Small, apart: Mask, terrain: Terrain, exact: Mask) -> Cut:
    """Hide the sets that fail, and those that a parent hides: of several communes, or with a unit that is `apart`.

    In a département whose exact total is published, what is hidden is one set whose sum can be derived: safe
    communes are added to it, smallest first, until it could be published itself. Where all of them are not
    enough, the total is left out and the région's is looked at in the same way, then that of France.
    """
    sums = rule.sums(start)
    sets = len(sums.first)
    several = np.bincount(start[start >= 0], minlength=sets) > 1
    kept_apart = np.bincount(start[start >= 0], weights=apart[start >= 0], minlength=sets) > 0
    hidden = ~rule.holds(sums) | several | kept_apart
    home = terrain.departement[sums.first]
    residents = terrain.residents[sums.first]
    group = np.arange(sets)
    known = ~hidden
    open_totals = exact[terrain.of_departement]
    left: list[Positions] = []
    for departement in np.unique(home[hidden]).tolist():
        here = np.flatnonzero(home == departement)
        out = here[hidden[here]]
        told = bool(open_totals[departement])
        enough = _enough(rule, sums, out, here[~hidden[here]], residents) if told else None
        if enough is not None:
            _together(group, known, enough, total_known=True)
            hidden[enough] = True
        else:
            _together(group, known, out, total_known=False)
            left.append(out)
    _wider(rule, sums, terrain, exact, left, group, known)
    return _cut(start, group, known, hidden)


def _wider(
    rule: Rule,
    sums: Sums,
    terrain: Terrain,
    exact: Mask,
    left: list[Positions],
    group: Positions,
    known: Mask,
) -> None:
    """Look at what no département could hold within its région, then within France."""
    by_region: dict[int, list[Positions]] = {}
    for out in left:
        by_region.setdefault(int(terrain.region[sums.first[out[0]]]), []).append(out)
    rest: list[Positions] = []
    for region, outs in by_region.items():
        whole = np.concatenate(outs)
        if exact[terrain.of_region[region]] and rule.admits(_sum(sums, whole)):
            _together(group, known, whole, total_known=True)
        else:
            rest.append(whole)
    if rest and exact[terrain.of_france]:
        whole = np.concatenate(rest)
        if rule.admits(_sum(sums, whole)):
            _together(group, known, whole, total_known=True)


def _enough(rule: Rule, sums: Sums, out: Positions, safe: Positions, residents: Ints) -> Positions | None:
    """The hidden sets of a département, with as many safe ones as the rule asks for; None where all are too few."""
    bloc = _sum(sums, out)
    if rule.admits(bloc):
        return out
    # In an order that everybody knows: that of their own counts would say what the last one holds.
    smallest_first = safe[np.argsort(residents[safe], kind="stable")]
    for count, position in enumerate(smallest_first.tolist(), start=1):
        bloc = bloc.joined(sums.line(position))
        if rule.admits(bloc):
            return np.concatenate([out, smallest_first[:count]])
    return None


def _sum(sums: Sums, positions: Positions) -> Bloc:
    width, slack = sums.widest[positions].max(axis=0).tolist()
    added = sums.added[positions].sum(axis=0).tolist()
    return Bloc(positions.tolist(), added, width, slack, float(sums.lead[positions].max()))


def _together(group: Positions, known: Mask, members: Positions, *, total_known: bool) -> None:
    group[members] = members.min()
    known[members] = total_known


def _cut(start: Small, group: Positions, known: Mask, hidden: Mask) -> Cut:
    """Labels from 1, one per group."""
    leaders, label = np.unique(group, return_inverse=True)
    inside = start >= 0
    atom = np.zeros(len(start), dtype=np.int32)
    atom[inside] = label[start[inside]] + 1
    return Cut(atom, np.r_[False, ~hidden[leaders]], np.r_[False, known[leaders]])
