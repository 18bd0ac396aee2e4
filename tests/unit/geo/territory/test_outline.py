"""Territories in columns: a list of communes, a group, a région, all France; and the size of every group."""

import pytest
from pydantic import ValidationError

from services.geo.layers.indexes import Group, Layers
from services.geo.layers.kinds import GroupKind
from services.geo.territory.outline import measure_groups, outline
from shared.errors import EmptyTerritory, NotFound, TerritoryTooLarge
from shared.schemas.geo_outline import GivenGroup, GivenTerritory, ListMeasures, Outline
from tests.unit.geo.world import atlas, commune, square

WORLD = atlas(
    {
        commune("83001", population=100): square(0, 0),
        commune("83002", population=200): square(1, 0),
        commune("06001", population=None): None,
        commune("97101", population=50): square(3, 0),
        commune("83056", population=300): None,
        commune("83901", whole="83056"): square(5, 0),
    },
    successors={"83999": ("83001",)},
    layers=Layers(groups={GroupKind.EPCI: {"200": Group("200", "CC des Carrés", ("83001", "83002"))}}),
)


def traced(most: int = 10, **asked: object) -> Outline:
    return outline(WORLD, GivenTerritory.model_validate(asked), max_communes=most)


def test_communes_come_sorted_in_columns_and_old_codes_are_mapped() -> None:
    found = traced(communes=("83002", "83999"), nom="Les deux")
    assert (found.nature, found.code, found.nom) == ("communes", None, "Les deux")
    assert (found.codes, found.populations, found.population) == (("83001", "83002"), (100, 200), 300)
    assert [notice.code for notice in found.notices] == ["commune_remplacee"]
    assert found.superficie_km2 == pytest.approx(2, abs=0.02)


def test_a_group_is_named_and_has_all_its_communes() -> None:
    found = traced(groupe={"nature": "epci", "code": "200"}, most=1)
    assert (found.nature, found.code, found.nom) == (GroupKind.EPCI, "200", "CC des Carrés")
    assert found.codes == ("83001", "83002")
    assert [(one.code, one.communes) for one in found.departements] == [("83", 2)]


def test_a_region_and_france_hold_each_city_once_without_its_arrondissements() -> None:
    assert traced(groupe={"nature": "region", "code": "93"}).codes == ("06001", "83001", "83002", "83056")
    france = traced(groupe={"nature": "france"})
    assert (france.code, france.population, len(france.codes)) == ("FR", 650, 5)
    assert [place.code for place in france.regions] == ["01", "93"]


@pytest.mark.parametrize(
    ("groupe", "said"),
    [
        ({"nature": "region", "code": "99"}, "La région 99 n’existe pas"),
        ({"nature": "epci", "code": "999"}, "999"),
        ({"nature": "cpts", "code": "1"}, "aucun regroupement de cette nature"),
    ],
)
def test_a_group_that_is_none_is_said(groupe: dict[str, str], said: str) -> None:
    with pytest.raises(NotFound, match=said):
        traced(groupe=groupe)


def test_a_list_keeps_its_limits() -> None:
    with pytest.raises(EmptyTerritory):
        traced(communes=())
    with pytest.raises(TerritoryTooLarge):
        traced(communes=("83001", "83002"), most=1)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"communes": ["83001"], "groupe": {"nature": "france"}},
        {"groupe": {"nature": "region"}},
        {"groupe": {"nature": "france", "code": "93"}},
    ],
)
def test_a_territory_is_said_in_one_way(asked: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        GivenTerritory.model_validate(asked)
    assert GivenGroup(nature="france", code="FR")


def test_every_group_of_a_kind_has_its_size() -> None:
    found = measure_groups(WORLD, ListMeasures(nature=GroupKind.EPCI))
    assert [(one.code, one.population, one.communes) for one in found.groupes] == [
        ("200", 300, ("83001", "83002"))
    ]
    assert found.groupes[0].superficie_km2 == pytest.approx(2, abs=0.02)
    nothing = measure_groups(WORLD, ListMeasures(nature=GroupKind.CPTS))
    assert (nothing.disponible, nothing.groupes) == (False, ())
