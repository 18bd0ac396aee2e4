"""Columns of fields: how a value is read for many units at once, geometries included. Pure."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray

from services.geo.read.directory import Column
from services.geo.shapes.geojson import geometry_texts
from services.geo.shapes.polygons import Polygons
from services.geo.shapes.projections import legal_projections, to_degrees

UnitT = TypeVar("UnitT")
Ranks = NDArray[np.int8]

# Of a degree: some ten metres for a centre, as geo.api.gouv.fr gives it, a tenth of one for a box.
CENTRE_DECIMALS, BOX_DECIMALS = 4, 6


def each(units: Sequence[UnitT], value: Callable[[UnitT], Any]) -> Column:
    """A value read from each unit by itself."""
    return lambda positions: [value(units[position]) for position in positions]


def nothing(positions: Sequence[int]) -> Sequence[None]:
    """A field of geo.api.gouv.fr that nothing loaded here tells: it is accepted and left out."""
    return [None] * len(positions)


def hectares(square_kilometres: float | None) -> float | None:
    """`surface`, to the square hundred metres."""
    return None if square_kilometres is None else round(square_kilometres * 100, 2)


def point(lonlat: tuple[float, float] | None) -> dict[str, Any] | None:
    """`centre` as a GeoJSON Point."""
    if lonlat is None:
        return None
    return {"type": "Point", "coordinates": [round(degree, CENTRE_DECIMALS) for degree in lonlat]}


def boxes(bounds: NDArray[np.float64]) -> Column:
    """`bbox` as a GeoJSON Polygon, from (n, 4) west, south, east, north in degrees, NaN without polygon."""

    def box(position: int) -> dict[str, Any] | None:
        if np.isnan(bounds[position, 0]):
            return None
        west, south, east, north = np.round(bounds[position], BOX_DECIMALS).tolist()
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        return {"type": "Polygon", "coordinates": [ring]}

    return lambda positions: [box(position) for position in positions]


def contours(polygons: Polygons, projection: Ranks) -> Column:
    """`contour` as GeoJSON text ready to be written; polygons in metres of the legal projection of that rank."""

    def written(positions: Sequence[int]) -> Sequence[orjson.Fragment | None]:
        chosen = np.array(positions, dtype=np.int64)
        ranks = projection[chosen]
        texts = geometry_texts(polygons.select(chosen), ranks)
        return [orjson.Fragment(texts[at]) if rank >= 0 else None for at, rank in enumerate(ranks.tolist())]

    return written


def centres(polygons: Polygons, projection: Ranks) -> Column:
    """`centre`: the centroid where it lies inside, else a point that does."""

    def centre(position: int) -> dict[str, Any] | None:
        rank = int(projection[position])
        if rank < 0:
            return None
        polygon = polygons.take(np.array([position]))[0]
        inside = shapely.centroid(polygon)
        if not shapely.intersects(polygon, inside):
            inside = shapely.point_on_surface(polygon)
        here = shapely.transform(inside, partial(to_degrees, epsg=legal_projections()[rank].epsg))
        return point((float(here.x), float(here.y)))

    return lambda positions: [centre(position) for position in positions]
