"""What is within a distance of a point: kilometres in the legal projection, never degrees. Pure."""

import numpy as np
import shapely

from services.geo.atlas import Atlas
from services.geo.shapes.points import Floats
from services.geo.shapes.polygons import Ints
from services.geo.shapes.projections import legal_projections, to_metres

# A degree of latitude; boxes are taken a little larger than the disc, distances then decide.
METRES_PER_DEGREE = 111_000.0


def units_near(
    atlas: Atlas, lonlat: tuple[float, float], radius_km: float, *, to_centre: bool
) -> tuple[Ints, Floats]:
    """Positions of the units within `radius_km` of a point, nearest first, and their distances in km.

    Distance to their ground, or to a point inside it. A city and its arrondissements are both there.
    """
    epsg, rank = legal_projection(atlas, lonlat)
    at = to_metres(np.array([lonlat]), epsg)[0]
    box = _around(lonlat, radius_km)
    candidates = np.sort(atlas.tree.query(box))
    candidates = candidates[atlas.shapes.projection[candidates] == rank]
    if to_centre:
        metres = np.hypot(*(to_metres(atlas.shapes.centres[candidates], epsg) - at).T)
    else:
        metres = shapely.distance(atlas.shapes.levels[0].polygons.take(candidates), shapely.points(at))
    return _within(candidates, metres / 1000, radius_km)


def places_near(
    atlas: Atlas, lonlat: tuple[float, float], places: Floats, radius_km: float
) -> tuple[Ints, Floats]:
    """Ranks of the places (n, 2) in degrees within `radius_km` of a point, nearest first, and their km."""
    epsg, _ = legal_projection(atlas, lonlat)
    west, south, east, north = shapely.bounds(_around(lonlat, radius_km)).tolist()
    near = (places[:, 0] >= west) & (places[:, 0] <= east)
    candidates = np.flatnonzero(near & (places[:, 1] >= south) & (places[:, 1] <= north))
    steps = to_metres(places[candidates], epsg) - to_metres(np.array([lonlat]), epsg)
    return _within(candidates, np.hypot(*steps.T) / 1000, radius_km)


def legal_projection(atlas: Atlas, lonlat: tuple[float, float]) -> tuple[int, int]:
    """EPSG code and rank of the projection of the land nearest to a point."""
    unit = int(atlas.tree.nearest(shapely.points(lonlat)))
    rank = int(atlas.shapes.projection[unit])
    return legal_projections()[rank].epsg, rank


def _around(lonlat: tuple[float, float], radius_km: float) -> shapely.Polygon:
    lon, lat = lonlat
    high = 1.02 * radius_km * 1000 / METRES_PER_DEGREE
    wide = high / max(np.cos(np.radians(min(abs(lat) + high, 89.0))), 0.01)
    return shapely.box(lon - wide, lat - high, lon + wide, lat + high)


def _within(candidates: Ints, km: Floats, radius_km: float) -> tuple[Ints, Floats]:
    order = np.lexsort((candidates, km))
    order = order[km[order] <= radius_km]
    return candidates[order], km[order]
