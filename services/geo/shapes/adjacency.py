"""Which communes touch, and along how many metres: shared segments found by hashing. Pure numpy, no geometry engine.

Exact on a clean coverage only (see coverage.py): there a shared border is the same vertices on both sides.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.geo.shapes.polygons import Ints, Polygons

Floats = NDArray[np.float64]
Hashes = NDArray[np.uint64]


@dataclass(frozen=True)
class Borders:
    """Pairs of units (n, 2), smaller index first, and the length of their shared border in metres."""

    pairs: Ints
    lengths: Floats


@dataclass(frozen=True)
class Adjacency:
    """Symmetric neighbour lists: those of unit i are `neighbours[starts[i]:starts[i + 1]]`, sorted."""

    starts: Ints
    neighbours: Ints
    lengths: Floats

    def of(self, unit: int) -> Ints:
        """Units that share a border of positive length with this one (a shared corner is none)."""
        return self.neighbours[self.starts[unit] : self.starts[unit + 1]]

    def lengths_of(self, unit: int) -> Floats:
        """Border lengths in metres, in the order of `of`."""
        return self.lengths[self.starts[unit] : self.starts[unit + 1]]

    def components(self, units: list[int]) -> list[list[int]]:
        """Groups of units joined by shared borders, each sorted; together they hold every unit once."""
        left = set(units)
        groups = []
        for unit in sorted(left):
            if unit not in left:
                continue
            left.discard(unit)
            group, edge = [unit], [unit]
            while edge:
                reached = left.intersection(self.of(edge.pop()).tolist())
                left -= reached
                group += reached
                edge += reached
            groups.append(sorted(group))
        return groups


def shared_borders(polygons: Polygons) -> Borders:
    """Every pair of units that share at least one segment, with the length they share (metres)."""
    ends = np.ones(len(polygons.coords), dtype=bool)
    ends[polygons.rings[1:] - 1] = False
    start = np.flatnonzero(ends)
    unit = np.repeat(polygons.unit_of_ring(), np.diff(polygons.rings) - 1)
    vertex = _vertex_hash(polygons.coords)
    # A sum does not depend on the direction in which each neighbour runs along the border.
    segment = vertex[start] + vertex[start + 1]
    order = np.argsort(segment)
    same = np.flatnonzero(segment[order[1:]] == segment[order[:-1]])
    one, other = start[order[same]], start[order[same + 1]]
    true = (polygons.coords[one] == polygons.coords[other + 1]).all(axis=1)
    true |= (polygons.coords[one] == polygons.coords[other]).all(axis=1)
    step = polygons.coords[one + 1] - polygons.coords[one]
    length = np.hypot(step[:, 0], step[:, 1])
    sides = np.stack([unit[order[same]], unit[order[same + 1]]], axis=1)
    true &= sides[:, 0] != sides[:, 1]
    return _summed(np.sort(sides[true], axis=1), length[true], len(polygons))


def with_wholes(borders: Borders, whole: Ints) -> Borders:
    """Add the borders of composite units, such as Paris, made of the units whose `whole` is its index (else -1).

    A composite takes over the outer borders of its parts and never touches its own parts.
    """
    ends = np.stack([borders.pairs, np.where(whole[borders.pairs] >= 0, whole[borders.pairs], -1)])
    outer = (ends[1, :, 0] != ends[1, :, 1]) | (ends[1, :, 0] < 0)
    pairs, lengths = [borders.pairs], [borders.lengths]
    for left, right in ((1, 0), (0, 1), (1, 1)):
        lifted = np.stack([ends[left, :, 0], ends[right, :, 1]], axis=1)
        kept = outer & (lifted >= 0).all(axis=1)
        pairs.append(np.sort(lifted[kept], axis=1))
        lengths.append(borders.lengths[kept])
    return _summed(np.concatenate(pairs), np.concatenate(lengths), len(whole))


def neighbour_lists(borders: Borders, units: int) -> Adjacency:
    """Symmetric lists for `units` units from the pairs."""
    source = np.concatenate([borders.pairs[:, 0], borders.pairs[:, 1]])
    target = np.concatenate([borders.pairs[:, 1], borders.pairs[:, 0]])
    order = np.lexsort((target, source))
    starts = np.searchsorted(source[order], np.arange(units + 1))
    return Adjacency(starts, target[order], np.tile(borders.lengths, 2)[order])


def _summed(pairs: Ints, lengths: Floats, units: int) -> Borders:
    keys, inverse = np.unique(pairs[:, 0] * units + pairs[:, 1], return_inverse=True)
    summed = np.bincount(inverse, lengths, minlength=len(keys)).astype(np.float64)
    return Borders(np.stack([keys // units, keys % units], axis=1), summed)


def _vertex_hash(coords: Floats) -> Hashes:
    # Adding 0.0 turns -0.0 into 0.0, so that equal coordinates have equal bits.
    bits = np.ascontiguousarray(coords + 0.0).view(np.uint64)
    mixed: Hashes = bits[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ bits[:, 1] * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    return mixed
