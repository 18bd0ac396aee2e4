"""The ground of features: many polygons in metres, or points in degrees, behind the same few questions. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from math import isnan

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from services.geo.shapes.geojson import DECIMALS, Fragments, geometry_texts, in_degrees
from services.geo.shapes.polygons import Geometries, Ints, Mask, Polygons
from services.geo.shapes.projections import legal_projections, reproject

Floats = NDArray[np.float64]
Predicate = Callable[[Geometries, BaseGeometry], Mask]

DEGREES = 4326


@dataclass(frozen=True)
class Surfaces:
    """Polygons in metres, each in its legal projection (its rank, -1 without polygon); `bounds` in degrees."""

    polygons: Polygons
    projection: NDArray[np.int8]
    bounds: Floats

    geometry_type = "MultiPolygon"

    def texts(self, units: Ints) -> Fragments:
        """GeoJSON geometry of these units, in degrees: multipolygons all, since GIS type a layer by its first ones."""
        return geometry_texts(self.polygons.select(units), self.projection[units], multi=True)

    @cached_property
    def degrees(self) -> Geometries:
        """The same polygons as the texts say them: degrees, six decimals; empty where there is none."""
        ranks = np.repeat(self.projection[self.polygons.unit_of_ring()], np.diff(self.polygons.rings))
        degrees = in_degrees(self.polygons.coords, ranks).round(DECIMALS)
        return replace(self.polygons, coords=degrees).take(np.arange(len(self.projection)))

    @cached_property
    def centres(self) -> Floats:
        """Longitude and latitude of a point inside each unit; NaN without polygon."""
        found = np.full((len(self.projection), 2), np.nan)
        for rank, units in self._by_projection(np.arange(len(self.projection))):
            polygons = self.polygons.take(units)
            points = shapely.centroid(polygons)
            outside = ~shapely.intersects(polygons, points)
            points[outside] = shapely.point_on_surface(polygons[outside])
            found[units] = reproject(shapely.get_coordinates(points), legal_projections()[rank].epsg, DEGREES)
        return found

    def geometries(self, units: Ints, epsg: int = DEGREES) -> Geometries:
        """Multipolygons in this projection (x or longitude first), None without polygon."""
        found: Geometries = np.full(len(units), None, dtype=object)
        for rank, here in self._by_projection(units):
            own = legal_projections()[rank].epsg
            polygons = self.polygons.take(units[here])
            if own != epsg:
                polygons = shapely.transform(polygons, partial(reproject, source=own, target=epsg))
            found[here] = polygons
        return found

    def meeting(self, units: Ints, predicate: Predicate, geometry: BaseGeometry) -> Mask:
        """Which units stand in that relation to a geometry in degrees, sides straight as GeoJSON says them.

        False without polygon.
        """
        shapely.prepare(geometry)
        found: Mask = predicate(self.degrees[units], geometry)
        return found & (self.projection[units] >= 0)

    def _by_projection(self, units: Ints) -> list[tuple[int, Ints]]:
        ranks = self.projection[units]
        return [(rank, np.flatnonzero(ranks == rank)) for rank in np.unique(ranks[ranks >= 0]).tolist()]


@dataclass(frozen=True)
class Points:
    """Points as longitudes and latitudes, NaN where unknown."""

    lonlat: Floats

    geometry_type = "Point"

    @cached_property
    def bounds(self) -> Floats:
        """Their boxes, which are the points themselves."""
        return np.hstack([self.lonlat, self.lonlat])

    @property
    def centres(self) -> Floats:
        """The points themselves."""
        return self.lonlat

    def texts(self, units: Ints) -> Fragments:
        """GeoJSON geometry of these points."""
        texts = [
            b"null" if isnan(lon) else f'{{"type":"Point","coordinates":[{lon:.6f},{lat:.6f}]}}'.encode()
            for lon, lat in self.lonlat[units].tolist()
        ]
        starts = np.cumsum([0, *map(len, texts)])
        return Fragments(b"".join(texts), tuple(starts.tolist()))

    def geometries(self, units: Ints, epsg: int = DEGREES) -> Geometries:
        """Points in this projection, None where unknown."""
        found: Geometries = np.full(len(units), None, dtype=object)
        lonlat = self.lonlat[units]
        here = ~np.isnan(lonlat).any(axis=1)
        found[here] = shapely.points(reproject(lonlat[here], DEGREES, epsg))
        return found

    @cached_property
    def degrees(self) -> Geometries:
        """The points themselves, None where unknown."""
        return self.geometries(np.arange(len(self.lonlat)))

    def meeting(self, units: Ints, predicate: Predicate, geometry: BaseGeometry) -> Mask:
        """Which points stand in that relation to a geometry in degrees; False where unknown."""
        shapely.prepare(geometry)
        points = self.degrees[units]
        found: Mask = predicate(points, geometry) & ~shapely.is_missing(points)
        return found
