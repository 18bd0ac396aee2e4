"""A coverage shares its borders: what it leaves uncovered inside is known."""

import numpy as np
import shapely

from services.geo.shapes.coverage import holes
from tests.unit.geo.world import square


def test_ground_that_communes_surround_without_covering_is_a_hole() -> None:
    ring = [square(column, row) for column in range(4) for row in range(3) if (column, row) != (1, 1)]
    (found,) = holes(np.array([*ring, None], dtype=object))
    assert shapely.equals(found, square(1, 1))


def test_the_largest_hole_comes_first() -> None:
    small, large = {(1, 1)}, {(3, 1), (4, 1)}
    around = [
        square(column, row) for column in range(6) for row in range(3) if (column, row) not in small | large
    ]
    found = holes(np.array(around, dtype=object))
    assert shapely.area(found).tolist() == [2e6, 1e6]


def test_a_bay_open_to_the_sea_is_no_hole() -> None:
    bay = [square(column, row) for column in range(3) for row in range(3) if (column, row) != (1, 0)]
    assert len(holes(np.array(bay, dtype=object))) == 0


def test_a_hole_leaves_out_the_communes_that_lie_in_it() -> None:
    ring = {(column, row) for column in (1, 2, 3) for row in (1, 2, 3)} - {(2, 2)}
    around = [square(column, row) for column in range(5) for row in range(5) if (column, row) not in ring]
    (found,) = holes(np.array(around, dtype=object))
    assert shapely.area(found) == 8e6
    assert not shapely.contains(found, square(2, 2))
