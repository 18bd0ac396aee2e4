"""Whether two folders hold the same counts under two names: then two masks of one truth would be published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.indicators.raw import ABSENT
from services.indicators.release import Array, patients_row

# Raw arrays compared: columns by indicator, by profession and by kind of act.
COMPARED = ("counts.numerator", "supply.patients", "supply.quantity")
# A count of chronic patients, of whom 3 % leave and as many come in a year, is the same again in 49 % of communes
# where it is 15, in 33 % where it is 30 (two Poisson draws): smaller ones would take a new year for a copy.
TELLING = 30
ENOUGH = 20


@dataclass(frozen=True, repr=False)
class Counted:
    """Counts of every unit (by code) in every named column, ABSENT where not given."""

    codes: Array
    names: tuple[str, ...]
    counts: Array


def counted(codes: Array, names: Mapping[str, Sequence[str]], raw: Mapping[str, Array]) -> Counted:
    """The columns to compare of a release's raw arrays; `names` are those of its layout."""
    named = (*names["indicators"], *map(patients_row, names["professions"]), *names["acts"])
    return Counted(codes, named, np.hstack([raw[name] for name in COMPARED]))


def same_columns(one: Counted, other: Counted) -> tuple[str, ...]:
    """Names of the columns that hold the same counts in both, where enough of them tell so; empty for two truths.

    A column is the same where at least half of its counts that tell something are, and ENOUGH do. Where too few
    communes tell for any column alone, all columns speak together.
    """
    _, mine, its = np.intersect1d(one.codes, other.codes, return_indices=True)
    shared = [name for name in one.names if name in set(other.names)]
    ours = one.counts[mine][:, _positions(one, shared)]
    theirs = other.counts[its][:, _positions(other, shared)]
    telling = (np.minimum(ours, theirs) > ABSENT) & (np.maximum(ours, theirs) >= TELLING)
    equal = telling & (ours == theirs)
    same, told = equal.sum(axis=0), telling.sum(axis=0)
    half = same * 2 >= np.maximum(told, 1)
    found = half & (told >= ENOUGH)
    if telling.sum() >= ENOUGH and equal.sum() * 2 >= telling.sum():
        found = half
    return tuple(np.array(shared, dtype=object)[found].tolist())


def _positions(among: Counted, names: Sequence[str]) -> npt.NDArray[np.intp]:
    return np.array([among.names.index(name) for name in names], dtype=np.intp)
