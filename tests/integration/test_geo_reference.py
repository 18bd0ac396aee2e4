"""The whole national reference, as the set-up fetched it: right answers known from the maps of France."""

import asyncio
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import shapely

from services.geo import store
from services.geo.assemble import assemble
from services.geo.atlas import Atlas
from services.geo.imports.national import import_reference
from services.geo.read.directory import search
from services.geo.read.gazetteer import Gazetteer, build_gazetteer
from services.geo.shapes.coverage import holes
from services.geo.territory.drawing import draw
from services.geo.territory.funding import published_scales
from services.geo.territory.located import locate_points
from services.geo.territory.resolve import resolve
from shared.bus.codec import MAX_WIRE
from shared.database import migrate, open_pool
from shared.schemas.geo import MapRequest, ResolveTerritory, Territory
from shared.schemas.geo_locate import LocatePoints
from shared.schemas.geo_read_queries import CommuneQuery
from shared.settings import CommonSettings, load

GOLDEN = ("83061", "83001", "83099", "83107", "83118")
ISLANDS = {
    *("17004", "22016", "29082", "29083", "29084", "29155", "56069", "56085", "56086", "56087", "56088"),
    *("85113", "97110", "97130", "97131"),
}
WITHOUT_POLYGON = {"15031", "15035", "15047", "15171"}


async def imported(url: str, folder: Path) -> Atlas:
    """Import and load, as two processes would."""
    await migrate(url, "geo", files("services.geo").joinpath("sql/migrations"))
    async with open_pool(url, "geo") as pool:
        await import_reference(folder, pool)
        stored = await store.load(pool)
    assert stored is not None
    return assemble(stored)


@pytest.fixture(scope="module")
def atlas(database_url: str) -> Atlas:
    """All France, built once."""
    folder = load(CommonSettings).data_dir / "reference"
    assert folder.is_dir(), f"{folder} is missing: run `make setup`"
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(imported(database_url, folder))
    finally:
        loop.close()


@pytest.fixture(scope="module")
def gazetteer(atlas: Atlas) -> Gazetteer:
    """All France, to search in."""
    return build_gazetteer(atlas)


def neighbours(atlas: Atlas, code: str) -> list[str]:
    return [atlas.communes[other].code for other in atlas.shapes.adjacency.of(atlas.index[code]).tolist()]


def territory(atlas: Atlas, *codes: str) -> Territory:
    return resolve(atlas, ResolveTerritory(communes=codes), scales=published_scales(), max_communes=2000)


def test_communes_and_arrondissements_are_all_there(atlas: Atlas) -> None:
    natures = [commune.nature for commune in atlas.communes]
    assert (natures.count("commune"), natures.count("arrondissement")) == (34_875, 45)
    assert {commune.code for commune in atlas.communes if not commune.contour} == WITHOUT_POLYGON
    assert all(commune.population is not None for commune in atlas.communes)
    assert (len(atlas.departements), len(atlas.regions)) == (101, 18)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("83061", "06079 83001 83008 83099 83107 83118 83133"),
        ("30334", "30014 30041 30174 30286 30295 30299 30308"),
    ],
)
def test_frejus_and_uzes_touch_exactly_their_neighbours(atlas: Atlas, code: str, expected: str) -> None:
    assert neighbours(atlas, code) == expected.split()


def test_the_five_communes_are_one_piece_of_one_departement_of_size_3(atlas: Atlas) -> None:
    resolved = territory(atlas, *GOLDEN)
    assert resolved.d_un_seul_tenant
    assert [(one.code, one.communes) for one in resolved.departements] == [("83", 5)]
    assert [(size.bareme, size.taille, size.total) for size in resolved.tailles] == [
        ("aci-2019", 3, 370_000),
        ("projet-2019-04", 3, 300_000),
    ]
    assert (resolved.qpv_par_commune, resolved.zonage.zac, resolved.zonage.zip) == (2, 2, 0)
    assert resolved.notices == ()


def test_paris_and_its_arrondissements_live_in_one_adjacency(atlas: Atlas) -> None:
    around = neighbours(atlas, "75056")
    assert "94080" in around
    assert not [code for code in around if code.startswith("75")]
    assert {"75102", "75108"} <= set(neighbours(atlas, "75101"))
    assert {"75056", "75112"} <= set(neighbours(atlas, "94080"))
    assert territory(atlas, "75112", "94080").d_un_seul_tenant
    paris = atlas.communes[atlas.index["75056"]]
    assert paris.area_km2 == pytest.approx(105.4, rel=0.01)


def test_every_territory_is_there_in_its_own_projection(atlas: Atlas) -> None:
    for code, rank in (("2A004", 0), ("97105", 1), ("97209", 1), ("97302", 2), ("97411", 3), ("97611", 4)):
        assert atlas.shapes.projection[atlas.index[code]] == rank
    # Maripasoula, the widest commune of France.
    assert atlas.communes[atlas.index["97353"]].area_km2 == pytest.approx(18_360, rel=0.05)


def test_a_commune_nouvelle_has_the_ground_of_what_it_took_in(atlas: Atlas) -> None:
    # The published polygon of Saint-Denis is older than its merger with Pierrefitte-sur-Seine (3.4 km²).
    assert {"95585", "95427"} <= set(neighbours(atlas, "93066"))
    assert atlas.communes[atlas.index["93066"]].area_km2 == pytest.approx(15.9, abs=0.1)
    (found,) = locate_points(atlas, LocatePoints(points=((2.3610, 48.9650),))).communes
    assert found is not None
    assert found.code == "93066"
    # That of Hesdin-la-Forêt lay in the middle of its lost ground.
    assert len(neighbours(atlas, "62447")) > 5
    resolved = territory(
        atlas, *(one.code for one in atlas.communes if one.departement == "62" and not one.whole)
    )
    assert resolved.d_un_seul_tenant


def test_what_touches_nothing_is_an_island(atlas: Atlas) -> None:
    alone = {
        commune.code
        for position, commune in enumerate(atlas.communes)
        if commune.contour and not len(atlas.shapes.adjacency.of(position))
    }
    assert alone == ISLANDS


def test_few_grounds_are_left_that_no_commune_covers(atlas: Atlas) -> None:
    # Llívia, and those that several merged communes may hold.
    metropole = np.flatnonzero(
        (atlas.shapes.projection == 0) & np.array([not one.whole for one in atlas.communes])
    )
    found = shapely.area(holes(atlas.shapes.levels[0].polygons.take(metropole))) / 1e6
    assert (found > 0.2).sum() == 5
    assert found.sum() == pytest.approx(61, abs=0.5)


def test_old_codes_of_all_kinds_lead_to_their_commune(atlas: Atlas) -> None:
    assert atlas.successors["20004"] == ("2A004",)
    assert atlas.successors["01120"] == ("01262",)
    assert len(atlas.successors["55273"]) == 2


@pytest.mark.parametrize("departement", ["83", "2A", "974", "13", "972"])
def test_adjacency_and_lengths_are_those_of_geos(atlas: Atlas, departement: str) -> None:
    chosen = np.array(
        [
            position
            for position, commune in enumerate(atlas.communes)
            if commune.departement == departement and commune.contour and not commune.whole
        ]
    )
    polygons = atlas.shapes.levels[0].polygons.take(chosen)
    one, other = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    shared = shapely.length(shapely.intersection(polygons[one], polygons[other]))
    here = set(chosen.tolist())
    adjacency = atlas.shapes.adjacency
    lengths = {
        (chosen[left], chosen[right]): length
        for left, right, length in zip(one, other, shared, strict=True)
        if left != right and length > 0
    }
    ours = {
        (position, neighbour): length
        for position in chosen.tolist()
        for neighbour, length in zip(
            adjacency.of(position).tolist(), adjacency.lengths_of(position).tolist(), strict=True
        )
        if neighbour in here
    }
    assert ours.keys() == lengths.keys()
    assert all(ours[pair] == pytest.approx(lengths[pair], abs=0.01) for pair in ours)


def test_every_level_stays_a_valid_coverage(atlas: Atlas) -> None:
    chosen = np.array(
        [
            position
            for position, commune in enumerate(atlas.communes)
            if commune.departement in {"83", "06", "13"}
        ]
    )
    chosen = np.array([position for position in chosen if not atlas.communes[position].whole])
    for level in atlas.shapes.levels:
        polygons = level.polygons.take(chosen)
        assert shapely.is_valid(polygons).all()
        assert shapely.coverage_is_valid(polygons)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("frejus", "83061"),
        ("st raphael", "83118"),
        ("Roqueburne sur Argens", "83107"),
        ("uzes", "30334"),
        ("l'isle d'abeau", "38193"),
        ("ste marie aux mines", "68298"),
    ],
)
def test_communes_are_found_as_people_type_them(gazetteer: Gazetteer, typed: str, code: str) -> None:
    found = search(gazetteer.communes, CommuneQuery(nom=typed, boost="population", limit=5))
    assert gazetteer.communes.codes[found.positions[0]] == code


def test_a_map_of_four_hundred_communes_rides_the_bus(atlas: Atlas) -> None:
    codes = tuple(one.code for one in atlas.communes if one.departement in {"30", "34"} and not one.whole)[
        :400
    ]
    territory_map = draw(atlas, MapRequest(communes=codes), max_communes=2000)
    assert len([shape for shape in territory_map.shapes if shape.role == "territoire"]) == 400
    assert len(territory_map.model_dump_json()) < MAX_WIRE / 2


def test_the_largest_map_still_rides_the_bus(atlas: Atlas) -> None:
    codes = tuple(one.code for one in atlas.communes if one.region == "76")[:2000]
    request = MapRequest(communes=codes, width_mm=1200, height_mm=1200)
    assert len(draw(atlas, request, max_communes=2000).model_dump_json()) < MAX_WIRE
