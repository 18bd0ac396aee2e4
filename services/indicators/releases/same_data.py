"""Whether two folders hold the same counts under two names: then two masks of one truth would be published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from services.indicators.raw import ABSENT
from services.indicators.release import Array, age_row, band_row, patients_row

# Raw arrays compared, each with the share of its people whom a year takes away, as many coming in: 3 % of patients
# at the least, a tenth of professionals over an age. A higher share would take a new year for a copy.
PATIENTS, AGES = 0.03, 0.1
COMPARED = {
    "counts.numerator": PATIENTS,
    "counts.denominator": PATIENTS,
    "supply.age_60_plus": AGES,
    "supply.age_65_plus": AGES,
    "supply.patients": PATIENTS,
    "supply.quantity": PATIENTS,
    "by_age.numerator": PATIENTS,
    "by_age.denominator": PATIENTS,
}
# A larger count is taken for this one, which a year changes 29 times in 30 at least.
LARGEST = 2500
# A column is a copy where at most this share of the changes of a year are seen, so few that chance does not explain
# it: as many standard deviations below their number. Counts mostly of 1 tell so from a hundred communes on.
SEEN, DEVIATIONS = 0.5, 2.5


@dataclass(frozen=True, repr=False)
class Counted:
    """Counts of every unit (by code) in every named column, ABSENT where not given; `yearly`: share renewed."""

    codes: Array
    names: tuple[str, ...]
    counts: Array
    yearly: tuple[float, ...]


def counted(codes: Array, names: Mapping[str, Sequence[str]], raw: Mapping[str, Array]) -> Counted:
    """The columns given among a release's raw arrays; `names` are those of its layout."""
    found: dict[str, tuple[Array, float]] = {}
    for array, yearly in COMPARED.items():
        if array not in raw or not len(codes):
            continue
        columns = raw[array].reshape(len(codes), -1)
        for place in np.flatnonzero((columns > ABSENT).any(axis=0)).tolist():
            found[_columns(array, names)[place]] = (columns[:, place], yearly)
    counts = [column for column, _ in found.values()]
    table = np.zeros((len(codes), len(counts)), dtype=np.int32)
    for place, column in enumerate(counts):
        table[:, place] = column
    return Counted(codes, tuple(found), table, tuple(yearly for _, yearly in found.values()))


def same_columns(one: Counted, other: Counted) -> tuple[str, ...]:
    """Names of the columns that hold the same counts in both, where they tell so; empty for two truths.

    Where too few communes tell for any column alone, all columns speak together.
    """
    _, mine, its = np.intersect1d(one.codes, other.codes, return_indices=True)
    theirs = {name: place for place, name in enumerate(other.names)}
    shared, changed, expected = [], [], []
    for place, name in enumerate(one.names):
        if name in theirs:
            here, there = one.counts[mine, place], other.counts[its, theirs[name]]
            lesser = np.minimum(here, there)
            told = lesser > ABSENT
            shared.append(name)
            changed.append(int((here != there)[told].sum()))
            expected.append(float(_changes(one.yearly[place])[np.minimum(lesser[told], LARGEST)].sum()))
    seen, foreseen = np.array(changed), np.array(expected)
    copied = (foreseen > 0) & (seen <= SEEN * foreseen)
    if not _is_copy(seen.sum(), foreseen.sum()):
        copied &= _is_copy(seen, foreseen)
    return tuple(name for name, found in zip(shared, copied.tolist(), strict=True) if found)


def _is_copy(seen: npt.ArrayLike, foreseen: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    expected = np.asarray(foreseen, dtype=np.float64)
    most = np.minimum(SEEN * expected, expected - DEVIATIONS * np.sqrt(expected))
    found: npt.NDArray[np.bool_] = (np.asarray(seen) <= most) & (expected > 0)
    return found


@cache
def _changes(yearly: float) -> npt.NDArray[np.float64]:
    """Probability that a year changes a count of 0 to LARGEST: the people who leave and come are two Poisson draws."""
    moves = 2 * yearly * np.arange(LARGEST + 1)
    found: npt.NDArray[np.float64] = 1 - np.exp(-moves) * np.i0(moves)
    return found


def _columns(array: str, names: Mapping[str, Sequence[str]]) -> list[str]:
    """Rows that the columns of a raw array are of; a denominator is its row's, prefixed as where rows are cut."""
    part, _, name = array.partition(".")
    if part == "supply":
        rows = {
            "patients": [patients_row(profession) for profession in names["professions"]],
            "quantity": list(names["acts"]),
        }
        return rows.get(name) or [age_row(name, profession) for profession in names["professions"]]
    indicators = names["indicators"]
    bands = [band_row(indicator, band) for indicator in indicators for band in names.get("bands", ())]
    prefix = "d." if name == "denominator" else ""
    return [f"{prefix}{row}" for row in (bands if part == "by_age" else indicators)]
