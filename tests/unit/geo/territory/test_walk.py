"""A walk from pieces: the fewest communes, then the fewest people, near the territory. On small countries."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.geo.atlas import Atlas
from services.geo.territory.gaps import bridges
from services.geo.territory.walk import MAX_ADDED_EACH_SIDE, Walk
from tests.unit.geo.world import atlas, commune, square

SIDE = 6
GRID = atlas(
    {
        commune(f"83{column}{row:02}", population=100 + 7 * column + row): square(column, row)
        for column in range(SIDE)
        for row in range(SIDE)
    }
)
PLACES = st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1))


def at(world: Atlas, *codes: str) -> list[tuple[int]]:
    return [(world.index[code],) for code in codes]


@settings(max_examples=50, deadline=None)
@given(PLACES, PLACES)
def test_two_squares_are_joined_by_as_many_as_lie_between_them(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    apart = abs(one[0] - other[0]) + abs(one[1] - other[1])
    if apart > 1:
        pieces = at(GRID, *(f"83{column}{row:02}" for column, row in (one, other)))
        found = bridges(GRID, pieces, [0, 1], {})
        assert [len(bridge.units) for bridge in found] == [apart - 1]


def test_among_as_many_communes_the_least_peopled_are_proposed() -> None:
    # Two ways around a lake: north through 83003, south through 83004.
    lake = atlas(
        {
            commune("83001"): square(0, 1),
            commune("83002"): square(2, 1),
            commune("83003", population=900): square(0, 2, 1000).union(square(1, 2)).union(square(2, 2)),
            commune("83004", population=300): square(0, 0, 1000).union(square(1, 0)).union(square(2, 0)),
        }
    )
    assert all(len(lake.shapes.adjacency.of(lake.index[code])) == 2 for code in ("83001", "83002"))
    (bridge,) = bridges(lake, at(lake, "83001", "83002"), [0, 1], {})
    assert [lake.communes[unit].code for unit in bridge.units] == ["83004"]


@settings(max_examples=50, deadline=None)
@given(st.lists(PLACES, min_size=2, max_size=6, unique=True))
def test_meetings_come_the_cheapest_first_each_once(places: list[tuple[int, int]]) -> None:
    walk = Walk(GRID, at(GRID, *(f"83{column}{row:02}" for column, row in places)), {})
    met = list(walk.meetings())
    assert [one.cost for one in met] == sorted(one.cost for one in met)
    assert len({frozenset(one.units) for one in met}) == len(met)
    for one in met:
        bridge = walk.bridge(one)
        people = sum(GRID.communes[unit].population or 0 for unit in bridge.units)
        assert (len(bridge.units), people) == one.cost


def test_pieces_too_far_apart_are_left_apart() -> None:
    row = atlas({commune(f"83{number:03}"): square(number, 0) for number in range(40)})
    last = 2 * MAX_ADDED_EACH_SIDE + 1
    assert len(bridges(row, at(row, "83000", f"83{last:03}"), [0, 1], {})[0].units) == last - 1
    assert bridges(row, at(row, "83000", f"83{last + 1:03}"), [0, 1], {}) == ()
