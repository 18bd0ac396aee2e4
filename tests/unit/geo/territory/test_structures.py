"""Establishments of a territory: counted with zeros, listed by pages, nearest by kind."""

from dataclasses import replace

import numpy as np
import pytest

from services.geo.layers.indexes import Layers, Structures
from services.geo.layers.kinds import Structure
from services.geo.shapes.projections import to_degrees
from services.geo.territory.structures import count_structures, list_structures, near_structures
from shared.errors import InvalidRequest
from shared.schemas.geo_structures import CountStructures, ListStructures, NearestStructures
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
LOADED = Structures(ROWS, np.array([(row.lon, row.lat) for row in ROWS], dtype=np.float64))
BARE = row_of_five()
WORLD = replace(BARE, layers=Layers(structures=LOADED))


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
    assert sum(one.total for one in counts.genres) + (counts.autres or 0) == listed.total == len(ROWS)
    assert sum(one.total for one in counts.groupes) == sum(one.total for one in counts.genres)


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
