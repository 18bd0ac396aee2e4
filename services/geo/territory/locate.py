"""Places to communes: points, a polygon, a disc. Exact polygons, legal projections; nothing is guessed outside France.

Longitudes and latitudes in degrees come in; shares and distances are computed in metres. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from services.geo.atlas import Atlas, Commune
from services.geo.shapes.polygons import Geometries, Ints
from services.geo.shapes.projections import legal_projections, to_metres

# A side of a GeoJSON polygon is straight in degrees: cut this short, it bends by less than a metre in metres.
SIDE_DEGREES = 0.05


@dataclass(frozen=True)
class Cover:
    """How a polygon covers a commune: shares (0 to 1) of the commune's ground and of the polygon's."""

    commune: Commune
    of_commune: float
    of_polygon: float


def covers(atlas: Atlas, polygon: BaseGeometry) -> tuple[Cover, ...]:
    """Every unit, by code, of which a polygon in degrees covers some ground; a city and its arrondissements too.

    Shares are of areas in the legal projection of each unit; the polygon must be valid.
    """
    found: list[Cover] = []
    candidates = np.sort(atlas.tree.query(polygon))
    fine = shapely.segmentize(polygon, SIDE_DEGREES)
    for rank, projection in enumerate(legal_projections()):
        here = candidates[atlas.shapes.projection[candidates] == rank]
        if not len(here):
            continue
        ground = shapely.transform(fine, partial(to_metres, epsg=projection.epsg))
        units = atlas.shapes.levels[0].polygons.take(here)
        shared = _shared_areas(units, ground)
        areas, whole = shapely.area(units), shapely.area(ground)
        found += [
            Cover(atlas.communes[unit], min(area / total, 1.0), min(area / whole, 1.0))
            for unit, area, total in zip(here.tolist(), shared.tolist(), areas.tolist(), strict=True)
            if area > 0
        ]
    return tuple(sorted(found, key=lambda cover: cover.commune.code))


def covered_communes(atlas: Atlas, polygon: BaseGeometry, share: float) -> tuple[str, ...]:
    """Codes, sorted, of the units covered for at least `share` (over 0, at most 1) of their own ground.

    `polygon` is valid and in degrees. Each ground once: a city covered whole stands for its arrondissements.
    """
    reached = tuple(cover.commune for cover in covers(atlas, polygon) if cover.of_commune >= share)
    return tuple(commune.code for commune in each_ground_once(reached))


def each_ground_once(communes: Iterable[Commune]) -> tuple[Commune, ...]:
    """The same communes without the arrondissements of those that are there whole."""
    kept = tuple(communes)
    codes = {commune.code for commune in kept}
    return tuple(commune for commune in kept if commune.whole not in codes)


def _shared_areas(units: Geometries, ground: BaseGeometry) -> NDArray[np.float64]:
    """Area in m² that each unit shares with the ground; only units that its outline crosses are cut."""
    shapely.prepare(ground)
    areas: NDArray[np.float64] = shapely.area(units)
    inside = shapely.contains_properly(ground, units)
    shared = np.where(inside, areas, 0.0)
    crossed: Ints = np.flatnonzero(~inside & shapely.intersects(ground, units))
    for unit in crossed.tolist():
        # Most of a large outline is far from the unit: the rest is left out before the costly step.
        near = shapely.clip_by_rect(ground, *shapely.bounds(units[unit]))
        shared[unit] = shapely.area(shapely.intersection(units[unit], near))
    return shared
