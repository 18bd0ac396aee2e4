"""Polygons brought onto the grid of each zoom, once: a tile is then cut without projecting nor mending. Pure.

Positions are on the Web Mercator square (EPSG:3857), 0 to 1 from its north-west corner; a grid has `EXTENT` steps a
tile. Neighbours round the same vertices the same way, so they keep sharing their borders.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from services.geo.shapes.polygons import Geometries, Polygons
from services.geo.shapes.projections import legal_projections, to_degrees
from services.geo.tiles.geometry import Encoded, encode

EXTENT = 4096
# 2.4 m a step at the equator, under what the sources hold; deeper tiles enlarge this grid.
FINEST = 12
ZOOMS = range(FINEST + 1)
# Beyond it Web Mercator is not drawn.
HIGHEST_LATITUDE = 85.0511287798066
NOWHERE = (1, 1, 0, 0)
# Metres: of each zoom, the coarsest simplification that a screen hides (about a pixel of 256 a tile).
COARSEST = (3000.0,) * 5 + (1000.0,) * 2 + (300.0,) * 2 + (100.0,) * 2 + (0.0,) * 2


@dataclass(frozen=True)
class Grids:
    """Polygons encoded at each zoom of `ZOOMS`; `bounds` (n, 4): x, y from and to, steps of the finest grid."""

    zooms: tuple[Encoded, ...]
    bounds: NDArray[np.int32]


def web_mercator(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Positions (n, 2) on the square, y southwards, of longitudes and latitudes in degrees."""
    latitude = np.radians(np.clip(lonlat[:, 1], -HIGHEST_LATITUDE, HIGHEST_LATITUDE))
    return np.column_stack((lonlat[:, 0] / 360 + 0.5, 0.5 - np.arctanh(np.sin(latitude)) / (2 * np.pi)))


def on_square(polygons: Polygons, projection: NDArray[np.int8]) -> Polygons:
    """Polygons in metres, each in the legal projection of its rank, as polygons on the square."""
    rank = np.repeat(projection[polygons.unit_of_ring()], np.diff(polygons.rings))
    coords = np.empty_like(polygons.coords)
    for number, legal in enumerate(legal_projections()):
        here = rank == number
        if here.any():
            coords[here] = web_mercator(to_degrees(polygons.coords[here], legal.epsg))
    return Polygons(coords, polygons.rings, polygons.parts, polygons.units)


def make_grids(levels: Mapping[float, Polygons]) -> Grids:
    """Grids of polygons on the square, by the metres of their simplification (0, the full ones, among them)."""
    zooms = tuple(encode(rounded(_scaled(levels[level_of(levels, zoom)], EXTENT << zoom))) for zoom in ZOOMS)
    bounds = shapely.bounds(_scaled(levels[0.0], EXTENT << FINEST))
    steps = np.column_stack((np.floor(bounds[:, :2]), np.ceil(bounds[:, 2:])))
    return Grids(zooms, np.where(np.isnan(bounds), NOWHERE, steps).astype(np.int32))


def level_of(levels: Iterable[float], zoom: int) -> float:
    """The simplification, in metres, that serves a zoom: the coarsest among those there are that it hides."""
    return max(tolerance for tolerance in levels if tolerance <= COARSEST[zoom])


def rounded(geometries: Geometries) -> Geometries:
    """Valid polygons with whole vertices, exteriors counter-clockwise in (x, y); collapsed rings are dropped.

    Most stay valid when their vertices are rounded, and then keep the very borders of their neighbours; the few
    that would cross themselves are noded on the grid, which moves no vertex by more than a step.
    """
    whole: Geometries = shapely.transform(geometries, np.rint)
    broken = ~shapely.is_valid(whole)
    whole[broken] = shapely.set_precision(geometries[broken], 1.0)
    oriented: Geometries = shapely.orient_polygons(shapely.remove_repeated_points(whole), exterior_cw=False)
    return oriented


def _scaled(polygons: Polygons, steps: int) -> Geometries:
    scaled = Polygons(polygons.coords * steps, polygons.rings, polygons.parts, polygons.units)
    return scaled.take(np.arange(len(polygons)))
