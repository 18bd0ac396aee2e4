"""The map of a territory: shared borders stay shared, neighbours are pale and cut, nothing leaves the frame."""

import numpy as np
import pytest
import shapely

from services.geo.atlas import Atlas, Level
from services.geo.shapes.polygons import Polygons
from services.geo.territory.drawing import draw, fit, level_for
from shared.errors import UnknownCommunes
from shared.schemas.geo import MapRequest, MapShape, TerritoryMap
from tests.unit.geo.world import atlas, commune, row_of_five, square

ROW = row_of_five()


def drawn(world: Atlas, *codes: str, width: float = 100, height: float = 100) -> TerritoryMap:
    return draw(world, MapRequest(communes=codes, width_mm=width, height_mm=height), max_communes=2000)


def points(shape: MapShape) -> set[tuple[int, int]]:
    return {
        (x, y)
        for polygon in shape.polygones
        for ring in polygon
        for x, y in zip(ring[::2], ring[1::2], strict=True)
    }


def test_the_chosen_are_the_territory_and_what_touches_them_is_pale() -> None:
    roles = {shape.code: shape.role for shape in drawn(ROW, "83002", "83003").shapes}
    assert roles == {"83001": "voisine", "83002": "territoire", "83003": "territoire", "83004": "voisine"}


def test_two_communes_draw_the_same_border() -> None:
    shapes = {shape.code: shape for shape in drawn(ROW, "83002", "83003").shapes}
    assert len(points(shapes["83002"]) & points(shapes["83003"])) == 2


def test_everything_lies_in_the_frame_and_labels_in_their_commune() -> None:
    territory_map = drawn(ROW, "83002", "83003")
    assert (territory_map.width, territory_map.height) == (1000, round(1000 * 1320 / 2320))
    assert territory_map.metres_par_mm == 23.2
    for shape in territory_map.shapes:
        for x, y in points(shape) | {shape.label}:
            assert 0 <= x <= territory_map.width
            assert 0 <= y <= territory_map.height
        shell = shapely.Polygon(np.reshape(shape.polygones[0][0], (-1, 2)))
        assert shell.contains(shapely.Point(shape.label))


def test_north_is_up() -> None:
    world = atlas({commune("83001"): square(0, 0), commune("83002"): square(0, 1)})
    labels = {shape.code: shape.label for shape in drawn(world, "83001", "83002").shapes}
    assert labels["83002"][1] < labels["83001"][1]


def test_a_high_territory_is_centred_in_the_width() -> None:
    frame = fit(np.array([0.0, 0.0, 1000.0, 4000.0]), 100, 100)
    assert frame.scale == pytest.approx(46.4)
    assert frame.left + frame.ground_width / 2 == pytest.approx(500)
    assert frame.bottom == pytest.approx(-320)


def test_specks_too_small_to_see_are_dropped_and_the_largest_polygon_is_kept() -> None:
    speck = shapely.box(905_000, 6_200_500, 905_010, 6_200_510)
    world = atlas(
        {
            commune("83001"): shapely.MultiPolygon([square(0, 0), speck]),
            commune("83002"): shapely.box(908_000, 6_200_000, 908_010, 6_200_010),
        }
    )
    territory_map = drawn(world, "83001", "83002")
    assert [len(shape.polygones) for shape in territory_map.shapes] == [1, 1]


def test_the_coarsest_level_that_the_scale_hides_is_taken() -> None:
    none = Polygons.of(np.array([None], dtype=object))
    levels = tuple(Level(tolerance, none) for tolerance in (0.0, 300.0, 1000.0))
    assert [level_for(levels, tolerance).tolerance for tolerance in (10, 300, 999, 5000)] == [
        0,
        300,
        300,
        1000,
    ]


def test_a_commune_without_polygon_is_listed_and_not_drawn() -> None:
    world = atlas({commune("83001"): square(0, 0), commune("83002", "Nulle part"): None})
    territory_map = drawn(world, "83001", "83002")
    assert [shape.code for shape in territory_map.shapes] == ["83001"]
    assert [place.nom for place in territory_map.sans_contour] == ["Nulle part"]
    assert drawn(world, "83002").shapes == ()


def test_of_two_projections_the_one_of_most_communes_is_drawn_and_the_rest_listed() -> None:
    world = atlas(
        {
            commune("83001"): square(0, 0),
            commune("83002"): square(1, 0),
            commune("97101"): shapely.box(640_000, 1_800_000, 641_000, 1_801_000),
        }
    )
    territory_map = drawn(world, "83001", "83002", "97101")
    assert territory_map.epsg == 2154
    assert [place.code for place in territory_map.sans_contour] == ["97101"]
    assert drawn(world, "97101").epsg == 5490


def test_a_city_is_a_neighbour_whole_unless_one_of_its_arrondissements_is_chosen() -> None:
    world = atlas(
        {
            commune("83001"): square(0, 0),
            commune("83050", "Ville"): None,
            commune("83051", whole="83050"): square(1, 0),
            commune("83052", whole="83050"): square(2, 0),
            commune("83002"): square(3, 0),
        }
    )
    assert [shape.code for shape in drawn(world, "83001").shapes] == ["83001", "83050"]
    assert [shape.code for shape in drawn(world, "83051").shapes] == ["83051", "83001", "83052"]
    assert [shape.code for shape in drawn(world, "83050").shapes] == ["83050", "83001", "83002"]
    assert [shape.code for shape in drawn(world, "83001", "83051").shapes] == ["83001", "83051", "83052"]


def test_an_unknown_commune_is_refused_as_everywhere() -> None:
    with pytest.raises(UnknownCommunes):
        drawn(ROW, "99999")
