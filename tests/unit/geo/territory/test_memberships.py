"""What communes belong to, and current codes of old ones."""

import pytest

from services.geo.territory.memberships import find_current_codes, list_memberships
from shared.errors import NotFound
from shared.schemas.geo import CurrentCodes, ListMemberships
from tests.unit.geo.world import atlas, commune, square

WORLD = atlas(
    {
        commune("83001", epci="200"): square(0, 0),
        commune("83050"): None,
        commune("83051", whole="83050"): square(1, 0),
        commune("06001"): square(2, 0),
    },
    successors={"83900": ("83001",), "83901": ("83001", "83050")},
)


def test_a_departement_lists_its_communes_and_arrondissements_with_their_nature() -> None:
    answer = list_memberships(WORLD, ListMemberships(departement="83"))
    assert [(one.code, one.nature) for one in answer.communes] == [
        ("83001", "commune"),
        ("83050", "commune"),
        ("83051", "arrondissement"),
    ]
    assert answer.communes[0].epci == "200"


def test_a_centre_is_that_of_the_atlas_and_unknown_without_polygon() -> None:
    island = atlas({commune("83001"): square(0, 0), commune("83002"): None})
    with_polygon, without = list_memberships(island, ListMemberships(departement="83")).communes
    assert with_polygon.centre == island.communes[0].centre
    assert with_polygon.centre is not None
    assert without.centre is None


def test_no_departement_asked_lists_the_departements_alone() -> None:
    answer = list_memberships(WORLD, ListMemberships())
    assert answer.communes == ()
    assert [one.code for one in answer.departements] == ["06", "83", "971"]


def test_a_departement_that_is_not_one_is_not_found() -> None:
    with pytest.raises(NotFound, match="20"):
        list_memberships(WORLD, ListMemberships(departement="20"))


def test_codes_are_current_merged_split_or_unknown() -> None:
    answer = find_current_codes(WORLD, CurrentCodes(codes=("83001", "83900", "83901", "00000")))
    assert answer.actuels == {
        "83001": ("83001",),
        "83900": ("83001",),
        "83901": ("83001", "83050"),
        "00000": (),
    }
