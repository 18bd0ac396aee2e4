"""The table of atoms: the pieces that may be published, and the one query that sums those inside a territory.

A policy decides the partition when a release is built; nothing here, and nothing that serves, knows which.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

NONE = 0


@dataclass(frozen=True, repr=False)
class Totals:
    """Sums over the atoms wholly inside a territory, one per row, and which units they cover."""

    n: Ints
    d: Ints
    kept: Mask


@dataclass(frozen=True, repr=False)
class AtomTable:
    """Published pieces. `atom[unit, row]` is the atom of a unit for a row (an indicator's owner), or NONE.

    `size`, `n`, `d` are per atom: units in it, numerator and denominator of its sum. An atom belongs to
    one row; NONE has nothing in it. The last unit stands for communes that the release does not know: it has no atom.
    """

    atom: Small
    size: Small
    n: Small
    d: Small

    def totals(self, units: npt.NDArray[np.intp]) -> Totals:
        """Sum every row over the atoms wholly inside `units` (distinct positions), in one pass."""
        atoms = self.atom[units]
        size = self.size[atoms]
        kept = size == 1
        several = size > 1
        if several.any():
            shared = atoms[several]
            pieces, first, inverse, members = np.unique(
                shared, return_index=True, return_inverse=True, return_counts=True
            )
            whole = members == self.size[pieces]
            kept[several] = whole[inverse]
            # Each whole atom is counted once, through its first unit.
            once = np.full(len(shared), NONE, dtype=atoms.dtype)
            once[first[whole]] = pieces[whole]
            atoms[several] = once
        return Totals(
            self.n[atoms].sum(axis=0, dtype=np.int64), self.d[atoms].sum(axis=0, dtype=np.int64), kept
        )


class Rows:
    """Rows to sum, added one by one: labels per unit (0: in no atom), counts, and whether there are data."""

    def __init__(self, units: int) -> None:
        self._units = units
        self._names: list[str] = []
        self._columns: list[tuple[Small, Ints, Ints, Mask]] = []

    def add(self, name: str, labels: npt.NDArray[np.integer], n: Ints, d: Ints, loaded: Mask) -> None:
        """Add a row. An atom holds units with data only."""
        if (labels[~loaded] != NONE).any():
            raise ValueError(f"{name}: an atom holds a unit without data")
        self._names.append(name)
        self._columns.append((labels.astype(np.int32), n, d, loaded))

    def add_empty(self, name: str) -> None:
        """Add a row of which the release has nothing."""
        nothing = np.zeros(self._units, dtype=np.int64)
        self.add(name, nothing, nothing, nothing, nothing != 0)

    @property
    def names(self) -> tuple[str, ...]:
        """Names, in the order added."""
        return tuple(self._names)

    @property
    def loaded(self) -> Mask:
        """Units by rows."""
        return np.stack([column[3] for column in self._columns], axis=1)

    def columns(self) -> Iterator[tuple[Small, Ints, Ints]]:
        """Labels, numerators and denominators of each row."""
        for labels, n, d, _ in self._columns:
            yield labels, n, d


def atom_table(rows: Rows) -> AtomTable:
    """Sum the counts of each atom. Atoms of different rows are different."""
    atoms, sizes = [], [np.zeros(1, np.int32)]
    sums: tuple[list[Small], list[Small]] = ([np.zeros(1, np.int32)], [np.zeros(1, np.int32)])
    before = 0
    for labels, n, d in rows.columns():
        inside = labels != NONE
        _, inverse, size = np.unique(labels[inside], return_inverse=True, return_counts=True)
        atom = np.zeros(len(labels) + 1, dtype=np.int32)
        atom[:-1][inside] = inverse + 1 + before
        before += len(size)
        atoms.append(atom)
        sizes.append(size.astype(np.int32))
        for found, values in zip(sums, (n, d), strict=True):
            found.append(_sums(inverse, values[inside], len(size)))
    n_sums, d_sums = (np.concatenate(found) for found in sums)
    return AtomTable(np.stack(atoms, axis=1), np.concatenate(sizes), n_sums, d_sums)


def _sums(atom: npt.NDArray[np.intp], values: Ints, atoms: int) -> Small:
    # Sums of integers under 2**53 are exact in float64, which is what bincount adds in.
    found: Small = np.bincount(atom, weights=values, minlength=atoms).astype(np.int32)
    return found
