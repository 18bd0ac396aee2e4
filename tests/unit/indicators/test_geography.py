"""What the cut reads of geography: EPCI, centres and populations, in the order of the codes."""

import numpy as np

from services.indicators.geography import NO_VILLE, geography_of
from shared.schemas.geo import Membership
from tests.unit.indicators.worlds import membership


def test_units_are_sorted_and_their_facts_follow_them() -> None:
    world = geography_of(
        [
            membership("83002", epci="200", population=300, centre=(6.5, 43.5)),
            membership("83001", epci="100", population=200, centre=(6.0, 43.0)),
        ],
        2026,
        "essai",
    )
    assert world.codes == ("83001", "83002")
    assert world.epcis == ("100", "200")
    assert world.populations.tolist() == [200, 300]
    assert world.centres.tolist() == [[6.0, 43.0], [6.5, 43.5]]


def test_what_geo_does_not_know_is_none_nan_and_zero() -> None:
    world = geography_of([membership("83001", population=None)], 2026, "essai")
    assert world.epcis == (None,)
    assert world.populations.tolist() == [0]
    assert np.isnan(world.centres).all()
    assert world.centres.shape == (1, 2)


def test_an_arrondissement_takes_the_epci_of_its_city_where_it_has_none() -> None:
    city = membership("75056", epci="200054781")
    world = geography_of(
        [membership("75102"), membership("75101", epci="autre"), city, membership("83001", epci="83")],
        2026,
        "essai",
    )
    assert dict(zip(world.codes, world.epcis, strict=True)) == {
        "75056": "200054781",
        "75101": "autre",
        "75102": "200054781",
        "83001": "83",
    }
    assert world.villes.tolist() == [NO_VILLE, 0, 0, NO_VILLE]


def test_an_arrondissement_whose_city_is_not_listed_has_no_epci() -> None:
    world = geography_of([membership("75101")], 2026, "essai")
    assert world.epcis == (None,)


def test_a_world_without_communes_has_arrays_of_the_right_shape() -> None:
    nobody: list[Membership] = []
    world = geography_of(nobody, 2026, "essai")
    assert world.centres.shape == (0, 2)
    assert world.populations.shape == (0,)
