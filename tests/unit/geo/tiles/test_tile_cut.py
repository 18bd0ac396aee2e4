"""What a tile draws: what meets it, valid and in place, copied where it lies near, clipped where it reaches far."""

import mapbox_vector_tile
import numpy as np
import pytest
import shapely

from services.geo.shapes.polygons import Geometries, Polygons
from services.geo.tiles.attributes import Attributes
from services.geo.tiles.cut import BUFFER, Address, Areas, Points, cut, reaches
from services.geo.tiles.grid import COARSEST, EXTENT, FINEST, level_of, make_grids, web_mercator

# The tile of zoom 12 in which most of these small worlds lie.
HOME = Address(12, 1400, 2100)


def on_home(*geometries: shapely.Geometry | None) -> Geometries:
    """Polygons given in steps from the corner of HOME, on the Web Mercator square."""
    side = EXTENT << HOME.zoom
    return np.array(
        [
            None if one is None else shapely.transform(one, lambda steps: (steps + HOME.corner) / side)
            for one in geometries
        ],
        dtype=object,
    )


def areas(*geometries: shapely.Geometry | None, hidden: int | None = None) -> Areas:
    """A collection of these polygons, each named by its rank."""
    shown = np.arange(len(geometries)) != (-1 if hidden is None else hidden)
    grids = make_grids({0.0: Polygons.of(on_home(*geometries))})
    return Areas("essai", grids, Attributes.of({"rang": list(range(len(geometries)))}), shown)


def read(tile: bytes) -> dict[int, shapely.Geometry]:
    """Geometries of a tile by the rank of their feature."""
    if not tile:
        return {}
    layer = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})["essai"]
    return {
        feature["properties"]["rang"]: shapely.geometry.shape(feature["geometry"])
        for feature in layer["features"]
    }


def test_a_polygon_inside_the_tile_is_drawn_where_it_lies() -> None:
    box = shapely.box(100, 200, 900, 700)
    assert shapely.equals(read(cut(areas(box), HOME))[0], box)


def test_a_polygon_that_reaches_a_little_out_is_left_whole() -> None:
    box = shapely.box(4000, 200, 4900, 700)
    assert shapely.equals(read(cut(areas(box), HOME))[0], box)


def test_a_polygon_that_reaches_far_out_is_clipped_at_the_buffer() -> None:
    drawn = read(cut(areas(shapely.box(-90_000, 200, 90_000, 700)), HOME))[0]
    assert shapely.equals(drawn, shapely.box(-BUFFER, 200, EXTENT + BUFFER, 700))


def test_a_polygon_around_the_tile_fills_it() -> None:
    drawn = read(cut(areas(shapely.box(-90_000, -90_000, 90_000, 90_000)), HOME))[0]
    assert shapely.equals(drawn, shapely.box(-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER))


def test_a_polygon_whose_box_alone_meets_the_tile_is_not_drawn() -> None:
    corner = shapely.Polygon([(-9000, 1000), (-9000, 20_000), (20_000, 20_000), (20_000, 18_000)])
    assert shapely.intersects(corner.envelope, shapely.box(0, 0, EXTENT, EXTENT))
    assert cut(areas(corner), HOME) == b""


def test_neither_the_hidden_nor_what_has_no_polygon_is_drawn() -> None:
    collection = areas(shapely.box(0, 0, 9, 9), None, shapely.box(20, 20, 40, 40), hidden=0)
    assert list(read(cut(collection, HOME))) == [2]


@pytest.mark.parametrize("zoom", [13, 14])
def test_past_the_finest_grid_the_same_shape_is_drawn_larger(zoom: int) -> None:
    larger = 2 ** (zoom - FINEST)
    tile = Address(zoom, HOME.row * larger, HOME.column * larger)
    drawn = read(cut(areas(shapely.box(100, 200, 900, 700)), tile))[0]
    assert shapely.equals(drawn, shapely.box(100 * larger, 200 * larger, 900 * larger, 700 * larger))


@pytest.mark.parametrize("zoom", range(15))
def test_neighbours_are_valid_and_apart_at_every_zoom(zoom: int) -> None:
    wave = [(2000 + 300 * np.sin(y / 70), y) for y in np.linspace(-3000, 7000, 400)]
    left = shapely.Polygon([*wave, (-9000, 7000), (-9000, -3000)])
    right = shapely.Polygon([*wave, (9000, 7000), (9000, -3000)])
    factor = 2.0 ** (zoom - HOME.zoom)
    tile = Address(zoom, int((HOME.row + 0.5) * factor), int((HOME.column + 0.5) * factor))
    drawn = read(cut(areas(left, right), tile))
    assert all(one.is_valid for one in drawn.values())
    if len(drawn) == 2:
        # Two sides of one line: at most a sliver of a step where one of them had to be noded.
        assert shapely.area(shapely.intersection(drawn[0], drawn[1])) <= 64


def test_points_are_thinned_while_the_country_is_small() -> None:
    lonlat = np.array([[5.4, 43.2], [5.4001, 43.2001], [5.55, 43.2], [np.nan, np.nan]])
    points = Points("essai", web_mercator(lonlat), Attributes.of({"rang": [0, 1, 2, 3]}))
    assert list(read(cut(points, Address(0, 0, 0)))) == [0]
    x, y = web_mercator(lonlat)[0] * 2**10
    assert sorted(read(cut(points, Address(10, int(y), int(x))))) == [0, 1, 2]


def test_tiles_are_made_only_under_those_that_something_reaches() -> None:
    collection = areas(shapely.box(100, 200, 900, 700))
    assert reaches(collection, HOME)
    assert reaches(collection, Address(0, 0, 0))
    assert not reaches(collection, Address(12, 0, 0))


def test_each_zoom_takes_the_coarsest_level_that_it_hides() -> None:
    levels = (0.0, 100.0, 300.0, 1000.0, 3000.0)
    assert [level_of(levels, zoom) for zoom in range(FINEST + 1)] == list(COARSEST)
    assert level_of((0.0, 300.0), 6) == 300.0
    assert level_of((0.0, 300.0), 9) == 0.0


def test_the_square_runs_from_the_north_west() -> None:
    corners = web_mercator(np.array([[-180.0, 85.0511287798066], [0.0, 0.0], [180.0, -90.0]]))
    assert corners == pytest.approx(np.array([[0, 0], [0.5, 0.5], [1, 1]]), abs=1e-9)
