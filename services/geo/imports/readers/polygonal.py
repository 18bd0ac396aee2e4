"""Sound polygons from what files hold: invalid ones repaired and counted, other shapes refused by number. Pure."""

from dataclasses import dataclass

import numpy as np
import shapely

from services.geo.imports.readers.refusal import refuse
from services.geo.imports.readers.vectors import Batch
from services.geo.imports.reading import Reject
from services.geo.shapes.polygons import Geometries, Mask

_POLYGONAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


@dataclass(frozen=True)
class Sound:
    """Valid polygons in the order of a batch, None where there is none; `repaired`: which were not valid."""

    geometries: Geometries
    repaired: Mask
    rejects: tuple[Reject, ...]


def sound_polygons(batch: Batch, name: str) -> Sound:
    """The polygons of a batch. Raises BadReference, with their numbers, for points, lines or collections."""
    given = batch.geometries
    absent = shapely.is_missing(given) | shapely.is_empty(given)
    other = ~absent & ~np.isin(shapely.get_type_id(given), _POLYGONAL)
    if other.any():
        raise _mixed(given, other, batch.first, name)
    absent |= ~_finite(given)
    repaired: Mask = ~absent & ~shapely.is_valid(given)
    geometries = given.copy()
    geometries[absent] = None
    geometries[repaired] = polygonal_part(
        shapely.make_valid(given[repaired], method="structure", keep_collapsed=False)
    )
    flat: Mask = repaired & shapely.is_missing(geometries)
    rejects = tuple(
        Reject(
            batch.first + int(position),
            "aucune forme lisible" if absent[position] else "polygone sans surface",
        )
        for position in np.flatnonzero(absent | flat)
    )
    return Sound(geometries, repaired & ~flat, rejects)


def polygonal_part(geometries: Geometries) -> Geometries:
    """The polygons inside each geometry as one; None where it has none."""
    found: Geometries = np.full(len(geometries), None, dtype=object)
    for position, geometry in enumerate(geometries):
        parts = shapely.get_parts(shapely.get_parts(geometry))
        polygons = parts[
            (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > 0)
        ]
        if len(polygons):
            found[position] = polygons[0] if len(polygons) == 1 else shapely.multipolygons(polygons)
    return found


def _finite(geometries: Geometries) -> Mask:
    """Whether every coordinate is a number: JSON that holds NaN is read without a word."""
    points, owners = shapely.get_coordinates(geometries, return_index=True)
    finite: Mask = np.ones(len(geometries), dtype=bool)
    finite[owners[~np.isfinite(points).all(axis=1)]] = False
    return finite


def _mixed(given: Geometries, other: Mask, first: int, name: str) -> Exception:
    numbers = [first + int(position) for position in np.flatnonzero(other)]
    kinds = ", ".join(sorted({str(shape.geom_type) for shape in given[other]}))
    shown = ", ".join(map(str, numbers[:10])) + ("…" if len(numbers) > 10 else "")
    which = f"la forme {shown} est" if len(numbers) == 1 else f"les formes {shown} sont"
    return refuse(
        name, f"{which} de type {kinds}. Des polygones sont attendus partout", features=numbers[:100]
    )
