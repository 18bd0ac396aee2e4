"""Facts and checks of a territory (DOMAIN §1), on a row of five square communes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.geo.atlas import Atlas
from services.geo.territory.funding import published_scales
from services.geo.territory.resolve import resolve
from shared.errors import AmbiguousCommunes, EmptyTerritory, TerritoryTooLarge, UnknownCommunes
from shared.schemas.geo import ResolveTerritory, Territory, Zonage
from tests.unit.geo.world import atlas, commune, row_of_five, square

ROW = row_of_five()


def territory(world: Atlas, *codes: str, maximum: int = 2000) -> Territory:
    return resolve(world, ResolveTerritory(communes=codes), scales=published_scales(), max_communes=maximum)


def notices(resolved: Territory) -> dict[str, tuple[str, ...]]:
    return {notice.code: notice.communes for notice in resolved.notices}


def test_communes_side_by_side_are_one_piece() -> None:
    resolved = territory(ROW, "83002", "83001")
    assert resolved.d_un_seul_tenant
    assert [piece.communes for piece in resolved.pieces] == [("83001", "83002")]
    assert (resolved.population, resolved.superficie_km2) == (2000, 2.0)


def test_a_gap_makes_two_pieces_the_most_peopled_first() -> None:
    resolved = territory(ROW, "83001", "83003", "83004")
    assert not resolved.d_un_seul_tenant
    assert [piece.communes for piece in resolved.pieces] == [("83003", "83004"), ("83001",)]


def test_communes_are_sorted_by_code_whatever_the_order_given() -> None:
    assert [one.code for one in territory(ROW, "83003", "83001").communes] == ["83001", "83003"]


def test_all_unknown_codes_are_listed_at_once_with_what_was_probably_meant() -> None:
    world = atlas({commune("2A004"): None, commune("06001"): None})
    with pytest.raises(UnknownCommunes) as refused:
        territory(world, "2a004", "6001", "99999", "06001")
    assert refused.value.extensions["codes"] == ["2a004", "6001", "99999"]
    assert refused.value.extensions["suggestions"] == {"2a004": "2A004", "6001": "06001"}


def test_a_collectivity_out_of_scope_is_said_to_be() -> None:
    with pytest.raises(UnknownCommunes, match="outre-mer"):
        territory(ROW, "97501")


def test_an_old_code_is_mapped_to_its_commune_with_a_notice() -> None:
    world = atlas(
        {commune("83001", "Neuve"): square(0, 0)},
        successors={"83900": ("83001",)},
        old_names={"83900": "Vieille"},
    )
    resolved = territory(world, "83900")
    assert [one.code for one in resolved.communes] == ["83001"]
    assert notices(resolved) == {"commune_remplacee": ("83900", "83001")}
    assert resolved.notices[0].detail == "Vieille (83900) est aujourd’hui dans Neuve (83001)."


def test_the_code_of_a_split_commune_must_be_made_precise() -> None:
    world = atlas(
        {commune("83001"): square(0, 0), commune("83002"): square(1, 0)},
        successors={"83900": ("83001", "83002")},
    )
    with pytest.raises(AmbiguousCommunes) as refused:
        territory(world, "83900")
    assert refused.value.extensions["codes"] == {"83900": ["83001", "83002"]}


def test_duplicates_also_after_mapping_count_once_with_a_notice() -> None:
    world = atlas({commune("83001"): square(0, 0)}, successors={"83900": ("83001",)})
    resolved = territory(world, "83001", "83900", "83001")
    assert resolved.population == 1000
    assert notices(resolved)["doublon"] == ("83001",)


def test_an_arrondissement_of_a_chosen_city_is_not_counted_twice() -> None:
    world = atlas(
        {
            commune("83050", "Ville", population=2000): None,
            commune("83051", whole="83050"): square(0, 0),
            commune("83052", whole="83050"): square(1, 0),
        }
    )
    resolved = territory(world, "83050", "83051")
    assert [one.code for one in resolved.communes] == ["83050"]
    assert resolved.population == 2000
    assert notices(resolved) == {"doublon": ("83051",)}
    assert territory(world, "83051", "83052").d_un_seul_tenant


def test_no_commune_is_no_territory() -> None:
    with pytest.raises(EmptyTerritory):
        territory(ROW)


def test_a_territory_too_large_says_the_maximum_and_what_was_received() -> None:
    with pytest.raises(TerritoryTooLarge) as refused:
        territory(ROW, "83001", "83002", "83003", maximum=2)
    assert refused.value.extensions == {"maximum": 2, "received": 3}


def test_a_commune_without_polygon_still_resolves_and_is_left_out_of_the_pieces() -> None:
    world = atlas({commune("83001"): square(0, 0), commune("83002"): None})
    resolved = territory(world, "83001", "83002")
    assert [piece.communes for piece in resolved.pieces] == [("83001",)]
    assert [one.contour for one in resolved.communes] == [True, False]
    assert notices(resolved) == {"sans_contour": ("83002",)}
    assert territory(world, "83002").superficie_km2 is None


def test_an_unknown_population_counts_for_nothing_and_is_said() -> None:
    world = atlas({commune("83001"): square(0, 0), commune("83002", population=None): square(1, 0)})
    resolved = territory(world, "83001", "83002")
    assert resolved.population == 1000
    assert notices(resolved) == {"population_inconnue": ("83002",)}


def test_unknown_zonage_is_never_hors_zone_and_makes_no_total_of_qpv() -> None:
    world = atlas(
        {
            commune("83001", zonage=Zonage.ZIP, qpv=1): square(0, 0),
            commune("83002", zonage=Zonage.HZ, qpv=2): square(1, 0),
            commune("83003"): square(2, 0),
        }
    )
    known = territory(world, "83001", "83002")
    assert (known.zonage.zip, known.zonage.renseignees, known.qpv_par_commune) == (1, 2, 3)
    partly = territory(world, "83001", "83002", "83003")
    assert (partly.zonage.renseignees, partly.zonage.communes, partly.qpv_par_commune) == (2, 3, None)
    assert partly.communes[2].zonage is Zonage.INCONNU


def test_several_departements_are_counted_the_largest_share_first() -> None:
    world = atlas(
        {commune("06001"): square(0, 0), commune("83001"): square(1, 0), commune("83002"): square(2, 0)}
    )
    resolved = territory(world, "06001", "83001", "83002")
    assert [(one.code, one.communes) for one in resolved.departements] == [("83", 2), ("06", 1)]
    assert [region.code for region in resolved.regions] == ["93"]


@given(st.lists(st.sampled_from(["83001", "83002", "83003", "83004", "83005"]), min_size=1, max_size=8))
@settings(deadline=None)
def test_resolving_is_idempotent(codes: list[str]) -> None:
    once = territory(ROW, *codes)
    again = territory(ROW, *(one.code for one in once.communes))
    assert again == once.model_copy(update={"notices": ()})
    assert sorted(code for piece in once.pieces for code in piece.communes) == sorted(set(codes))
