"""Geometry texts: what a GeoJSON reader gets back is the polygons, in degrees."""

import json
from functools import partial

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from services.geo.shapes.geojson import geometry_texts
from services.geo.shapes.polygons import Polygons
from services.geo.shapes.projections import legal_projections, to_degrees
from tests.unit.geo.world import square

RING = shapely.Polygon(
    [(0, 0), (0, 9), (9, 9), (9, 0), (0, 0)], holes=[[(2, 2), (4, 2), (4, 4), (2, 4), (2, 2)]]
)
ISLANDS = shapely.MultiPolygon([square(0, 0), square(5, 5)])


def written(*polygons: BaseGeometry | None, rank: int = 0) -> list[dict[str, object] | None]:
    given = np.array(polygons, dtype=object)
    projection = np.where(shapely.is_missing(given), -1, rank).astype(np.int8)
    texts = geometry_texts(Polygons.of(given), projection)
    return [json.loads(texts[unit]) for unit in range(len(texts))]


def test_one_part_is_a_polygon_several_are_a_multipolygon_none_is_null() -> None:
    assert [text and text["type"] for text in written(square(0, 0), ISLANDS, None)] == [
        "Polygon",
        "MultiPolygon",
        None,
    ]


def test_shells_turn_counter_clockwise_and_holes_clockwise() -> None:
    for polygon in (RING, shapely.reverse(RING)):
        (text,) = written(shapely.transform(polygon, lambda coords: coords * 1000 + [700_000, 6_600_000]))
        read = shape(text)
        assert read.exterior.is_ccw
        assert not read.interiors[0].is_ccw


def test_no_unit_gives_no_text() -> None:
    assert written() == []


@given(
    rank=st.integers(0, len(legal_projections()) - 1),
    corner=st.tuples(st.floats(100_000, 900_000), st.floats(100_000, 900_000)),
    sides=st.lists(st.floats(1, 50_000), min_size=1, max_size=4),
)
def test_what_is_read_back_is_the_polygon_to_a_millionth_of_a_degree(
    rank: int, corner: tuple[float, float], sides: list[float]
) -> None:
    west, south = corner
    polygons = [shapely.box(west, south, west + side, south + side) for side in sides]
    epsg = legal_projections()[rank].epsg
    for text, polygon in zip(written(*polygons, rank=rank), polygons, strict=True):
        expected = shapely.transform(polygon, partial(to_degrees, epsg=epsg))
        apart = shapely.hausdorff_distance(shape(text), expected)
        assert apart <= 0.71e-6
