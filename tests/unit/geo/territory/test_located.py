"""Which communes are at a point, under a polygon, around a place: answers and refusals."""

from functools import partial
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from shapely.geometry.base import BaseGeometry

from services.geo.shapes.points import units_at
from services.geo.shapes.projections import to_degrees
from services.geo.territory.located import locate_disc, locate_points, locate_polygon
from shared.errors import InvalidRequest, UnknownCommunes
from shared.schemas.geo_locate import LocateDisc, LocatePoints, LocatePolygon
from shared.schemas.geo_read_queries import GeoJsonArea
from shared.validation import explain
from tests.unit.geo.world import atlas, commune, row_of_five, square

ROW = row_of_five()
CITY = atlas(
    {
        commune("83050", "Ville", population=2000): None,
        commune("83051", whole="83050"): square(0, 0),
        commune("83052", whole="83050"): square(1, 0),
        commune("83053"): square(2, 0),
        commune("83054"): None,
    }
)


def degrees(geometry: BaseGeometry) -> BaseGeometry:
    return shapely.transform(geometry, partial(to_degrees, epsg=2154))


def middle(column: int, row: int = 0) -> tuple[float, float]:
    lon, lat = shapely.get_coordinates(degrees(square(column, row).centroid))[0].tolist()
    return lon, lat


def geojson(geometry: BaseGeometry) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [shapely.get_coordinates(geometry.exterior).tolist()]}


def test_each_point_has_its_commune_and_the_sea_has_none() -> None:
    found = locate_points(ROW, LocatePoints(points=(middle(1), (-30.0, 40.0), middle(5), middle(1, 3))))
    assert [one and one.code for one in found.communes] == ["83001", None, "83005", None]


def test_a_city_answers_by_its_arrondissements_unless_it_is_wanted_whole() -> None:
    points = (middle(0), middle(2))
    apart = locate_points(CITY, LocatePoints(points=points))
    whole = locate_points(CITY, LocatePoints(points=points, arrondissements=False))
    assert [one and one.code for one in apart.communes] == ["83051", "83053"]
    assert [one and one.code for one in whole.communes] == ["83050", "83053"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 6900), st.floats(-500, 1500)), min_size=1, max_size=40))
def test_many_points_at_once_are_each_point_alone(places: list[tuple[float, float]]) -> None:
    lonlat = to_degrees(np.array([(900_000 + x, 6_200_000 + y) for x, y in places]), 2154)
    together = units_at(ROW, lonlat, arrondissements=True).tolist()
    assert together == [units_at(ROW, one[None], arrondissements=True)[0] for one in lonlat]


def test_communes_under_a_polygon_come_with_the_share_covered() -> None:
    box = geojson(degrees(shapely.box(901_500, 6_200_000, 903_000, 6_202_000)))
    found = locate_polygon(ROW, LocatePolygon(geometrie=box))
    assert [(one.code, round(one.part_commune, 3)) for one in found.communes] == [
        ("83001", 0.5),
        ("83002", 1.0),
    ]
    assert found.part_en_france == pytest.approx(0.5, abs=1e-3)
    most = locate_polygon(ROW, LocatePolygon(geometrie=box, part_minimale=0.9))
    assert [one.code for one in most.communes] == ["83002"]


def test_a_polygon_that_crosses_itself_is_refused_with_the_place() -> None:
    bow = {"type": "Polygon", "coordinates": [[[6, 43], [7, 44], [7, 43], [6, 44], [6, 43]]]}
    with pytest.raises(InvalidRequest, match=r"6\.5, 43\.5"):
        locate_polygon(ROW, LocatePolygon(geometrie=bow))


@pytest.mark.parametrize(
    "ring",
    [
        [[6, 43], [6, 43], [6, 43], [6, 43]],
        [[6, 43], [7, 43], [6, 43], [6, 43]],
        [[6.1, 43.1], [6.2, 43.2], [6.3, 43.3], [6.1, 43.1]],
    ],
)
def test_a_flat_ring_is_said_to_be_one(ring: list[list[float]]) -> None:
    with pytest.raises(InvalidRequest, match="L’anneau 1 du polygone n’entoure aucune surface"):
        locate_polygon(ROW, LocatePolygon(geometrie={"type": "Polygon", "coordinates": [ring]}))


def test_a_path_names_members_of_the_polygon_and_nothing_else() -> None:
    given = {"geometrie": {"type": "Polygon", "coordinates": [[[6, 43], ["7", 44], [7, 43], [6, 43]]]}}
    with pytest.raises(ValidationError) as refused:
        LocatePolygon.model_validate(given)
    assert explain(refused.value, given)[0]["path"] == "geometrie.coordinates[0][1][0]"


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        ({"type": "Polygon", "coordinates": [[[6, 43], [7, 44], [7, 43], [6, 44]]]}, "n’est pas fermé"),
        ({"type": "Polygon", "coordinates": [[[900000, 6200000]] * 4]}, "longitude d’abord"),
        ({"type": "Polygon", "coordinates": [[[-170, 43], [170, 44], [170, 43], [-170, 43]]]}, "20 degrés"),
        (
            {"type": "Polygon", "coordinates": [[[-180, -90], [180, -90], [180, 90], [-180, -90]]]},
            "20 degrés",
        ),
        ({"type": "Polygon", "coordinates": [[[6, 43], [7, 44]]]}, "au moins 4"),
        ({"type": "Polygon", "coordinates": [[[6], [7, 44], [7, 43], [6]]]}, "obligatoire"),
        ({"type": "Feature", "geometry": None}, "un objet"),
        ({"type": "Point", "coordinates": [6, 43]}, "valeurs admises"),
        ({"type": "Polygon", "coordinates": [[["6", "43"], [7, 44], [7, 43], [6, 43]]]}, "un nombre est"),
        ({"type": "Polygon", "coordinates": [[[6, 43]] * 20_001]}, "20\u202f000 sommets"),
    ],
)
def test_what_is_no_polygon_of_a_territory_is_refused_in_french(geometry: Any, reason: str) -> None:
    with pytest.raises(ValidationError) as refused:
        LocatePolygon(geometrie=geometry)
    assert reason in " ".join(error["message"] for error in explain(refused.value))


def test_an_altitude_a_box_and_a_feature_change_nothing() -> None:
    plain = geojson(degrees(shapely.box(901_500, 6_200_000, 903_000, 6_202_000)))
    high = {
        **plain,
        "bbox": [0, 0, 1, 1],
        "coordinates": [[[*position, 120.5] for position in ring] for ring in plain["coordinates"]],
    }
    feature = {"type": "Feature", "id": 7, "properties": {"nom": "Zone"}, "geometry": high}
    expected = locate_polygon(ROW, LocatePolygon(geometrie=plain))
    for written in (high, feature):
        asked = LocatePolygon(geometrie=written)
        assert locate_polygon(ROW, asked) == expected
        assert LocatePolygon.model_validate(asked.model_dump(mode="json")) == asked


def test_both_faces_read_and_refuse_a_polygon_alike() -> None:
    plain = geojson(degrees(square(1, 0)))
    assert GeoJsonArea.model_validate(plain).root == LocatePolygon(geometrie=plain).geometrie
    world = {"type": "Polygon", "coordinates": [[[-180, -90], [180, -90], [180, 90], [-180, -90]]]}
    for shape, body in ((GeoJsonArea, world), (LocatePolygon, {"geometrie": world})):
        with pytest.raises(ValidationError, match="au plus 20 degrés de longitude sont admis"):
            shape.model_validate(body)


def test_the_distance_from_a_commune_is_from_its_ground() -> None:
    near = locate_disc(ROW, LocateDisc(commune="83003", rayon_km=0.9))
    assert [(one.code, one.distance_km) for one in near.communes] == [
        ("83002", 0),
        ("83003", 0),
        ("83004", 0),
    ]
    farther = locate_disc(ROW, LocateDisc(commune="83001", rayon_km=1.1))
    assert [(one.code, one.distance_km) for one in farther.communes] == [
        ("83001", 0),
        ("83002", 0),
        ("83003", 1),
    ]


def test_a_city_and_its_arrondissements_are_near_from_their_own_ground() -> None:
    asked = LocateDisc(commune="83050", rayon_km=0.5)
    assert [one.code for one in locate_disc(CITY, asked).communes] == ["83051", "83052", "83053"]
    whole = LocateDisc(commune="83051", rayon_km=0.5, arrondissements=False)
    assert [one.code for one in locate_disc(CITY, whole).communes] == ["83050"]


def test_distances_are_in_kilometres_to_the_ground_or_to_the_middle() -> None:
    near = locate_disc(ROW, LocateDisc(point=middle(1), rayon_km=1.4))
    assert [one.code for one in near.communes] == ["83001", "83002"]
    assert [one.distance_km for one in near.communes] == pytest.approx([0, 0.5], abs=2e-3)
    middles = locate_disc(ROW, LocateDisc(commune="83001", rayon_km=1.4, mesure="centre"))
    assert [one.distance_km for one in middles.communes] == pytest.approx([0, 1.0], abs=2e-3)


def test_a_disc_in_the_sea_holds_no_commune() -> None:
    assert locate_disc(ROW, LocateDisc(point=(-40.0, 40.0), rayon_km=50)).communes == ()


def test_a_disc_needs_one_centre_that_has_a_place() -> None:
    with pytest.raises(ValidationError, match="l’un des deux"):
        LocateDisc(rayon_km=5)
    with pytest.raises(UnknownCommunes):
        locate_disc(CITY, LocateDisc(commune="99999", rayon_km=5))
    with pytest.raises(InvalidRequest, match="donnez plutôt un point"):
        locate_disc(CITY, LocateDisc(commune="83054", rayon_km=5))
