"""The polygon that a person drew: from GeoJSON, as its contract lets it in, to a valid geometry. Pure."""

import shapely
from shapely.geometry.base import BaseGeometry

from shared.errors import InvalidRequest
from shared.schemas.geo_area import Given, rings_of


def drawn(area: Given) -> BaseGeometry:
    """The polygon in degrees. Raises InvalidRequest where its sides cross, with the place of the crossing."""
    geometry = shapely.MultiPolygon([shapely.Polygon(rings[0], rings[1:]) for rings in rings_of(area)])
    if not shapely.is_valid(geometry):
        # GEOS says where, in the coordinates given: « Self-intersection[6.5 43.2] ».
        where = shapely.is_valid_reason(geometry).partition("[")[2].rstrip("]").replace(" ", ", ")
        raise InvalidRequest(
            f"Le polygone se croise ou se recouvre lui-même près de {where}\u00a0: "
            "son contour doit être simple, ses trous à l’intérieur."
        )
    return geometry
