"""Groups of communes listed, opened and found; what became of codes."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from services.geo.layers.assemble import assemble_layers
from services.geo.layers.kinds import CptsPerimeter, Kind, LayerVersion
from services.geo.territory.codes import choose, tell_codes
from services.geo.territory.groups import find_groups, list_groups, open_groups
from services.geo.territory.memberships import list_memberships
from shared.errors import NotFound, UnknownCommunes
from shared.schemas.geo import ListMemberships
from shared.schemas.geo_codes import CodesHistory
from shared.schemas.geo_facts import GroupKind
from shared.schemas.geo_groups import GroupsOfCommunes, ListGroups, OpenGroups
from tests.unit.geo.world import atlas, commune, square

BARE = atlas(
    {
        commune("83001", epci="200"): square(0, 0),
        commune("83002", epci="200"): square(1, 0),
        commune("06001"): square(2, 0),
        commune("83050", epci="200"): None,
        commune("83051", whole="83050"): square(3, 0),
    },
    successors={"83900": ("83001",), "83901": ("83001", "83002")},
    old_names={"83900": "Vieille"},
)
CPTS = LayerVersion("v1", Kind.CPTS, "", "2026", "ARS", None, 1)
WORLD = replace(
    BARE,
    old_natures={"83900": "deleguee", "83901": "ancien"},
    layers=assemble_layers(
        BARE, [(CPTS, (CptsPerimeter("C1", "CPTS des Carrés", "signée", None, 1, ("83002", "06001")),))]
    ),
)


def test_groups_of_a_departement_come_with_their_size() -> None:
    found = list_groups(WORLD, ListGroups(nature=GroupKind.CPTS, departement="83"))
    assert [(one.code, one.communes, one.population, one.departements) for one in found.groupes] == [
        ("C1", 2, 2000, ("06", "83"))
    ]
    assert list_groups(WORLD, ListGroups(nature=GroupKind.EPCI, departement="06")).groupes == ()


def test_a_kind_that_is_not_loaded_is_not_an_empty_one() -> None:
    assert list_groups(WORLD, ListGroups(nature=GroupKind.CANTON)).disponible is False
    with pytest.raises(NotFound, match="n’est chargé"):
        open_groups(WORLD, OpenGroups(nature=GroupKind.CANTON, codes=("8301",)))


def test_a_departement_that_is_not_one_is_refused() -> None:
    with pytest.raises(NotFound, match="20") as caught:
        list_groups(WORLD, ListGroups(nature=GroupKind.EPCI, departement="20"))
    wire = caught.value.to_wire()
    assert (wire["code"], wire["codes"]) == ("not-found", ["20"])
    with pytest.raises(NotFound, match="La région 99") as caught:
        list_groups(WORLD, ListGroups(nature=GroupKind.EPCI, region="99"))
    assert caught.value.to_wire()["code"] == "not-found"


def test_codes_of_groups_that_are_not_ones_make_no_endless_sentence() -> None:
    codes = tuple(f"{number:03}{'x' * 197}" for number in range(200))
    with pytest.raises(NotFound) as caught:
        open_groups(WORLD, OpenGroups(nature=GroupKind.EPCI, codes=codes))
    assert len(caught.value.detail) < 1000
    assert "181\u00a0autres" in caught.value.detail
    with pytest.raises(ValidationError):
        OpenGroups(nature=GroupKind.EPCI, codes=("x" * 201,))


def test_groups_open_into_communes_each_once() -> None:
    found = open_groups(WORLD, OpenGroups(nature=GroupKind.DEPARTEMENT, codes=("83", "06", "83")))
    assert [group.code for group in found.groupes] == ["83", "06"]
    assert found.communes == ("06001", "83001", "83002", "83050")


def test_unknown_groups_are_all_named() -> None:
    with pytest.raises(NotFound) as refused:
        open_groups(WORLD, OpenGroups(nature=GroupKind.EPCI, codes=("200", "201", "202")))
    assert refused.value.extensions["codes"] == ["201", "202"]


def test_a_commune_is_found_in_each_of_its_groups_with_all_their_communes() -> None:
    found = find_groups(WORLD, GroupsOfCommunes(communes=("83002",)))
    assert {one.nature: [group.communes for group in one.groupes] for one in found.natures} == {
        GroupKind.DEPARTEMENT: [("83001", "83002", "83050")],
        GroupKind.EPCI: [("83001", "83002", "83050")],
        GroupKind.CPTS: [("06001", "83002")],
    }


def test_an_arrondissement_is_in_the_groups_of_its_city() -> None:
    found = find_groups(WORLD, GroupsOfCommunes(communes=("83051",), natures=(GroupKind.EPCI,)))
    assert [group.code for group in found.natures[0].groupes] == ["200"]
    assert found.natures[0].groupes[0].choisies == ("83051",)


def test_groups_of_an_unknown_commune_are_refused() -> None:
    with pytest.raises(UnknownCommunes):
        find_groups(WORLD, GroupsOfCommunes(communes=("99999",)))


def test_memberships_name_the_cpts_of_each_commune() -> None:
    found = list_memberships(WORLD, ListMemberships(departement="83"))
    assert {one.code: one.cpts for one in found.communes if one.cpts} == {"83002": ("C1",)}


def test_the_notice_of_an_old_code_says_what_it_was_the_code_of() -> None:
    notice = choose(WORLD, ("83900",)).notices[0]
    assert notice.detail == "Vieille (83900), commune déléguée, est aujourd’hui dans Commune 83001 (83001)."


def test_each_code_is_current_replaced_ambiguous_or_unknown() -> None:
    found = tell_codes(WORLD, CodesHistory(codes=("83051", "83900", "83901", "6001", "99999")))
    assert [(one.statut, one.nature, one.proche) for one in found.codes] == [
        ("actuel", "arrondissement", None),
        ("remplace", "deleguee", None),
        ("ambigu", "ancien", None),
        ("inconnu", None, "06001"),
        ("inconnu", None, None),
    ]
    assert found.codes[1].nom == "Vieille"
    assert [place.code for place in found.codes[2].actuels] == ["83001", "83002"]
