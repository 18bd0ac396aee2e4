"""One block or several: pieces, islands, declared links, enclaves, and what joins pieces. On small countries."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.geo.atlas import Atlas
from services.geo.territory.blocks import Block, in_one_block
from services.geo.territory.links import declared_links
from shared.schemas.geo_checks import Link
from tests.unit.geo.world import atlas, commune, row_of_five, square

SIDE = 5
GRID = atlas(
    {commune(f"83{column}{row:02}"): square(column, row) for column in range(SIDE) for row in range(SIDE)}
)
CODES = [one.code for one in GRID.communes]
# The square at (8, 8) touches no other.
ARCHIPELAGO = atlas(
    {
        commune("83001"): square(0, 0),
        commune("83002"): square(1, 0),
        commune("83003", population=10): square(2, 0),
        commune("83004", population=5000): square(8, 8),
        commune("83005"): None,
    }
)
BRIDGE = Link(nature="pont", nom="pont d’essai", communes=("83002", "83004"), source="essai", date="2026")
TERRITORIES = st.lists(st.sampled_from(CODES), min_size=1, max_size=12, unique=True)


def block(world: Atlas, *codes: str, links: tuple[Link, ...] = ()) -> Block:
    return in_one_block(world, tuple(world.communes[world.index[code]] for code in sorted(codes)), links)


def test_an_island_is_told_apart_from_a_fragment() -> None:
    found = block(ARCHIPELAGO, "83001", "83003", "83004")
    assert [(piece.communes, piece.nature) for piece in found.pieces] == [
        (("83004",), "ile"),
        (("83001",), "principal"),
        (("83003",), "fragment"),
    ]
    assert (found.d_un_seul_tenant, found.relie) == (False, False)


def test_the_commune_between_two_pieces_is_proposed_and_no_island_is_joined_by_land() -> None:
    found = block(ARCHIPELAGO, "83001", "83003", "83004")
    assert [([place.code for place in one.communes], one.population) for one in found.rapprochements] == [
        (["83002"], 1000)
    ]
    assert found.rapprochements[0].morceaux == (1, 2)


def test_a_declared_link_joins_pieces_that_no_border_joins() -> None:
    found = block(ARCHIPELAGO, "83001", "83002", "83004", links=(BRIDGE,))
    assert (len(found.pieces), found.d_un_seul_tenant, found.relie) == (2, False, True)
    assert (found.liaisons, found.rapprochements) == ((BRIDGE,), ())


def test_a_link_may_be_part_of_what_would_join() -> None:
    found = block(ARCHIPELAGO, "83001", "83004", links=(BRIDGE,))
    assert [place.code for place in found.rapprochements[0].communes] == ["83002"]
    assert found.rapprochements[0].liaisons == (BRIDGE,)


def test_a_commune_without_polygon_leaves_it_unknown_unless_alone() -> None:
    unknown = block(ARCHIPELAGO, "83001", "83005")
    assert (unknown.d_un_seul_tenant, unknown.relie) == (None, None)
    assert block(ARCHIPELAGO, "83005").d_un_seul_tenant is True


def test_a_commune_all_around_which_communes_were_chosen_is_a_closed_enclave() -> None:
    ring = [f"83{column}{row:02}" for column in (1, 2, 3) for row in (1, 2, 3) if (column, row) != (2, 2)]
    found = block(GRID, *ring)
    assert [([place.code for place in one.communes], one.fermee) for one in found.enclaves] == [
        (["83202"], True)
    ]


def test_communes_surrounded_together_are_one_enclave() -> None:
    inside = {"83201", "83202"}
    ring = [f"83{column}{row:02}" for column in (1, 2, 3) for row in range(4)]
    found = block(GRID, *(code for code in ring if code not in inside))
    assert [{place.code for place in one.communes} for one in found.enclaves] == [inside]


def test_a_commune_between_the_territory_and_the_sea_is_cut_off_but_not_closed() -> None:
    found = block(GRID, "83001", "83101", "83100")
    assert block(GRID, "83001", "83100").enclaves[0].fermee is False
    assert [([place.code for place in one.communes], one.fermee) for one in found.enclaves] == [
        (["83000"], False)
    ]


def test_the_rest_of_the_country_is_no_enclave() -> None:
    assert block(row_of_five(), "83003").enclaves == ()


def test_a_city_chosen_whole_has_no_arrondissement_for_enclave() -> None:
    city = atlas(
        {
            commune("83050", population=2000): None,
            commune("83051", whole="83050"): square(0, 0),
            commune("83052", whole="83050"): square(1, 0),
            commune("83053"): square(2, 0),
            commune("83054"): square(3, 0),
        }
    )
    assert block(city, "83050", "83053", "83054").enclaves == ()
    # Between two pieces the city counts once, as itself.
    assert block(city, "83050", "83054").rapprochements[0].communes[0].code == "83053"


@settings(max_examples=100, deadline=None)
@given(TERRITORIES)
def test_pieces_share_out_the_territory_and_no_enclave_is_in_it(codes: list[str]) -> None:
    found = block(GRID, *codes)
    assert sorted(code for piece in found.pieces for code in piece.communes) == sorted(codes)
    assert not {place.code for one in found.enclaves for place in one.communes} & set(codes)


@settings(max_examples=100, deadline=None)
@given(TERRITORIES)
def test_adding_what_is_proposed_makes_one_piece(codes: list[str]) -> None:
    added = {place.code for one in block(GRID, *codes).rapprochements for place in one.communes}
    assert block(GRID, *(added | set(codes))).d_un_seul_tenant is True


@settings(max_examples=100, deadline=None)
@given(TERRITORIES)
def test_taking_in_the_enclaves_leaves_none_closed(codes: list[str]) -> None:
    inside = {place.code for one in block(GRID, *codes).enclaves for place in one.communes}
    assert not any(one.fermee for one in block(GRID, *(inside | set(codes))).enclaves)


def test_each_declared_link_has_two_ends_a_source_and_a_date() -> None:
    links = declared_links()
    assert len({frozenset(link.communes) for link in links}) == len(links) > 20
    assert all(link.source and link.date.isdigit() and link.nom for link in links)
