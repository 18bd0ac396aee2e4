"""Polygons of a tile: encoded and decoded they are the same, and another's decoder reads them too."""

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from services.geo.shapes.polygons import Geometries
from services.geo.tiles.attributes import Attributes
from services.geo.tiles.geometry import Encoded, decode, encode
from services.geo.tiles.grid import rounded
from services.geo.tiles.messages import POLYGON, Drawn, layer

CORNERS = st.tuples(
    st.integers(-3000, 3000), st.integers(-3000, 3000), st.integers(1, 500), st.integers(1, 500)
)


@st.composite
def grounds(draw: st.DrawFn) -> shapely.Geometry:
    """A few boxes put together, some holes made in them."""
    boxes = [
        shapely.box(left, top, left + width, top + height)
        for left, top, width, height in draw(st.lists(CORNERS, min_size=1, max_size=6))
    ]
    holes = [
        shapely.box(left, top, left + width, top + height)
        for left, top, width, height in draw(st.lists(CORNERS, max_size=4))
    ]
    return shapely.difference(shapely.union_all(boxes), shapely.union_all(holes))


def on_grid(*geometries: shapely.Geometry) -> Geometries:
    return rounded(np.array(geometries, dtype=object))


def drawn(encoded: Encoded) -> Drawn:
    present = np.flatnonzero(np.diff(encoded.starts))
    sizes = np.diff(encoded.starts)[present]
    return Drawn(present, encoded.firsts[present], sizes, encoded.body.tobytes())


def read_by_another(encoded: Encoded) -> list[shapely.Geometry]:
    numbered = Attributes.of({"rang": list(range(len(encoded)))})
    tile = layer("essai", POLYGON, drawn(encoded), numbered)
    features = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})["essai"]["features"]
    return [shapely.geometry.shape(feature["geometry"]) for feature in features]


@given(st.lists(grounds().filter(lambda ground: not ground.is_empty), min_size=1, max_size=4))
def test_polygons_encoded_and_decoded_are_the_same(given_grounds: list[shapely.Geometry]) -> None:
    whole = on_grid(*given_grounds)
    encoded = encode(whole)
    chosen = np.flatnonzero(np.diff(encoded.starts))
    assert shapely.equals(decode(encoded, chosen), whole[chosen]).all()
    if len(chosen):
        assert all(
            shapely.equals(one, other)
            for one, other in zip(read_by_another(encoded), whole[chosen], strict=True)
        )


# Hundredths of a step: grounds have no coordinate of 1e-246 metre, which buffers do not survive.
STEPS = st.integers(0, 4000).map(lambda hundredths: hundredths / 100)


@given(st.lists(st.tuples(STEPS, STEPS), min_size=3, max_size=12), st.floats(0.2, 3))
def test_what_is_rounded_is_valid_and_no_farther_than_a_step(
    points: list[tuple[float, float]], width: float
) -> None:
    ground = shapely.buffer(shapely.LineString(points), width)
    (whole,) = on_grid(ground)
    assert whole.is_valid
    assert (shapely.get_coordinates(whole) % 1 == 0).all()
    if not whole.is_empty:
        assert shapely.distance(shapely.points(shapely.get_coordinates(whole)), ground).max() <= 1.5


def test_neighbours_keep_one_border_when_they_are_rounded() -> None:
    left = shapely.Polygon([(0, 0), (10.4, 0.3), (12.7, 8.2), (10.6, 20), (0, 20)])
    right = shapely.Polygon([(10.4, 0.3), (30, 0), (30, 20), (10.6, 20), (12.7, 8.2)])
    one, other = on_grid(left, right)
    assert shapely.area(shapely.intersection(one, other)) == 0
    assert shapely.length(shapely.shared_paths(one.exterior, other.exterior).geoms[1]) > 19


def test_a_polygon_under_a_step_and_one_without_ground_are_not_drawn() -> None:
    whole = on_grid(
        shapely.box(5.1, 5.1, 5.3, 5.3), shapely.from_wkt("POLYGON EMPTY"), shapely.box(0, 0, 9, 9)
    )
    sizes = np.diff(encode(whole).starts)
    assert (sizes > 0).tolist() == [False, False, True]


def test_shells_turn_clockwise_on_a_screen_and_holes_the_other_way() -> None:
    ring = shapely.Polygon([(0, 0), (0, 9), (9, 9), (9, 0)], [[(3, 3), (6, 3), (6, 6), (3, 6)]])
    (whole,) = on_grid(ring)
    # y goes down: what is counter-clockwise in (x, y) is clockwise to the eye.
    assert whole.exterior.is_ccw
    assert not whole.interiors[0].is_ccw


def test_the_bytes_are_those_of_the_specification() -> None:
    # The polygon of Mapbox Vector Tile 2.1, §4.3.5.5: MoveTo(3,6) LineTo(8,12),(20,34) ClosePath.
    encoded = encode(np.array([shapely.Polygon([(3, 6), (8, 12), (20, 34)])], dtype=object))
    assert encoded.firsts.tolist() == [[3, 6]]
    assert encoded.body.tolist() == [18, 10, 12, 24, 44, 15]


def test_nothing_is_encoded_as_nothing() -> None:
    encoded = encode(np.empty(0, dtype=object))
    assert len(encoded) == 0
    assert encoded.starts.tolist() == [0]


@pytest.mark.parametrize("missing", [None, "", 0])
def test_an_absent_value_is_no_tag(missing: str | int | None) -> None:
    attributes = Attributes.of({"nom": ["Fréjus", missing]})
    encoded = encode(np.array([shapely.box(0, 0, 9, 9), shapely.box(9, 0, 18, 9)], dtype=object))
    tile = layer("essai", POLYGON, drawn(encoded), attributes)
    one, other = mapbox_vector_tile.decode(tile)["essai"]["features"]
    assert one["properties"] == {"nom": "Fréjus"}
    assert other["properties"] == ({} if missing is None else {"nom": missing})
    assert [one["id"], other["id"]] == [0, 1]
