"""Puts a layer of quartiers prioritaires on the communes: where each lies, its area, what the layer speaks for. Pure.

Shares are of areas in the legal projection of each territory, with the communes' full polygons.
"""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import shapely

from services.geo.atlas import Atlas
from services.geo.layers.indexes import ByProfession, Quartier, Quartiers
from services.geo.layers.kinds import QpvShape
from services.geo.layers.merge import departement_of_qpv
from services.geo.layers.places import communes_of, departements_told
from services.geo.shapes.polygons import Geometries, Ints
from services.geo.shapes.projections import legal_projections, to_metres
from shared.schemas.geo import Zonage

# Borders of two sources never quite agree: a smaller share is a commune only where the file declares it.
SLIVER = 0.01
# What the codes of a generation begin with (some overseas ones of 2024 kept the older form: they tell nothing).
PREFIX = {2015: "QP", 2024: "QN"}


def assemble_quartiers(
    atlas: Atlas,
    generation: int,
    rows: Sequence[QpvShape],
    zonages: Mapping[ByProfession, Mapping[str, Zonage]],
) -> Quartiers:
    """The quartiers of one generation, sorted by code, with their parts and their own zonages."""
    ordered = sorted(rows, key=lambda row: row.code)
    degrees: Geometries = np.array(shapely.from_wkb([row.wkb for row in ordered]), dtype=object)
    areas, overlaps = _overlaps(atlas, degrees)
    quartiers = tuple(
        Quartier(
            code=row.code,
            nom=row.nom,
            parts=_parts(atlas, row, overlap, area),
            population=row.population,
            area_km2=area / 1e6,
            zonages={key: zonage[row.code] for key, zonage in zonages.items() if row.code in zonage},
        )
        for row, area, overlap in zip(ordered, areas, overlaps, strict=True)
    )
    told = departements_told(atlas, (code for one in quartiers for code in one.parts))
    return Quartiers(generation, quartiers, degrees, told - _lacking(generation, ordered, zonages))


def _lacking(
    generation: int,
    rows: Sequence[QpvShape],
    zonages: Mapping[ByProfession, Mapping[str, Zonage]],
) -> frozenset[str]:
    """Départements of which a zonage names a quartier of the generation that the shapes lack: they are not all here."""
    shaped = {row.code for row in rows}
    named = {code for zonage in zonages.values() for code in zonage if code.startswith(PREFIX[generation])}
    return frozenset(departement_of_qpv(code) for code in named - shaped)


def _parts(atlas: Atlas, row: QpvShape, overlap: Mapping[str, float], area: float) -> dict[str, float]:
    """Share of the quartier in each commune: those with more than a sliver, and those the file declares.

    Declared communes without polygon share what lies in no other.
    """
    declared = communes_of(atlas, row.communes)
    shares = {code: min(inside / area, 1.0) for code, inside in overlap.items()} if area else {}
    left = max(1.0 - sum(shares.values()), 0.0)
    bare = [code for code in declared if not atlas.communes[atlas.index[code]].contour]
    parts = {code: share for code, share in shares.items() if share >= SLIVER or code in declared}
    parts |= {code: shares.get(code, 0.0) for code in declared}
    parts |= {code: left / len(bare) for code in bare}
    return {code: parts[code] for code in sorted(parts)}


def _overlaps(atlas: Atlas, degrees: Geometries) -> tuple[list[float], list[dict[str, float]]]:
    """Area of each quartier in m², and how much of it lies in each commune or arrondissement."""
    areas = np.zeros(len(degrees))
    overlaps: list[dict[str, float]] = [{} for _ in degrees]
    near, units = atlas.tree.query(degrees)
    ranks = np.zeros(len(degrees), dtype=np.int64)
    ranks[near] = atlas.shapes.projection[units]
    for rank, projection in enumerate(legal_projections()):
        here = ranks == rank
        metres: Geometries = np.full(len(degrees), None, dtype=object)
        metres[here] = shapely.transform(degrees[here], partial(to_metres, epsg=projection.epsg))
        areas[here] = shapely.area(metres[here])
        pairs = here[near]
        _intersect(atlas, metres, near[pairs], units[pairs], overlaps)
    return areas.tolist(), overlaps


def _intersect(
    atlas: Atlas, metres: Geometries, near: Ints, units: Ints, overlaps: list[dict[str, float]]
) -> None:
    chosen, at = np.unique(units, return_inverse=True)
    communes = atlas.shapes.levels[0].polygons.take(chosen)
    shapely.prepare(communes)
    touching = shapely.intersects(communes[at], metres[near])
    near, units, at = near[touching], units[touching], at[touching]
    inside = shapely.contains_properly(communes[at], metres[near])
    shared = np.where(inside, shapely.area(metres[near]), 0.0)
    crossed = np.flatnonzero(~inside)
    for pair in crossed.tolist():
        # Only the ground around the quartier is cut: the rest of a large commune is left out first.
        quartier = metres[near[pair]]
        ground = shapely.clip_by_rect(communes[at[pair]], *_around(quartier))
        shared[pair] = shapely.area(shapely.intersection(ground, quartier))
    for quartier, unit, area in zip(near.tolist(), units.tolist(), shared.tolist(), strict=True):
        if area > 0:
            overlaps[quartier][atlas.communes[unit].code] = area


def _around(polygon: shapely.Geometry) -> tuple[float, float, float, float]:
    west, south, east, north = polygon.bounds
    return west - 1, south - 1, east + 1, north + 1
