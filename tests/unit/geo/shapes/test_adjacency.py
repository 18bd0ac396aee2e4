"""Adjacency: a shared border of positive length, measured in metres."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from services.geo.shapes.adjacency import Adjacency, neighbour_lists, shared_borders, with_wholes
from services.geo.shapes.polygons import Polygons
from tests.unit.geo.world import square

cells = st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=20)


def adjacency_of(*shapes: shapely.Geometry | None) -> Adjacency:
    return neighbour_lists(shared_borders(Polygons.of(np.array(shapes, dtype=object))), len(shapes))


def test_neighbours_share_a_border_whose_length_is_in_metres() -> None:
    adjacency = adjacency_of(square(0, 0), square(1, 0))
    assert adjacency.of(0).tolist() == [1]
    assert adjacency.lengths_of(0).tolist() == [1000.0]


def test_a_shared_corner_is_not_adjacency() -> None:
    assert adjacency_of(square(0, 0), square(1, 1)).of(0).tolist() == []


def test_a_border_in_several_stretches_is_summed() -> None:
    horseshoe = shapely.Polygon(
        [(0, 0), (3, 0), (3, 1), (2, 1), (1, 1), (1, 2), (2, 2), (3, 2), (3, 3), (0, 3)]
    )
    tooth = shapely.Polygon([(2, 1), (1, 1), (1, 2), (2, 2)])
    assert adjacency_of(horseshoe, tooth).lengths_of(0).tolist() == [3.0]


def test_an_enclave_touches_the_commune_around_it() -> None:
    hole = [(1, 1), (1, 2), (2, 2), (2, 1)]
    around = shapely.Polygon([(0, 0), (3, 0), (3, 3), (0, 3)], [hole])
    adjacency = adjacency_of(around, shapely.Polygon(hole))
    assert adjacency.of(1).tolist() == [0]
    assert adjacency.lengths_of(1).tolist() == [4.0]


def test_a_commune_of_several_parts_is_not_its_own_neighbour() -> None:
    two_parts = shapely.MultiPolygon([square(0, 0), square(5, 5)])
    adjacency = adjacency_of(two_parts, square(6, 5))
    assert adjacency.of(0).tolist() == [1]


def test_a_commune_without_polygon_has_no_neighbour() -> None:
    adjacency = adjacency_of(square(0, 0), None, square(1, 0))
    assert [adjacency.of(unit).tolist() for unit in range(3)] == [[2], [], [0]]


def test_a_city_takes_over_the_outer_borders_of_its_arrondissements_and_touches_none_of_them() -> None:
    # 0 and 1 are the arrondissements of city 3; 2 is the commune east of 1.
    shapes = np.array([square(0, 0), square(1, 0), square(2, 0), None], dtype=object)
    borders = with_wholes(shared_borders(Polygons.of(shapes)), np.array([3, 3, -1, -1]))
    adjacency = neighbour_lists(borders, 4)
    assert [adjacency.of(unit).tolist() for unit in range(4)] == [[1], [0, 2], [1, 3], [2]]
    assert adjacency.lengths_of(3).tolist() == [1000.0]


@given(cells)
@settings(deadline=None)
def test_adjacency_is_symmetric_and_agrees_with_the_grid(chosen: set[tuple[int, int]]) -> None:
    places = sorted(chosen)
    adjacency = adjacency_of(*(square(*place) for place in places))
    for one, (column, row) in enumerate(places):
        beside = {(column + 1, row), (column - 1, row), (column, row + 1), (column, row - 1)}
        assert {places[other] for other in adjacency.of(one).tolist()} == beside & chosen
        for other, length in zip(adjacency.of(one).tolist(), adjacency.lengths_of(one).tolist(), strict=True):
            back = adjacency.of(other).tolist().index(one)
            assert adjacency.lengths_of(other)[back] == length


@given(cells, st.data())
@settings(deadline=None)
def test_pieces_partition_the_communes(chosen: set[tuple[int, int]], data: st.DataObject) -> None:
    places = sorted(chosen)
    adjacency = adjacency_of(*(square(*place) for place in places))
    some = data.draw(st.lists(st.sampled_from(range(len(places))), unique=True))
    pieces = adjacency.components(some)
    assert sorted(unit for piece in pieces for unit in piece) == sorted(some)
    for piece in pieces:
        for other in pieces:
            if piece is not other:
                assert not any(set(adjacency.of(unit).tolist()) & set(other) for unit in piece)
