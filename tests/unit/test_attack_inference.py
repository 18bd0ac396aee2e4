"""What the attacker infers is true, and it misses nothing that a few sums give away."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.attack.answers import Precision, Reader
from tests.attack.facts import Claim, Fact, Ground, row
from tests.attack.inference import Scope, eliminated, infer, merged
from tests.attack.knowledge import Knowledge, read_catalogue
from tests.attack.linear import Constraint, System
from tests.attack.naive_world import ALD, BOTH, ROW, WHOLE, catalogue

CODES = ("01001", "01002", "01003", "01004")
EVERYWHERE = 0b1111
GROUND = Ground(CODES, ("01",) * 4, ("84",) * 4, frozenset(("departement",)))
KNOWLEDGE: Knowledge = read_catalogue(catalogue())
SCOPE = Scope(GROUND, KNOWLEDGE, EVERYWHERE)


def told(name: str, communes: int, count: float) -> Fact:
    return Fact(row(name), communes, count, count, "test")


def claims_on(name: str, facts: list[Fact], *, suppose: bool = False) -> dict[str, tuple[int, int]]:
    scope = Scope(GROUND, KNOWLEDGE, EVERYWHERE, suppose=suppose)
    return {
        claim.commune: (claim.low, claim.high)
        for claim in infer(facts, scope, "test")
        if claim.target == name
    }


def test_two_sums_one_commune_apart_give_it() -> None:
    assert claims_on(ALD[0], [told(ALD[0], 0b1111, 37), told(ALD[0], 0b1110, 30)]) == {"01001": (7, 7)}


def test_three_overlapping_pairs_give_each_commune() -> None:
    sums = [told(ALD[0], 0b0011, 9), told(ALD[0], 0b0110, 8), told(ALD[0], 0b0101, 7)]
    assert claims_on(ALD[0], sums) == {"01001": (4, 4), "01002": (5, 5), "01003": (3, 3)}


def test_one_sum_of_two_communes_gives_neither() -> None:
    assert claims_on(ALD[0], [told(ALD[0], 0b0011, 14)]) == {}


def test_a_sum_near_the_most_that_few_people_can_be_gives_both_to_whoever_supposes_them_few() -> None:
    assert claims_on(ALD[0], [told(ALD[0], 0b0011, 19)], suppose=True) == {"01001": (9, 10), "01002": (9, 10)}


def test_a_part_is_bounded_by_the_group_that_holds_it() -> None:
    found = claims_on(BOTH, [told(ROW, 0b0001, 3), told(WHOLE, 0b0001, 200)])
    assert found == {"01001": (0, 3)}


def test_a_rate_without_its_count_gives_the_count_where_the_denominator_is_told() -> None:
    reader = Reader(GROUND, KNOWLEDGE)
    rate = {"count": None, "rate": 5.2}
    facts = [told(WHOLE, 1, 134), *reader.value(ROW, rate, 1, "test")]
    assert claims_on(ROW, facts) == {"01001": (7, 7)}


def test_a_rounded_count_is_read_half_a_step_away() -> None:
    reader = Reader(GROUND, KNOWLEDGE, Precision(2.5))
    (fact,) = reader.value(ALD[0], {"count": 10, "rate": None}, 1, "test")
    assert (fact.low, fact.high) == (7.5, 12.5)


def test_sums_that_contradict_each_other_are_left_as_they_are() -> None:
    noisy = [told(ALD[0], 0b0011, 9), told(ALD[0], 0b1100, 8), told(ALD[0], 0b1111, 20)]
    assert eliminated(merged(noisy)) == noisy


@given(
    counts=st.lists(st.integers(0, 30), min_size=4, max_size=4),
    sums=st.lists(st.tuples(st.integers(1, EVERYWHERE), st.integers(0, 3)), min_size=1, max_size=6),
)
@settings(max_examples=60, deadline=None)
def test_claims_hold_the_truth(counts: list[int], sums: list[tuple[int, int]]) -> None:
    facts = []
    for communes, slack in sums:
        total = sum(count for place, count in enumerate(counts) if communes >> place & 1)
        facts.append(Fact(row(ALD[0]), communes, total - slack, total + slack, "test"))
    for claim in infer(facts, SCOPE, "test"):
        if claim.target == ALD[0]:
            assert claim.low <= counts[CODES.index(claim.commune)] <= claim.high


@given(
    counts=st.lists(st.integers(0, 4), min_size=3, max_size=3),
    masks=st.lists(st.integers(1, 7), min_size=1, max_size=3, unique=True),
)
@settings(max_examples=60, deadline=None)
def test_intervals_are_no_wider_than_every_whole_solution_needs_but_for_fractions(
    counts: list[int], masks: list[int]
) -> None:
    system = System()
    rows = []
    for mask in masks:
        places = [place for place in range(3) if mask >> place & 1]
        total = sum(counts[place] for place in places)
        rows.append((places, total))
        system.add(Constraint({("x", place): 1.0 for place in places}, total, total))
    for place in range(3):
        system.suppose(("x", place), 4)
    system.narrow()
    found = system.intervals([{("x", place): 1.0} for place in range(3)], 5)
    solutions = [
        values
        for values in product(range(5), repeat=3)
        if all(sum(values[place] for place in places) == total for places, total in rows)
    ]
    for place, (low, high) in enumerate(found):
        least, most = min(v[place] for v in solutions), max(v[place] for v in solutions)
        assert low <= least + 1e-6
        assert high >= most - 1e-6
        if least == most:
            assert high - low < 1


@pytest.mark.parametrize("width", [0, 4])
def test_a_claim_is_as_wide_as_what_it_leaves_open(width: int) -> None:
    assert Claim(ALD[0], CODES[0], 3, 3 + width, "test").width == width
