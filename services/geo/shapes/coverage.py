"""Polygons that share borders, mended and simplified so that they still share them (GEOS coverage operations).

Always in metres and for a whole projection at once: simplifying one département alone moves its outer border.
"""

import numpy as np
import shapely

from services.geo.shapes.polygons import Geometries, Ints

# Official polygons are each valid but their borders do not all meet; one metre mends all France (DESIGN §4).
SNAPPING_METRES = 1.0


def clean(geometries: Geometries) -> Geometries:
    """The same polygons with gaps and overlaps under a metre closed, so that neighbours share vertices."""
    cleaned: Geometries = shapely.coverage_clean(geometries, snapping_distance=SNAPPING_METRES)
    return cleaned


def simplify(geometries: Geometries, tolerance: float) -> Geometries:
    """A coarser coverage; `tolerance` in metres is the square root of the smallest triangle kept."""
    simplified: Geometries = shapely.coverage_simplify(geometries, tolerance)
    return simplified


def add_wholes(geometries: Geometries, whole: Ints) -> Geometries:
    """Fill the polygon of each composite unit with the union of its parts (`whole[part]` is its index, else -1)."""
    filled = geometries.copy()
    for unit in np.unique(whole[whole >= 0]):
        parts = geometries[whole == unit]
        filled[unit] = shapely.coverage_union_all(parts[~shapely.is_missing(parts)])
    return filled


def holes(geometries: Geometries) -> Geometries:
    """Grounds that no polygon covers but that covered ground surrounds, largest first.

    The polygons are a clean coverage; those that are None are left out. A hole around an island is a ring.
    """
    union = shapely.coverage_union_all(geometries[~shapely.is_missing(geometries)])
    lands: Geometries = shapely.get_parts(union)
    rings = [ring for land in lands.tolist() for ring in land.interiors]
    found: Geometries = shapely.polygons(np.array(rings, dtype=object))
    hole, island = shapely.STRtree(lands).query(found, predicate="contains")
    for number in np.unique(hole):
        found[number] = shapely.difference(found[number], shapely.union_all(lands[island[hole == number]]))
    return found[np.argsort(-shapely.area(found), kind="stable")]
