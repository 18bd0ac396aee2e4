"""Points to communes, many at once: boxes first, then exact polygons in the legal projection. Pure."""

import numpy as np
import shapely
from numpy.typing import NDArray

from services.geo.atlas import Atlas
from services.geo.shapes.polygons import Ints
from services.geo.shapes.projections import legal_projections, to_metres

Floats = NDArray[np.float64]


def units_at(atlas: Atlas, lonlat: Floats, *, arrondissements: bool) -> Ints:
    """Position of the commune of each point (n, 2) in degrees; -1 outside every polygon, the lower code on a border.

    In Paris, Lyon and Marseille an arrondissement where they are wanted, the whole city otherwise.
    """
    nowhere = len(atlas.communes)
    found = np.full(len(lonlat), nowhere, dtype=np.int64)
    point, unit = atlas.tree.query(shapely.points(lonlat))
    wanted = ~np.isin(unit, _left_out(atlas, arrondissements=arrondissements))
    point, unit = point[wanted], unit[wanted]
    for rank, projection in enumerate(legal_projections()):
        here = atlas.shapes.projection[unit] == rank
        if not here.any():
            continue
        metres = to_metres(lonlat[point[here]], projection.epsg)
        units, of_pair = np.unique(unit[here], return_inverse=True)
        polygons = atlas.shapes.levels[0].polygons.take(units)
        # Prepared, a polygon answers all its points for the price of a few.
        shapely.prepare(polygons[np.bincount(of_pair) > 2])
        inside = shapely.intersects_xy(polygons[of_pair], metres)
        np.minimum.at(found, point[here][inside], unit[here][inside])
    return np.where(found == nowhere, -1, found)


def _left_out(atlas: Atlas, *, arrondissements: bool) -> Ints:
    parts = atlas.arrondissements
    return np.array(
        [*parts] if arrondissements else [part for of in parts.values() for part in of], dtype=np.int64
    )
