"""The closed rule on atoms made by hand: each way to fail it is found, and only that."""

from dataclasses import replace

import numpy as np
import pytest

from services.indicators.secrecy.audit.closed_form import failures
from services.indicators.secrecy.piece import Partition, Piece
from tests.unit.indicators.audit_worlds import alone, cut, row


def found_in(pieces: list[Piece], partition: Partition) -> set[tuple[str, int, str]]:
    flags = failures(pieces, partition)
    assert {flag.reason for flag in flags} <= {"rule"}
    return {(flag.row, flag.unit, flag.quorum) for flag in flags}


def test_safe_communes_may_stand_alone() -> None:
    assert found_in([row("n", [11, 40], among=[100, 100])], {"n": alone(2)}) == set()


def test_an_unsafe_commune_alone_fails_the_count_and_the_interval() -> None:
    assert found_in([row("n", [3, 40], among=[100, 100])], {"n": alone(2)}) == {
        ("n", 0, "n"),
        ("n", 0, "intervalle"),
    }


def test_a_bloc_of_unsafe_communes_passes_in_the_middle_of_its_range() -> None:
    # Three cells from 0 to 10: 15 leaves each of them all of 0 to 10.
    assert found_in([row("n", [5, 5, 5], among=[99] * 3)], {"n": cut([1, 1, 1])}) == set()


@pytest.mark.parametrize("n", [[9, 9, 9], [10, 10, 1]])
def test_a_bloc_near_the_end_of_its_range_narrows_its_cells(n: list[int]) -> None:
    # 27 of at most 30: none can be under 7. 21 of at most 30: none can be under 1.
    assert {quorum for *_, quorum in found_in([row("n", n, among=[99] * 3)], {"n": cut([1, 1, 1])})} == {
        "intervalle"
    }


def test_one_other_commune_that_cannot_move_leaves_no_room() -> None:
    # Safe from 11 to 14: its width of 3 is all that the unsafe one can be missing.
    narrow = row("n", [5, 12], among=[99, 14])
    assert ("n", 0, "intervalle") in found_in([narrow], {"n": cut([1, 1])})


def test_a_group_that_can_be_derived_is_held_to_the_counts_that_can() -> None:
    piece = row("n", [2, 3, 0], among=[99] * 3)
    assert ("n", 0, "n") not in found_in([piece], {"n": cut([1, 1, 1], known=False)})
    derived = found_in([piece], {"n": cut([1, 1, 1], shown=False)})
    assert {quorum for *_, quorum in derived} == {"n", "intervalle"}


def test_the_complement_is_a_count_like_another() -> None:
    piece = row("n", [14, 16], among=[20, 20], two_sided=True)
    assert ("n", 1, "d - n") in found_in([piece], {"n": cut([1, 1])})


def test_one_professional_may_not_dominate_what_is_shown() -> None:
    piece = replace(row("n", [40, 60], most=500), lead=np.array([39.0, 1.0]), dominance=0.85)
    assert found_in([piece], {"n": cut([1, 1])}) == set()
    assert ("n", 0, "dominance") in found_in([piece], {"n": alone(2)})


def test_an_atom_may_not_tear_one_of_its_parents() -> None:
    whole = row("whole", [60, 60, 60], among=[99] * 3)
    part = row("part", [20, 20, 20], among=whole, parent=whole)
    nested = {"whole": cut([1, 1, 2]), "part": cut([1, 1, 1])}
    torn = {"whole": cut([1, 1, 2]), "part": cut([1, 2, 2])}
    assert found_in([whole, part], nested) == set()
    assert {(name, quorum) for name, _, quorum in found_in([whole, part], torn)} == {("part", "dans whole")}
    hidden = {"whole": cut([0, 0, 1]), "part": cut([1, 2, 3])}
    assert found_in([whole, part], hidden) == set()


def test_a_commune_without_data_is_in_no_atom() -> None:
    piece = row("n", [30, 30, 30], among=[99] * 3)
    missing = replace(piece, loaded=np.array([True, True, False]))
    assert found_in([missing], {"n": cut([1, 2, 0])}) == set()
    assert ("n", 2, "découpage") in found_in([missing], {"n": cut([1, 2, 3])})
    assert found_in([missing], {"n": cut([1, 0, 0])}) == set()


def test_atoms_are_judged_as_one_by_one() -> None:
    """A thousand communes in sets of one to six, against the rule written out for one set at a time."""
    rng = np.random.default_rng(3)
    n, d = rng.integers(0, 25, 1000), rng.integers(25, 60, 1000)
    labels = np.repeat(np.arange(1, 1001), rng.integers(1, 7, 1000))[:1000]
    piece = row("n", n.tolist(), among=d.tolist())
    expected = set()
    for label in np.unique(labels).tolist():
        units = np.flatnonzero(labels == label)
        if n[units].sum() < 11:
            expected.add((label, "n"))
        total, low, high = n[units].sum(), piece.low[units], piece.high[units]
        for at in np.flatnonzero(n[units] < 11).tolist():
            others_low, others_high = low.sum() - low[at], high.sum() - high[at]
            least, most = max(low[at], total - others_high), min(high[at], total - others_low)
            if most - least < 10:
                expected.add((label, "intervalle"))
    found = {
        (int(labels[unit]), quorum) for _, unit, quorum in found_in([piece], {"n": cut(labels.tolist())})
    }
    assert {label for label, _ in expected} <= {label for label, _ in found}
    assert {label for label, quorum in found if quorum == "n"} == {
        label for label, quorum in expected if quorum == "n"
    }
    assert 0 < len(found) < len(np.unique(labels))
