"""Polygons of many units as flat arrays: quick to store, load and slice; shapely objects are made on demand.

Four arrays as in shapely's ragged form: vertices, and offsets of rings, parts and units into the one before.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Polygons:
    """`coords` (n, 2) in metres; `rings`, `parts`, `units` are offsets. A unit without polygon has no part."""

    coords: NDArray[np.float64]
    rings: Ints
    parts: Ints
    units: Ints

    @classmethod
    def of(cls, geometries: Geometries) -> Self:
        """Flatten polygons, multipolygons and None (no polygon)."""
        if len(geometries) == 0:
            nothing = np.zeros(1, dtype=np.int64)
            return cls(np.empty((0, 2)), nothing, nothing, nothing)
        filled = np.where(shapely.is_missing(geometries), shapely.from_wkt("MULTIPOLYGON EMPTY"), geometries)
        kind, coords, offsets = shapely.to_ragged_array(filled)
        if kind == shapely.GeometryType.POLYGON:
            rings, parts = offsets
            units = np.arange(len(filled) + 1)
        else:
            rings, parts, units = offsets
        return cls(coords, rings.astype(np.int64), parts.astype(np.int64), units.astype(np.int64))

    def __len__(self) -> int:
        return len(self.units) - 1

    def select(self, indices: Ints) -> "Polygons":
        """These units alone, in this order."""
        units, part_at = _gather(self.units, indices)
        parts, ring_at = _gather(self.parts, part_at)
        rings, vertex_at = _gather(self.rings, ring_at)
        return Polygons(self.coords[vertex_at], rings, parts, units)

    def take(self, indices: Ints) -> Geometries:
        """Shapely multipolygons of these units, in this order."""
        chosen = self.select(indices)
        geometries: Geometries = shapely.from_ragged_array(
            shapely.GeometryType.MULTIPOLYGON, chosen.coords, (chosen.rings, chosen.parts, chosen.units)
        )
        return geometries

    def unit_of_ring(self) -> Ints:
        """Unit that each ring belongs to."""
        return np.repeat(
            np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.units)), np.diff(self.parts)
        )


def without(geometries: Geometries, left_out: Mask) -> Geometries:
    """A copy where those left out have no polygon."""
    kept = geometries.copy()
    kept[left_out] = None
    return kept


def _gather(offsets: Ints, indices: Ints) -> tuple[Ints, Ints]:
    """Offsets of the chosen items laid end to end, and where their members lie in the next array."""
    starts, sizes = offsets[indices], offsets[indices + 1] - offsets[indices]
    chosen = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    members = np.arange(chosen[-1]) - np.repeat(chosen[:-1], sizes) + np.repeat(starts, sizes)
    return chosen, members
