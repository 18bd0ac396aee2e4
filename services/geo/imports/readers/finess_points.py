"""Coordinates of FINESS to degrees: by the system that a row names, else the legal one of its département. Pure."""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from services.geo.imports.readers.ground import box_of, inside
from services.geo.imports.readers.triage import Triage, departement_of
from services.geo.shapes.projections import legal_projections, projection_rank

_EPSG = re.compile(r"EPSG\s*:?\s*(\d{4,5})", re.IGNORECASE)


class Point(NamedTuple):
    """A point as a file gives it; `system`: what the file says of its coordinates, perhaps nothing."""

    x: float
    y: float
    system: str = ""


def point(x: str, y: str, system: str = "") -> Point | None:
    """The point of two cells; None where they hold no number, or both zero."""
    try:
        found = Point(float(x.replace(",", ".")), float(y.replace(",", ".")), system)
    except ValueError:
        return None
    return found if np.isfinite(found[:2]).all() and (found.x or found.y) else None


def in_degrees(one: Point) -> bool:
    """Whether a point can only be a longitude and a latitude: no legal projection comes so near its origin."""
    return abs(one.x) <= 180 and abs(one.y) <= 90


def place(
    points: Mapping[str, Point], communes: Mapping[str, str], triage: Triage
) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of each point that lies in the département of its commune; others are counted."""
    by_system: dict[int, list[str]] = defaultdict(list)
    for name, one in points.items():
        by_system[_system(one, departement_of(communes[name]))].append(name)
    placed: dict[str, tuple[float, float]] = {}
    for epsg, names in by_system.items():
        x = np.array([points[name].x for name in names])
        y = np.array([points[name].y for name in names])
        if epsg != 4326:
            x, y = _transformer(epsg).transform(x, y)
        for name, lon, lat in zip(names, x.tolist(), y.tolist(), strict=True):
            if inside(box_of(departement_of(communes[name]), triage.codes), lon, lat):
                placed[name] = (round(lon, 7), round(lat, 7))
            else:
                triage.note("coordonnées hors du département de la commune, écartées")
    return placed


def _system(one: Point, departement: str) -> int:
    if in_degrees(one):
        return 4326
    told = _EPSG.search(one.system)
    if told and _known(int(told[1])):
        return int(told[1])
    return legal_projections()[projection_rank(departement)].epsg


@cache
def _known(epsg: int) -> bool:
    try:
        return bool(CRS.from_epsg(epsg).is_projected)
    except CRSError:
        return False


@cache
def _transformer(epsg: int) -> Transformer:
    return Transformer.from_crs(epsg, 4326, always_xy=True)
