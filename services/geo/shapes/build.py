"""Makes the shapes of an Atlas from the polygons of a reference: seconds of geometry, once per dataset. Pure."""

from collections.abc import Iterable
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray

from services.geo.atlas import Level, Shapes
from services.geo.imports.records import CommuneRow, Reference
from services.geo.shapes import coverage
from services.geo.shapes.adjacency import neighbour_lists, shared_borders, with_wholes
from services.geo.shapes.areas import unite
from services.geo.shapes.polygons import Geometries, Ints, Mask, Polygons, without
from services.geo.shapes.projections import legal_projections, projection_rank, to_degrees, to_metres
from services.geo.tiles.levels import grids_of

# Metres; a map on paper uses the coarsest that its scale hides.
TOLERANCES = (100.0, 300.0, 1000.0, 3000.0)


def build_shapes(reference: Reference) -> Shapes:
    """Clean coverage per legal projection, borders with lengths in metres, simplified levels, areas, centres."""
    communes = reference.communes
    whole = whole_index(communes)
    rank = np.array([projection_rank(row.departement) for row in communes], dtype=np.int8)
    given: Geometries = shapely.from_wkb([reference.contours.get(row.code) for row in communes])
    # A composite commune is made of its arrondissements, so that no ground lies twice in the coverage.
    parts = np.where(shapely.is_missing(given), -1, whole)
    composite = np.zeros(len(communes), dtype=bool)
    composite[parts[parts >= 0]] = True
    source = without(given, composite)
    full, simplified = _coverages(source, rank)
    borders = with_wholes(shared_borders(Polygons.of(full)), whole)
    ground, full = full, coverage.add_wholes(full, parts)
    missing = shapely.is_missing(full)
    centres, bounds = _in_degrees(full, rank)
    # Before the wholes come in, no ground lies twice: what unions need.
    areas = {
        name: unite(codes, rank, dict(zip((0.0, *TOLERANCES), [ground, *simplified], strict=True)))
        for name, codes in (
            ("departements", [row.departement for row in communes]),
            ("epcis", [row.epci for row in communes]),
            ("regions", [row.region for row in communes]),
        )
    }
    levels = [Level(0.0, Polygons.of(full))]
    for tolerance, level in zip(TOLERANCES, simplified, strict=True):
        levels.append(Level(tolerance, Polygons.of(coverage.add_wholes(level, parts))))
    projection = np.where(missing, -1, rank).astype(np.int8)
    return Shapes(
        projection=projection,
        bounds=bounds,
        centres=centres,
        areas_km2=shapely.area(full) / 1e6,
        adjacency=neighbour_lists(borders, len(communes)),
        levels=tuple(levels),
        areas=areas,
        grids={
            "communes": grids_of(levels, projection),
            **{name: grids_of(union.levels, union.projection) for name, union in areas.items()},
        },
    )


def whole_index(communes: tuple[CommuneRow, ...]) -> Ints:
    """For each arrondissement municipal the position of its commune, else -1."""
    index = {row.code: position for position, row in enumerate(communes)}
    return np.array([index[row.parent] if row.parent else -1 for row in communes], dtype=np.int64)


def _by_projection(geometries: Geometries, rank: NDArray[np.int8]) -> Iterable[tuple[int, Mask]]:
    present = ~shapely.is_missing(geometries)
    for number, projection in enumerate(legal_projections()):
        here = present & (rank == number)
        if here.any():
            yield projection.epsg, here


def _coverages(source: Geometries, rank: NDArray[np.int8]) -> tuple[Geometries, list[Geometries]]:
    """Polygons in metres, mended, and each simplified level of them."""
    full: Geometries = np.full(len(source), None, dtype=object)
    simplified: list[Geometries] = [full.copy() for _ in TOLERANCES]
    for epsg, here in _by_projection(source, rank):
        full[here] = coverage.clean(shapely.transform(source[here], partial(to_metres, epsg=epsg)))
    # A polygon thinner than the mending is no polygon.
    full[shapely.is_empty(full)] = None
    for _, here in _by_projection(full, rank):
        finer = full
        for level, tolerance in zip(simplified, TOLERANCES, strict=True):
            # Triangles go from the smallest up: to go on from the finer level is to start from the full one.
            level[here] = coverage.simplify(finer[here], tolerance)
            finer = level
    return full, simplified


def _in_degrees(full: Geometries, rank: NDArray[np.int8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A point inside each unit and its box (west, south, east, north), in degrees; NaN without polygon."""
    centres = np.full((len(full), 2), np.nan)
    bounds = np.full((len(full), 4), np.nan)
    for epsg, here in _by_projection(full, rank):
        polygons = full[here]
        centre = shapely.centroid(polygons)
        outside = ~shapely.contains(polygons, centre)
        centre[outside] = shapely.point_on_surface(polygons[outside])
        centres[here] = to_degrees(shapely.get_coordinates(centre), epsg)
        bounds[here] = shapely.bounds(shapely.transform(polygons, partial(to_degrees, epsg=epsg)))
    return centres, bounds
