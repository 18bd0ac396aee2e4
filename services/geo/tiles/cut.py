"""Cuts a tile: the features of a collection that fall in it, as one layer of Mapbox Vector Tile 2.1. Pure.

What lies in the tile is copied as it was encoded; only what reaches far out of it is decoded, clipped and encoded.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from services.geo.shapes.polygons import Geometries
from services.geo.tiles.attributes import Attributes
from services.geo.tiles.geometry import decode, encode
from services.geo.tiles.grid import EXTENT, FINEST, Grids, rounded
from services.geo.tiles.messages import POINT, POLYGON, Drawn, layer
from services.geo.tiles.varints import Positions, gathered

# Shown around a tile so that a renderer draws no line along its edge: 4 pixels of 256.
BUFFER = 64
FRAME = (-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
# What reaches no farther out than this is not worth clipping: a quarter of a tile.
REACH = 1024
# Below this zoom one point is kept in each square of CELL steps, or a country would be one blot.
ALL_POINTS_FROM, CELL = 10, 32


@dataclass(frozen=True, slots=True)
class Address:
    """A tile of the Web Mercator square, row and column from its north-west corner."""

    zoom: int
    row: int
    column: int

    @property
    def corner(self) -> NDArray[np.int64]:
        """Its north-west corner, x and y in steps of its grid."""
        return np.array((self.column, self.row), dtype=np.int64) * EXTENT

    def quarters(self) -> tuple["Address", ...]:
        """The four tiles of the next zoom that it covers."""
        row, column = 2 * self.row, 2 * self.column
        return tuple(
            Address(self.zoom + 1, row + south, column + east) for south in (0, 1) for east in (0, 1)
        )


@dataclass(frozen=True)
class Areas:
    """A collection of polygons; `shown` leaves out some of those that the grids hold."""

    name: str
    grids: Grids
    attributes: Attributes
    shown: NDArray[np.bool_]


@dataclass(frozen=True)
class Points:
    """A collection of points: positions (n, 2) on the Web Mercator square, NaN for none."""

    name: str
    positions: NDArray[np.float64]
    attributes: Attributes


Collection = Areas | Points


def cut(collection: Collection, tile: Address) -> bytes:
    """The layer of this collection in the tile, ready to stand beside others; empty where nothing falls."""
    if isinstance(collection, Points):
        return layer(collection.name, POINT, _points(collection, tile), collection.attributes)
    near, far = _met(collection, tile)
    drawn = _joined(_copied(collection.grids, near, tile), _clipped(collection.grids, far, tile))
    return layer(collection.name, POLYGON, drawn, collection.attributes)


def reaches(collection: Collection, tile: Address) -> bool:
    """Whether something of the collection may fall in the tile or in those under it."""
    if isinstance(collection, Points):
        steps = collection.positions * 2.0**tile.zoom - tile.corner / EXTENT
        return bool(((steps > -BUFFER / EXTENT) & (steps < 1 + BUFFER / EXTENT)).all(axis=1).any())
    return any(len(found) > 0 for found in _met(collection, tile))


def _met(collection: Areas, tile: Address) -> tuple[Positions, Positions]:
    """Polygons whose box meets the tile: those that stay near it, and those that reach farther out."""
    # In steps of the finest grid, where rounding may have moved a side by a step of the tile's own.
    step = 2.0 ** (FINEST - tile.zoom)
    low, high = tile.corner * step, (tile.corner + EXTENT) * step
    west, north, east, south = collection.grids.bounds.T
    margin = (BUFFER + 1) * step
    met = np.flatnonzero(
        collection.shown
        & (east > low[0] - margin)
        & (west < high[0] + margin)
        & (south > low[1] - margin)
        & (north < high[1] + margin)
    )
    if tile.zoom > FINEST:
        return met[:0], met
    boxes = collection.grids.bounds[met]
    margin = REACH * step
    near = ((boxes[:, :2] > low - margin) & (boxes[:, 2:] < high + margin)).all(axis=1)
    return met[near], met[~near]


def _copied(grids: Grids, units: Positions, tile: Address) -> Drawn:
    grid = grids.zooms[tile.zoom] if len(units) else grids.zooms[0]
    sizes = (grid.starts[units + 1] - grid.starts[units]).astype(np.int64)
    drawn = sizes > 0
    firsts = (grid.firsts[units[drawn]] - tile.corner).astype(np.int32)
    return Drawn(units[drawn], firsts, sizes[drawn], gathered(grid.body, grid.starts, units))


def _clipped(grids: Grids, units: Positions, tile: Address) -> Drawn:
    grid = grids.zooms[min(tile.zoom, FINEST)]
    units = units[grid.starts[units + 1] > grid.starts[units]]
    if not len(units):
        return _copied(grids, units, tile)
    enlarged = 2 ** max(tile.zoom - FINEST, 0)
    polygons = shapely.transform(decode(grid, units), lambda steps: steps * enlarged - tile.corner)
    clipped = _cropped(polygons)
    met = ~shapely.is_empty(clipped)
    encoded = encode(rounded(clipped[met]))
    sizes = np.diff(encoded.starts)
    drawn = sizes > 0
    return Drawn(units[met][drawn], encoded.firsts[drawn], sizes[drawn], encoded.body.tobytes())


def _cropped(polygons: Geometries) -> Geometries:
    cropped: Geometries = shapely.clip_by_rect(polygons, *FRAME)
    # Quick, but now and then it gives a hole no shell; the overlay never does. Its lines and points are left out.
    unsound = ~shapely.is_valid(cropped)
    cropped[unsound] = shapely.buffer(shapely.intersection(polygons[unsound], shapely.box(*FRAME)), 0)
    return cropped


def _joined(one: Drawn, other: Drawn) -> Drawn:
    if not len(other.ids):
        return one
    return Drawn(
        np.concatenate((one.ids, other.ids)),
        np.concatenate((one.firsts, other.firsts)),
        np.concatenate((one.body_sizes, other.body_sizes)),
        one.bodies + other.bodies,
    )


def _points(collection: Points, tile: Address) -> Drawn:
    steps = collection.positions * float(EXTENT << tile.zoom) - tile.corner
    found = np.flatnonzero(((steps >= -BUFFER) & (steps < EXTENT + BUFFER)).all(axis=1))
    firsts = np.floor(steps[found]).astype(np.int32)
    if tile.zoom < ALL_POINTS_FROM:
        cells = firsts // CELL
        _, kept = np.unique(cells[:, 0] * EXTENT + cells[:, 1], return_index=True)
        kept.sort()
        found, firsts = found[kept], firsts[kept]
    return Drawn(found, firsts, np.zeros(len(found), dtype=np.int64), b"")
