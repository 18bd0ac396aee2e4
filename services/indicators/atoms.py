"""The table of atoms: the pieces that may be published, and the one query that sums those inside a territory.

A policy decides the partition when a release is built; nothing here, and nothing that serves, knows which.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.indicators.suppression import Cells

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


def commune_mask(cells: Cells) -> Ints:
    """Partition where each safe commune is its own atom and unsafe ones are in none."""
    labels = np.arange(1, cells.safe.size + 1, dtype=np.int64).reshape(cells.safe.shape)
    return np.where(cells.safe, labels, NONE)


def atom_table(labels: Ints, cells: Cells) -> AtomTable:
    """Sum the cells of each label. Labels are positive, NONE outside, and never shared by two rows."""
    inside = labels != NONE
    _, inverse, size = np.unique(labels[inside], return_inverse=True, return_counts=True)
    atom = np.zeros((labels.shape[0] + 1, labels.shape[1]), dtype=np.int32)
    atom[:-1][inside] = inverse + 1
    return AtomTable(
        atom,
        np.r_[0, size].astype(np.int32),
        _sums(inverse, cells.n[inside], len(size)),
        _sums(inverse, cells.d[inside], len(size)),
    )


def _sums(atom: npt.NDArray[np.intp], values: Ints, atoms: int) -> Small:
    # Sums of integers under 2**53 are exact in float64, which is what bincount adds in.
    found = np.bincount(atom, weights=values, minlength=atoms)
    sums: Small = np.r_[0, found].astype(np.int32)
    return sums
