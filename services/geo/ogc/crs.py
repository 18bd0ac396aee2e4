"""Coordinate reference systems by their OGC addresses (OGC API Features, part 2). Pure."""

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from services.geo.features.ground import DEGREES
from services.geo.shapes.projections import legal_projections, reproject
from shared.errors import InvalidQuery

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/{code}"
WEB_MERCATOR = 3857
# Straight sides bend on their way to degrees: in steps of a kilometre they stay within some centimetres.
STEP = 1_000
VERTICES = 20_000
GIVEN = re.compile(
    r"\[?(?:https?://www\.opengis\.net/def/crs/(?P<a>OGC|EPSG)/[\d.]+/(?P<b>\w+)"
    r"|urn:ogc:def:crs:(?P<c>OGC|EPSG):[\d.]*:(?P<d>\w+)|(?P<e>OGC|EPSG):(?P<f>\w+))\]?"
)


@dataclass(frozen=True, slots=True)
class Crs:
    """A system served. `swapped`: its first axis is latitude; `decimals` of its coordinates in texts."""

    uri: str
    epsg: int
    swapped: bool = False
    decimals: int = 2

    @property
    def native(self) -> bool:
        """Whether features are kept as it wants them."""
        return self.uri == CRS84


@cache
def served() -> tuple[Crs, ...]:
    """CRS84, WGS84, Web Mercator and the legal projections of the French territories."""
    return (
        Crs(CRS84, DEGREES, decimals=6),
        Crs(EPSG.format(code=DEGREES), DEGREES, swapped=True, decimals=6),
        Crs(EPSG.format(code=WEB_MERCATOR), WEB_MERCATOR),
        *(Crs(EPSG.format(code=one.epsg), one.epsg) for one in legal_projections()),
    )


def read_crs(parameter: str, value: str) -> Crs:
    """The system named by an address, a URN or a short form (EPSG:2154). Raises InvalidQuery."""
    matched = GIVEN.fullmatch(value.strip())
    if matched:
        authority = matched["a"] or matched["c"] or matched["e"]
        code = matched["b"] or matched["d"] or matched["f"]
        uri = CRS84 if (authority, code) == ("OGC", "CRS84") else EPSG.format(code=code)
        for crs in served():
            if crs.uri == uri and (authority == "EPSG" or crs.native):
                return crs
    raise InvalidQuery(
        f"{parameter}\u00a0: le système de coordonnées «\u00a0{value[:80]}\u00a0» n’est pas servi\u202f; "
        f"systèmes servis\u00a0: {', '.join(crs.uri for crs in served())}.",
        parameter=parameter,
        available=[crs.uri for crs in served()],
    )


def to_lonlat(points: NDArray[np.float64], crs: Crs) -> NDArray[np.float64]:
    """Longitudes and latitudes of (n, 2) points given in the order of the system's axes."""
    return reproject(points[:, ::-1] if crs.swapped else points, crs.epsg, DEGREES)


def ground_to_lonlat(geometry: BaseGeometry, crs: Crs) -> BaseGeometry:
    """A geometry given in this system, in degrees; its sides stay where they are straight in their own system."""
    if crs.epsg != DEGREES:
        step = max(STEP, shapely.length(geometry) / VERTICES)
        geometry = shapely.segmentize(geometry, step)
    return shapely.transform(geometry, lambda points: to_lonlat(points, crs))


def flat_ground(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """A box as a geometry, a point or a line where it has no width."""
    if west == east and south == north:
        return shapely.Point(west, south)
    if west == east or south == north:
        return shapely.LineString([(west, south), (east, north)])
    return shapely.box(west, south, east, north)
