"""The map of a territory: its communes and their neighbours, in the legal projection, on paper. Pure.

Borders are simplified as a coverage, so that two communes keep drawing the same line.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from services.geo.atlas import Atlas, Commune, Level
from services.geo.shapes import coverage
from services.geo.shapes.polygons import Geometries, Ints
from services.geo.shapes.projections import legal_projections
from services.geo.territory.resolve import chosen_communes
from shared.schemas.base import Place
from shared.schemas.geo import MapRequest, MapShape, TerritoryMap

MARGIN = 0.08
DETAIL_MM = 0.2
# Rings that would be smaller than this on paper are dropped, in tenths of a millimetre squared.
SMALLEST_RING = 25.0
# Some 12 bytes each on the wire: keeps a map well under the bus's 1 MiB.
MAX_VERTICES = 50_000
SMALLEST_EXTENT_METRES = 500.0


@dataclass(frozen=True)
class Frame:
    """Paper over ground: lower left corner and size in metres, `scale` in metres per millimetre."""

    left: float
    bottom: float
    ground_width: float
    ground_height: float
    scale: float

    def on_paper(self, metres: NDArray[np.float64]) -> Ints:
        """Tenths of a millimetre, y downwards, of (n, 2) points in metres."""
        tenths = (metres - (self.left, self.bottom + self.ground_height)) * (10.0, -10.0) / self.scale
        return np.rint(tenths).astype(np.int64)


def draw(atlas: Atlas, request: MapRequest, *, max_communes: int) -> TerritoryMap:
    """Chosen communes whole, their neighbours cut at the frame (territory and 8 % around).

    A territory over several legal projections (two overseas départements) has one of them drawn, that of most of
    its communes; the others are in `sans_contour`, as communes without polygon are. Raises what `resolve` does.
    """
    communes = chosen_communes(atlas, request.communes, max_communes).communes
    ranks = atlas.shapes.projection[atlas.indices(communes)].tolist()
    counts = Counter(rank for rank in ranks if rank >= 0)
    main = min(counts, key=lambda rank: (-counts[rank], rank), default=-1)
    drawn = tuple(
        commune for commune, rank in zip(communes, ranks, strict=True) if rank == main and rank >= 0
    )
    left_out = tuple(commune for commune in communes if commune not in set(drawn))
    projection = legal_projections()[max(main, 0)]
    shapes, frame = _shapes(atlas, drawn, request) if drawn else ((), _empty_frame(request))
    return TerritoryMap(
        epsg=projection.epsg,
        projection=projection.nom,
        width=round(frame.ground_width / frame.scale * 10),
        height=round(frame.ground_height / frame.scale * 10),
        metres_par_mm=round(frame.scale, 3),
        shapes=shapes,
        sans_contour=tuple(Place(code=commune.code, nom=commune.nom) for commune in left_out),
        sources=tuple(source for source in atlas.dataset.sources if source.objet.startswith("Contours")),
    )


def fit(bounds: NDArray[np.float64], width_mm: float, height_mm: float) -> Frame:
    """Frame `width_mm` wide and at most `height_mm` high around bounds (left, bottom, right, top) in metres."""
    left, bottom, right, top = bounds.tolist()
    margin = MARGIN * max(right - left, top - bottom, SMALLEST_EXTENT_METRES)
    wide, high = right - left + 2 * margin, top - bottom + 2 * margin
    scale = max(wide / width_mm, high / height_mm)
    ground_width = width_mm * scale
    return Frame((left + right - ground_width) / 2, bottom - margin, ground_width, high, scale)


def level_for(levels: tuple[Level, ...], tolerance: float) -> Level:
    """The coarsest level whose own tolerance (metres) is hidden by `tolerance`."""
    return max((level for level in levels if level.tolerance <= tolerance), key=lambda level: level.tolerance)


def _empty_frame(request: MapRequest) -> Frame:
    return Frame(0.0, 0.0, request.width_mm, request.height_mm, 1.0)


def _shapes(
    atlas: Atlas, drawn: tuple[Commune, ...], request: MapRequest
) -> tuple[tuple[MapShape, ...], Frame]:
    chosen = atlas.indices(drawn)
    around = atlas.neighbours(chosen)
    levels = atlas.shapes.levels
    frame = fit(shapely.total_bounds(levels[0].polygons.take(chosen)), request.width_mm, request.height_mm)
    geometries = _simplified(levels, np.concatenate([chosen, around]), frame)
    box = (frame.left, frame.bottom, frame.left + frame.ground_width, frame.bottom + frame.ground_height)
    geometries[len(chosen) :] = shapely.clip_by_rect(geometries[len(chosen) :], *box)
    shapes = []
    for number, position in enumerate(np.concatenate([chosen, around]).tolist()):
        commune = atlas.communes[position]
        polygons, label = _on_paper(geometries[number], frame)
        if polygons:
            shapes.append(
                MapShape(
                    code=commune.code,
                    nom=commune.nom,
                    role="territoire" if number < len(chosen) else "voisine",
                    polygones=polygons,
                    label=label,
                )
            )
    return tuple(shapes), frame


def _simplified(levels: tuple[Level, ...], units: Ints, frame: Frame) -> Geometries:
    tolerance = DETAIL_MM * frame.scale
    while True:
        geometries = coverage.simplify(level_for(levels, tolerance).polygons.take(units), tolerance)
        if shapely.get_num_coordinates(geometries).sum() <= MAX_VERTICES or tolerance > frame.ground_width:
            return geometries
        tolerance *= 2


def _on_paper(
    geometry: shapely.Geometry, frame: Frame
) -> tuple[tuple[tuple[tuple[int, ...], ...], ...], tuple[int, int]]:
    """Polygons as flat rings in tenths of a millimetre, and a label point in the largest."""
    parts = [
        part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon" and not part.is_empty
    ]
    if not parts:
        return (), (0, 0)
    parts.sort(key=lambda part: -part.area)
    smallest = SMALLEST_RING * (frame.scale / 10) ** 2
    polygons = []
    for number, part in enumerate(parts):
        if number and part.area < smallest:
            break
        holes = [ring for ring in part.interiors if shapely.Polygon(ring).area >= smallest]
        rings = [_ring(ring, frame) for ring in (part.exterior, *holes)]
        polygons.append(tuple(ring for at, ring in enumerate(rings) if at == 0 or len(ring) >= 6))
    centre = shapely.get_point(shapely.maximum_inscribed_circle(parts[0], tolerance=frame.scale), 0)
    x, y = frame.on_paper(shapely.get_coordinates(centre))[0].tolist()
    return tuple(polygons), (x, y)


def _ring(ring: shapely.LinearRing, frame: Frame) -> tuple[int, ...]:
    points = frame.on_paper(shapely.get_coordinates(ring)[:-1])
    moved = np.ones(len(points), dtype=bool)
    moved[1:] = (points[1:] != points[:-1]).any(axis=1)
    flat: list[int] = points[moved].ravel().tolist()
    return tuple(flat)
