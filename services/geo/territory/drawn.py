"""The polygon that a person drew: from GeoJSON, as its contract lets it in, to a valid geometry. Pure."""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from shared.errors import InvalidRequest
from shared.schemas.geo_area import Given, rings_of

# In square degrees, about a hundred square centimetres: what rounding leaves of aligned points.
FLAT = 1e-12


def drawn(area: Given) -> BaseGeometry:
    """The polygon in degrees. Raises InvalidRequest for a flat ring, and where sides cross, with the place."""
    polygons = [shapely.Polygon(rings[0], rings[1:]) for rings in rings_of(area)]
    flat = np.flatnonzero(shapely.area(shapely.convex_hull(shapely.get_rings(polygons))) < FLAT)
    if len(flat):
        raise InvalidRequest(
            f"L’anneau {flat[0] + 1} du polygone n’entoure aucune surface\u00a0: "
            "il faut au moins trois points distincts, qui ne soient pas alignés."
        )
    geometry = shapely.MultiPolygon(polygons)
    if not shapely.is_valid(geometry):
        # GEOS says where, in the coordinates given: « Self-intersection[6.5 43.2] ».
        where = shapely.is_valid_reason(geometry).partition("[")[2].rstrip("]").replace(" ", ", ")
        raise InvalidRequest(
            f"Le polygone se croise ou se recouvre lui-même près de {where}\u00a0: "
            "son contour doit être simple, ses trous à l’intérieur."
        )
    return geometry
