"""Establishments of a territory: counted with zeros, listed by pages, nearest by kind."""

from dataclasses import replace

import numpy as np
import pytest

from services.geo.handlers import bindings
from services.geo.layers.indexes import Layers, Structures
from services.geo.layers.kinds import Structure
from services.geo.shapes.projections import to_degrees
from services.geo.territory.structures import count_structures, list_structures, near_structures
from shared.errors import InvalidRequest
from shared.schemas.geo_structures import (
    COUNT_STRUCTURES,
    CountStructures,
    ListStructures,
    NearestStructures,
    StructureCounts,
)
from tests.unit.geo.world import atlas, commune, row_of_five, square

EHPAD, MSP, UNCLAIMED = "500", "603", "000"


def structure(finess: str, categorie: str, code: str, east: float | None) -> Structure:
    lon, lat = (None, None)
    if east is not None:
        lon, lat = to_degrees(np.array([(900_000 + east, 6_200_500)]), 2154)[0].tolist()
    return Structure(finess, None, f"Structure {finess}", categorie, "", code, None, None, lon, lat)


ROWS = (
    structure("1", EHPAD, "83001", 1500),
    structure("2", EHPAD, "83003", 3600),
    structure("3", MSP, "83001", 1600),
    structure("4", UNCLAIMED, "83001", 1700),
    structure("5", EHPAD, "83002", None),
)
LONLAT = np.array([(row.lon, row.lat) for row in ROWS], dtype=np.float64)
LOADED = Structures(ROWS, LONLAT, frozenset({"83"}))
BARE = row_of_five()
WORLD = replace(BARE, layers=Layers(structures=LOADED))
# The file is that of the Var; the Alpes-Maritimes begin east of 83002.
BORDER = atlas(
    {commune("83001"): square(1, 0), commune("83002"): square(2, 0), commune("06001"): square(3, 0)},
    layers=Layers(structures=LOADED),
)


def test_structures_are_counted_by_kind_and_commune_zeros_kept() -> None:
    asked = CountStructures(communes=("83001", "83004"), genres=("ehpad", "maison_de_sante"))
    found = count_structures(WORLD, asked, max_communes=10)
    assert found.communes == ("83001", "83004")
    assert [(one.genre, one.total, one.par_commune) for one in found.genres] == [
        ("ehpad", 1, (1, 0)),
        ("maison_de_sante", 1, (1, 0)),
    ]
    assert {one.groupe: one.total for one in found.groupes} == {"medico_social": 1, "exercice_coordonne": 1}
    assert found.autres == 1


def test_counts_of_all_kinds_add_up_to_the_list() -> None:
    codes = tuple(one.code for one in WORLD.communes)
    counts = count_structures(WORLD, CountStructures(communes=codes), max_communes=10)
    listed = list_structures(WORLD, ListStructures(communes=codes), max_communes=10)
    by_kind = sum(one.total or 0 for one in counts.genres)
    assert by_kind + (counts.autres or 0) == listed.total == len(ROWS)
    assert sum(one.total or 0 for one in counts.groupes) == by_kind


def test_without_finess_nothing_is_counted_which_is_not_zero() -> None:
    counts = count_structures(BARE, CountStructures(communes=("83001",)), max_communes=10)
    listed = list_structures(BARE, ListStructures(communes=("83001",)), max_communes=10)
    near = near_structures(BARE, NearestStructures(commune="83001"))
    assert (counts.disponible, counts.genres, counts.autres) == (False, (), None)
    assert (listed.disponible, listed.total) == (False, None)
    assert (near.disponible, near.genres) == (False, ())


def test_a_page_of_structures_tells_how_many_there_are() -> None:
    asked = ListStructures(communes=("83001", "83003"), genres=("ehpad",), debut=1, limite=1)
    found = list_structures(WORLD, asked, max_communes=10)
    assert (found.total, [one.finess for one in found.structures]) == (2, ["2"])


def test_a_city_has_the_structures_of_its_arrondissements() -> None:
    city = atlas({commune("83050"): None, commune("83001", whole="83050"): square(0, 0)})
    world = replace(city, layers=Layers(structures=LOADED))
    found = count_structures(world, CountStructures(communes=("83050",), genres=("ehpad",)), max_communes=10)
    assert found.genres[0].total == 1


def test_the_nearest_come_first_and_those_without_place_are_counted() -> None:
    asked = NearestStructures(commune="83002", genres=("ehpad", "maison_de_sante"), rayon_km=5, limite=1)
    found = near_structures(WORLD, asked)
    nearest = [one for kind in found.genres for one in kind.structures]
    assert [one.finess for one in nearest] == ["1", "3"]
    assert [one.distance_km for one in nearest] == pytest.approx([1.0, 0.9], abs=2e-3)
    assert found.sans_coordonnees == 1


def test_nothing_within_the_radius_is_an_empty_list_of_its_kind() -> None:
    found = near_structures(WORLD, NearestStructures(point=(-20.0, 40.0), genres=("ehpad",), rayon_km=5))
    assert [(kind.genre, kind.structures) for kind in found.genres] == [("ehpad", ())]


def test_an_unknown_kind_is_refused_with_those_that_exist() -> None:
    with pytest.raises(InvalidRequest) as refused:
        count_structures(WORLD, CountStructures(communes=("83001",), genres=("epad",)), max_communes=10)
    assert refused.value.extensions["unknown"] == ["epad"]
    assert "ehpad" in refused.value.extensions["available"]


def test_a_commune_outside_the_loaded_file_has_no_count_rather_than_zero() -> None:
    asked = CountStructures(communes=("06001", "83001", "83002"), genres=("ehpad",))
    found = count_structures(BORDER, asked, max_communes=10)
    assert (found.disponible, found.communes) == (True, ("06001", "83001", "83002"))
    assert found.hors_couverture == ("06001",)
    assert [(one.par_commune, one.total) for one in found.genres] == [((None, 1, 1), None)]
    assert [one.total for one in found.groupes] == [None]
    assert found.autres is None


def test_a_territory_wholly_outside_the_loaded_file_has_nothing_available() -> None:
    counts = count_structures(BORDER, CountStructures(communes=("06001",)), max_communes=10)
    listed = list_structures(BORDER, ListStructures(communes=("06001",)), max_communes=10)
    assert (counts.disponible, counts.genres, counts.hors_couverture) == (False, (), ("06001",))
    assert (listed.disponible, listed.total, listed.hors_couverture) == (False, None, ("06001",))


def test_a_list_over_the_edge_of_the_file_says_that_it_is_partial() -> None:
    listed = list_structures(BORDER, ListStructures(communes=("06001", "83002")), max_communes=10)
    assert (listed.disponible, listed.total, listed.hors_couverture) == (True, 1, ("06001",))


def test_the_nearest_say_which_departements_within_the_radius_are_not_covered() -> None:
    far = near_structures(BORDER, NearestStructures(commune="06001", genres=("ehpad",), rayon_km=3))
    assert (far.disponible, far.departements_non_couverts) == (True, ("06",))
    assert [one.finess for one in far.genres[0].structures] == ["2", "1"]
    alone = near_structures(BORDER, NearestStructures(commune="06001", genres=("ehpad",), rayon_km=0.4))
    assert (alone.disponible, alone.departements_non_couverts, alone.genres) == (False, ("06",), ())
    inside = near_structures(BORDER, NearestStructures(commune="83001", genres=("ehpad",), rayon_km=1))
    assert (inside.disponible, inside.departements_non_couverts) == (True, ())


async def test_over_the_bus_a_count_goes_with_its_nulls() -> None:
    handlers = {binding.contract.key: binding.handler for binding in bindings(lambda: BORDER, 2000)}
    asked = CountStructures(communes=("83001", "06001"), genres=("ehpad",))
    answer = await handlers[COUNT_STRUCTURES.key](asked)
    assert answer.model_dump(mode="json")["genres"][0]["par_commune"] == [None, 1]
    assert StructureCounts.model_validate_json(answer.model_dump_json()) == answer
