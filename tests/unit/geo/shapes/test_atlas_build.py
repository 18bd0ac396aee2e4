"""From polygons in degrees to the shapes of an Atlas: mended, measured in metres, stored and read back the same."""

import numpy as np
import pytest
import shapely

from services.geo.imports.records import CommuneRow, Reference
from services.geo.shapes.arrays import from_arrays, to_arrays
from services.geo.shapes.build import TOLERANCES, build_shapes
from services.geo.shapes.polygons import Polygons
from services.geo.shapes.projections import legal_projections, projection_rank
from services.geo.tiles.geometry import decode


def row(code: str, parent: str | None = None) -> CommuneRow:
    departement = code[:3] if code.startswith("97") else code[:2]
    return CommuneRow(
        code, code, "arrondissement" if parent else "commune", parent, departement, "93", None, None, (), 1
    )


def reference(
    polygons: dict[str, shapely.Geometry | None], parents: dict[str, str] | None = None
) -> Reference:
    rows = tuple(row(code, (parents or {}).get(code)) for code in sorted(polygons))
    contours = {code: shapely.to_wkb(shape) for code, shape in polygons.items() if shape is not None}
    return Reference("cog2026-essai", 2026, (), rows, (), (), (), (), (), contours)


def box(column: float, width: float = 0.01) -> shapely.Polygon:
    return shapely.box(6.7 + column, 43.4, 6.7 + column + width, 43.41)


@pytest.mark.parametrize(
    ("departement", "epsg"),
    [("83", 2154), ("2A", 2154), ("971", 5490), ("972", 5490), ("973", 2972), ("974", 2975), ("976", 4471)],
)
def test_each_territory_is_measured_in_its_legal_projection(departement: str, epsg: int) -> None:
    assert legal_projections()[projection_rank(departement)].epsg == epsg


def test_areas_and_borders_are_in_metres() -> None:
    shapes = build_shapes(reference({"83001": box(0), "83002": box(0.01)}))
    # A hundredth of a degree near 43.4° N is 1,111 m of latitude and some 810 m of longitude.
    assert shapes.areas_km2 == pytest.approx([0.9, 0.9], rel=0.01)
    assert shapes.adjacency.lengths_of(0) == pytest.approx([1111], rel=0.01)
    assert shapes.bounds[0] == pytest.approx([6.7, 43.4, 6.71, 43.41], abs=1e-6)
    assert [level.tolerance for level in shapes.levels] == [0.0, *TOLERANCES]


def test_borders_that_miss_each_other_by_less_than_a_metre_are_mended() -> None:
    gap = 5e-6  # some 40 cm
    shapes = build_shapes(reference({"83001": box(0), "83002": box(0.01 + gap)}))
    assert shapes.adjacency.of(0).tolist() == [1]


def test_a_vertex_that_one_side_lacks_does_not_shorten_the_border() -> None:
    detailed = shapely.Polygon([(6.71, 43.4), (6.72, 43.4), (6.72, 43.41), (6.71, 43.41), (6.71, 43.405)])
    shapes = build_shapes(reference({"83001": box(0), "83002": detailed}))
    assert shapes.adjacency.lengths_of(0) == pytest.approx([1111], rel=0.01)


def test_a_commune_without_polygon_has_no_shape() -> None:
    shapes = build_shapes(reference({"83001": box(0), "83002": None}))
    assert shapes.projection.tolist() == [0, -1]
    assert np.isnan(shapes.areas_km2[1])


def test_a_city_is_the_union_of_its_arrondissements() -> None:
    shapes = build_shapes(
        reference(
            {"75056": box(0, 0.02), "75101": box(0), "75102": box(0.01), "93001": box(0.02)},
            {"75101": "75056", "75102": "75056"},
        )
    )
    assert [shapes.adjacency.of(unit).tolist() for unit in range(4)] == [[3], [2], [1, 3], [0, 2]]
    assert shapes.areas_km2[0] == pytest.approx(shapes.areas_km2[1] + shapes.areas_km2[2])


def test_overseas_communes_are_never_neighbours_of_metropolitan_ones() -> None:
    martinique = shapely.box(-61.0, 14.6, -60.99, 14.61)
    shapes = build_shapes(reference({"83001": box(0), "97209": martinique}))
    assert shapes.projection.tolist() == [0, 1]
    assert shapes.areas_km2[1] == pytest.approx(1.19, rel=0.01)
    assert len(shapes.adjacency.neighbours) == 0


def test_the_centre_lies_inside_even_a_horseshoe() -> None:
    points = [(0, 0), (3, 0), (3, 1), (1, 1), (1, 2), (3, 2), (3, 3), (0, 3)]
    horseshoe = shapely.Polygon([(6.7 + x / 100, 43.4 + y / 100) for x, y in points])
    shapes = build_shapes(reference({"83001": horseshoe}))
    assert horseshoe.contains(shapely.Point(shapes.centres[0]))


def test_shapes_stored_as_arrays_come_back_the_same() -> None:
    shapes = build_shapes(reference({"83001": box(0), "83002": box(0.01), "83003": None}))
    back = from_arrays(to_arrays(shapes))
    assert back.adjacency.neighbours.tolist() == shapes.adjacency.neighbours.tolist()
    assert back.adjacency.lengths == pytest.approx(shapes.adjacency.lengths, rel=1e-6)
    units = np.arange(3)
    for level, same in zip(shapes.levels, back.levels, strict=True):
        assert level.tolerance == same.tolerance
        assert shapely.equals_identical(level.polygons.take(units), same.polygons.take(units)).all()


def test_polygons_taken_are_those_asked_for_in_that_order() -> None:
    hole = shapely.Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(1, 1), (1, 2), (2, 2)]])
    islands = shapely.MultiPolygon([shapely.box(20, 0, 21, 1), shapely.box(30, 0, 31, 1)])
    polygons = Polygons.of(np.array([hole, None, islands], dtype=object))
    taken = polygons.take(np.array([2, 0, 1]))
    assert len(polygons) == 3
    assert shapely.equals(taken[:2], np.array([islands, hole])).all()
    assert taken[2].is_empty


def test_a_polygon_thinner_than_the_mending_is_no_polygon() -> None:
    sliver = shapely.box(6.72, 43.4, 6.72 + 1e-8, 43.41)
    shapes = build_shapes(reference({"83001": box(0), "83002": box(0.01), "83003": sliver}))
    assert shapes.projection.tolist() == [0, 0, -1]
    assert np.isnan(shapes.centres[2]).all()


def test_what_tiles_are_cut_from_is_stored_with_the_shapes() -> None:
    shapes = build_shapes(reference({"83001": box(0), "83002": box(0.01), "83003": None}))
    back = from_arrays(to_arrays(shapes))
    assert set(back.grids) == {"communes", "departements", "epcis", "regions"}
    for name, grids in shapes.grids.items():
        assert back.grids[name].bounds.tolist() == grids.bounds.tolist()
        for one, same in zip(grids.zooms, back.grids[name].zooms, strict=True):
            assert same.firsts.tolist() == one.firsts.tolist()
            assert same.starts.tolist() == one.starts.tolist()
            assert same.body.tobytes() == one.body.tobytes()
    communes = shapes.grids["communes"].zooms[12]
    first, second = decode(communes, np.array([0, 1]))
    assert shapely.area(shapely.intersection(first, second)) == 0
    assert communes.starts[3] == communes.starts[2]
