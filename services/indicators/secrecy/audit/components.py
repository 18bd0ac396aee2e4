"""Parts of a program that share no variable, and the exact answer for those with one row, which need no solver."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from services.indicators.secrecy.audit.constraints import Constraints, Index, Reals
from services.indicators.secrecy.audit.programme import Programme
from services.indicators.secrecy.piece import Mask


@dataclass(frozen=True, repr=False)
class Components:
    """`of`: component of each variable, its first one. `simple`: variables whose component has one row at most."""

    of: Index
    simple: Mask


def components(programme: Programme) -> Components:
    """Connect the variables of each row, and those of each count to protect."""
    count = len(programme.rank)
    wide = programme.targets.kept(programme.targets.width() > 1)
    label = np.arange(count)
    while True:
        found = label.copy()
        for rows in (programme.rows, wide):
            least = np.full(len(rows), count, dtype=np.intp)
            np.minimum.at(least, rows.row, found[rows.column])
            np.minimum.at(found, rows.column, least[rows.row])
        found = found[found]
        if np.array_equal(found, label):
            break
        label = found
    constraints = np.zeros(count, dtype=np.intp)
    for rows, weight in ((programme.rows, 1), (wide, 2)):
        np.add.at(constraints, label[first_columns(rows)], weight)
    return Components(label, constraints[label] <= 1)


def box_intervals(programme: Programme) -> tuple[Reals, Reals]:
    """Least and most of each variable in a component of at most one row: exact, in closed form.

    Between `low` and `high`, what the row leaves it when all others are at their ends.
    """
    rows, low, high = programme.rows, programme.low.copy(), programme.high.copy()
    least, most = rows.spread(programme.low, programme.high)
    ends = rows.value * programme.low[rows.column], rows.value * programme.high[rows.column]
    # Both in units of value * x, whose others move between what is left of the row's ends.
    floor = rows.low[rows.row] - (most[rows.row] - np.maximum(*ends))
    ceiling = rows.high[rows.row] - (least[rows.row] - np.minimum(*ends))
    up = rows.value > 0
    np.maximum.at(low, rows.column, np.where(up, floor, -ceiling))
    np.minimum.at(high, rows.column, np.where(up, ceiling, -floor))
    return low, high


def tangled(programme: Programme, wanted: Mask, place: Index) -> Iterator[tuple[int, Programme]]:
    """Parts that need a solver and hold a wanted target, put together by the place of their first variable.

    `place`: by unit. What the truth does not satisfy is left out: it has no point to start from.
    """
    found = components(programme)
    some = programme.targets.width() > 0
    of_target = np.full(len(some), -1, dtype=np.intp)
    of_target[some] = found.of[first_columns(programme.targets.kept(some))]
    held = np.zeros(len(found.of), dtype=bool)
    held[of_target[some & wanted]] = True
    held[found.of[programme.broken()]] = False
    kept = held[found.of] & ~found.simple
    of_row = found.of[first_columns(programme.rows)]
    at = place[programme.unit][found.of]
    for rank in np.unique(at[kept]).tolist():
        variables = kept & (at == rank)
        yield rank, programme.part(variables, variables[of_row], some & variables[of_target])


def first_columns(rows: Constraints) -> Index:
    """First variable of each row."""
    return rows.column[rows.starts()[:-1]]
