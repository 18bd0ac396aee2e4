"""What is within a distance of a point or of a unit: kilometres in the legal projection, never degrees. Pure."""

from collections.abc import Sequence

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
    candidates = _candidates(atlas, (*lonlat, *lonlat), rank, radius_km)
    if to_centre:
        metres = np.hypot(*(to_metres(atlas.shapes.centres[candidates], epsg) - at).T)
    else:
        metres = shapely.distance(atlas.shapes.levels[0].polygons.take(candidates), shapely.points(at))
    return _within(candidates, metres / 1000, radius_km)


def units_around(atlas: Atlas, unit: int, radius_km: float) -> tuple[Ints, Floats]:
    """Positions of the units whose ground is within `radius_km` of that of a unit with a polygon, and their km.

    Nearest first: 0 for itself and those that touch it. A city and its arrondissements are both there.
    """
    polygons, rank = atlas.shapes.levels[0].polygons, int(atlas.shapes.projection[unit])
    (ground,) = polygons.take(np.array([unit]))
    candidates = _candidates(atlas, atlas.shapes.bounds[unit].tolist(), rank, radius_km)
    others = polygons.take(candidates)
    # Cheap once prepared; distances of those kept are not.
    shapely.prepare(ground)
    inside = shapely.dwithin(ground, others, radius_km * 1000)
    candidates, others = candidates[inside], others[inside]
    apart = ~shapely.intersects(ground, others)
    metres = np.zeros(len(others))
    metres[apart] = shapely.distance(others[apart], ground)
    return _within(candidates, metres / 1000, radius_km)


def departements_near(atlas: Atlas, lonlat: tuple[float, float], radius_km: float) -> tuple[str, ...]:
    """Codes of the départements within `radius_km` of a point, sorted; by their simplest outlines."""
    epsg, rank = legal_projection(atlas, lonlat)
    areas = atlas.shapes.areas["departements"]
    here = np.flatnonzero(areas.projection == rank)
    at = shapely.points(to_metres(np.array([lonlat]), epsg)[0])
    metres = shapely.distance(areas.levels[-1].polygons.take(here), at)
    return tuple(areas.codes[one] for one in here[metres <= radius_km * 1000].tolist())


def places_near(
    atlas: Atlas, lonlat: tuple[float, float], places: Floats, radius_km: float
) -> tuple[Ints, Floats]:
    """Ranks of the places (n, 2) in degrees within `radius_km` of a point, nearest first, and their km."""
    epsg, _ = legal_projection(atlas, lonlat)
    west, south, east, north = _around((*lonlat, *lonlat), radius_km)
    near = (places[:, 0] >= west) & (places[:, 0] <= east)
    candidates = np.flatnonzero(near & (places[:, 1] >= south) & (places[:, 1] <= north))
    steps = to_metres(places[candidates], epsg) - to_metres(np.array([lonlat]), epsg)
    return _within(candidates, np.hypot(*steps.T) / 1000, radius_km)


def legal_projection(atlas: Atlas, lonlat: tuple[float, float]) -> tuple[int, int]:
    """EPSG code and rank of the projection of the land nearest to a point."""
    unit = int(atlas.tree.nearest(shapely.points(lonlat)))
    rank = int(atlas.shapes.projection[unit])
    return legal_projections()[rank].epsg, rank


def _candidates(atlas: Atlas, box: Sequence[float], rank: int, radius_km: float) -> Ints:
    found = np.sort(atlas.tree.query(shapely.box(*_around(box, radius_km))))
    kept: Ints = found[atlas.shapes.projection[found] == rank]
    return kept


def _around(box: Sequence[float], radius_km: float) -> tuple[float, float, float, float]:
    """A box in degrees with more than `radius_km` around it."""
    west, south, east, north = box
    high = 1.02 * radius_km * 1000 / METRES_PER_DEGREE
    farthest = min(max(abs(south), abs(north)) + high, 89.0)
    wide = high / max(float(np.cos(np.radians(farthest))), 0.01)
    return west - wide, south - high, east + wide, north + high


def _within(candidates: Ints, km: Floats, radius_km: float) -> tuple[Ints, Floats]:
    order = np.lexsort((candidates, km))
    order = order[km[order] <= radius_km]
    return candidates[order], km[order]
