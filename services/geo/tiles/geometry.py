"""Polygons on a grid of whole numbers as the geometry of Mapbox Vector Tile 2.1 (§4.3), many at once, and back.

A polygon is kept as its first vertex and a body: the bytes of everything after it. The body does not depend on
the tile, so a polygon that lies inside one is copied, not encoded.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from services.geo.shapes.polygons import Geometries, Polygons
from services.geo.tiles.varints import (
    Bytes,
    Numbers,
    Positions,
    offsets,
    read_varints,
    runs,
    unzigzag,
    varint_sizes,
    varints,
    zigzag,
)

MOVE_TO, LINE_TO, CLOSE_PATH = 1, 2, 7
MOVE_ONCE = 1 << 3 | MOVE_TO
CLOSE_ONCE = 1 << 3 | CLOSE_PATH
Whole = NDArray[np.int32]


@dataclass(frozen=True)
class Encoded:
    """Geometries in order: first vertices (n, 2); bodies end to end in `body`, cut by `starts` (n + 1).

    A geometry without vertex has an empty body; a polygon never has.
    """

    firsts: Whole
    starts: NDArray[np.int64] | NDArray[np.int32]
    body: Bytes

    def __len__(self) -> int:
        return len(self.firsts)


def encode(geometries: Geometries) -> Encoded:
    """Encode polygons whose vertices are whole numbers, y downwards, exteriors counter-clockwise in (x, y).

    That is clockwise on a screen, as the format wants. Multipolygons too; None and empty ones are left empty.
    """
    polygons = Polygons.of(geometries)
    # A ring of the format does not repeat its first vertex.
    sizes = np.diff(polygons.rings) - 1
    vertices = polygons.coords[runs(polygons.rings[:-1], sizes)].astype(np.int32)
    ring_of_unit = polygons.parts[polygons.units]
    vertex_of_ring = offsets(sizes)
    vertex_of_unit = vertex_of_ring[ring_of_unit]
    filled = np.flatnonzero(np.diff(ring_of_unit))
    firsts = np.zeros((len(geometries), 2), dtype=np.int32)
    firsts[filled] = vertices[vertex_of_unit[filled]]
    numbers, number_of_ring = _numbers(vertices, sizes)
    kept = np.ones(len(numbers), dtype=bool)
    opening = number_of_ring[ring_of_unit[filled]]
    kept[(opening[:, None] + np.arange(3)).ravel()] = False
    lengths = np.where(kept, varint_sizes(numbers), 0)
    starts = offsets(lengths)[number_of_ring[ring_of_unit]]
    return Encoded(firsts, starts, varints(numbers[kept], lengths[kept]))


def decode(encoded: Encoded, chosen: Positions) -> Geometries:
    """The geometries at these positions, none of them empty, as multipolygons."""
    starts = encoded.starts[chosen].astype(np.int64)
    sizes = encoded.starts[chosen + 1] - starts
    numbers, ends = read_varints(encoded.body[runs(starts, sizes)])
    number_of_unit = np.searchsorted(ends, offsets(sizes), side="left") + 1
    number_of_unit[0] = 0
    rings, vertex_at, ring_of_unit = _rings(numbers, number_of_unit)
    steps = np.zeros((rings[-1], 2), dtype=np.int32)
    moved = vertex_at >= 0
    for axis in (0, 1):
        steps[moved, axis] = unzigzag(numbers[vertex_at[moved] + axis])
    vertices = np.cumsum(steps, axis=0, dtype=np.int64)
    vertex_of_unit = rings[ring_of_unit]
    shift = encoded.firsts[chosen] - vertices[vertex_of_unit[:-1]]
    vertices += np.repeat(shift, np.diff(vertex_of_unit), axis=0)
    exterior = _doubled_areas(vertices, rings) > 0
    parts = np.append(np.flatnonzero(exterior), len(exterior))
    units = np.searchsorted(parts, ring_of_unit)
    geometries: Geometries = shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON, vertices.astype(np.float64), (rings, parts, units)
    )
    return geometries


def _numbers(vertices: Whole, sizes: Positions) -> tuple[Numbers, Positions]:
    """Commands and parameters of every ring, and where those of each ring start (and of all end)."""
    starts = offsets(2 * sizes + 3)
    opening = starts[:-1]
    numbers = np.empty(starts[-1], dtype=np.uint32)
    numbers[opening] = MOVE_ONCE
    numbers[opening + 3] = (sizes - 1) << 3 | LINE_TO
    numbers[starts[1:] - 1] = CLOSE_ONCE
    # The first vertex stands before the command of the others.
    at = runs(opening + 2, sizes) + np.arange(len(vertices)) - np.repeat(offsets(sizes)[:-1], sizes)
    at[offsets(sizes)[:-1]] -= 1
    steps = zigzag(np.diff(vertices, axis=0, prepend=np.zeros((1, 2), dtype=np.int32)))
    numbers[at] = steps[:, 0]
    numbers[at + 1] = steps[:, 1]
    return numbers, starts


def _rings(numbers: Numbers, number_of_unit: Positions) -> tuple[Positions, Positions, Positions]:
    """Offsets of rings in vertices; where each vertex's parameters stand (-1 where left out); rings of units."""
    sizes, places, ring_of_unit = [], [], [0]
    for start, end in zip(number_of_unit[:-1].tolist(), number_of_unit[1:].tolist(), strict=True):
        at = start
        while at < end:
            line = at if at == start else at + 3
            size = (int(numbers[line]) >> 3) + 1
            sizes.append(size)
            places.append(line)
            at = line + 2 * size
        ring_of_unit.append(len(sizes))
    rings, lines = offsets(np.array(sizes, dtype=np.int64)), np.array(places, dtype=np.int64)
    vertex_at = np.repeat(lines - 1 - 2 * rings[:-1], np.diff(rings)) + 2 * np.arange(rings[-1])
    firsts = rings[:-1]
    vertex_at[firsts] = lines - 2
    vertex_at[firsts[ring_of_unit[:-1]]] = -1
    return rings, vertex_at, np.array(ring_of_unit)


def _doubled_areas(vertices: Positions, rings: Positions) -> Positions:
    ahead = np.arange(1, len(vertices) + 1)
    ahead[rings[1:] - 1] = rings[:-1]
    x, y = vertices.T
    areas: Positions = np.add.reduceat(x * y[ahead] - x[ahead] * y, rings[:-1])
    return areas
