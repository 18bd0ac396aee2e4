"""Points, polygons and discs to communes, on small countries of square kilometres."""

from functools import partial

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from services.geo.shapes.projections import to_degrees
from services.geo.territory.locate import covered_communes, covers
from tests.unit.geo.world import atlas, commune, row_of_five, square

ROW = row_of_five()
CITY = atlas(
    {
        commune("83050", "Ville", population=2000): None,
        commune("83051", whole="83050"): square(0, 0),
        commune("83052", whole="83050"): square(1, 0),
        commune("83053"): square(2, 0),
    }
)


def degrees(geometry: BaseGeometry) -> BaseGeometry:
    return shapely.transform(geometry, partial(to_degrees, epsg=2154))


def test_a_commune_is_covered_where_enough_of_its_ground_is() -> None:
    first_and_half = degrees(shapely.union(square(1, 0), square(4, 0, 500)))
    half = degrees(shapely.box(901_500, 6_200_000, 902_400, 6_201_000))
    assert covered_communes(ROW, first_and_half, 0.99) == ("83001",)
    assert covered_communes(ROW, half, 0.3) == ("83001", "83002")
    assert covered_communes(ROW, half, 0.45) == ("83001",)


def test_shares_are_those_of_areas_in_metres() -> None:
    found = covers(ROW, degrees(shapely.box(901_500, 6_200_000, 903_000, 6_201_000)))
    assert [cover.commune.code for cover in found] == ["83001", "83002"]
    assert [cover.of_commune for cover in found] == pytest.approx([0.5, 1.0], abs=1e-6)
    assert [cover.of_polygon for cover in found] == pytest.approx([1 / 3, 2 / 3], abs=1e-6)


def test_a_city_covered_whole_stands_for_its_arrondissements() -> None:
    both = degrees(shapely.union(square(0, 0), square(1, 0)).buffer(10))
    assert covered_communes(CITY, both, 0.9) == ("83050",)
    assert covered_communes(CITY, degrees(square(0, 0)), 0.9) == ("83051",)


def test_the_sea_holds_no_commune() -> None:
    assert covered_communes(ROW, shapely.box(-30, 30, -29, 31), 0.5) == ()


@settings(max_examples=50)
@given(st.tuples(*[st.floats(0, 6000)] * 2), st.tuples(*[st.floats(0, 2000)] * 2))
def test_covered_shares_of_a_polygon_never_exceed_the_whole(
    across: tuple[float, float], along: tuple[float, float]
) -> None:
    left, right = min(across), max(across) + 10
    low, high = min(along), max(along) + 10
    box = shapely.box(900_500 + left, 6_199_500 + low, 900_500 + right, 6_199_500 + high)
    assert sum(cover.of_polygon for cover in covers(ROW, degrees(box))) <= 1 + 1e-9
