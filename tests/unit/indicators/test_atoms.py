"""The query sums whole atoms and nothing else, whatever the partition."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.atoms import AtomTable, Rows, atom_table

UNITS, ROWS = 8, 3
Partition = tuple[list[list[int]], list[list[int]]]

partitions = st.tuples(
    st.lists(st.lists(st.integers(0, 3), min_size=ROWS, max_size=ROWS), min_size=UNITS, max_size=UNITS),
    st.lists(st.lists(st.integers(0, 500), min_size=ROWS, max_size=ROWS), min_size=UNITS, max_size=UNITS),
)
territories = st.sets(st.integers(0, UNITS - 1), min_size=1)


def table_of(partition: Partition) -> tuple[AtomTable, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Atom 0 is none; the same label in two rows is two atoms."""
    labels, counts = np.array(partition[0], dtype=np.int64), np.array(partition[1], dtype=np.int64)
    rows = Rows(UNITS)
    for row in range(ROWS):
        rows.add(str(row), labels[:, row], counts[:, row], counts[:, row] + 1, np.ones(UNITS, dtype=bool))
    return atom_table(rows), labels, counts


def positions(units: set[int]) -> npt.NDArray[np.intp]:
    return np.array(sorted(units), dtype=np.intp)


@given(partitions, territories)
def test_no_atom_partly_inside_contributes(partition: Partition, inside: set[int]) -> None:
    table, labels, counts = table_of(partition)
    totals = table.totals(positions(inside))
    for row in range(ROWS):
        members: dict[int, set[int]] = {}
        for unit in range(UNITS):
            members.setdefault(int(labels[unit, row]), set()).add(unit)
        whole = [group for label, group in members.items() if label and group <= inside]
        kept = set().union(*whole)
        assert totals.n[row] == sum(counts[unit, row] for unit in kept)
        assert totals.d[row] == sum(counts[unit, row] + 1 for unit in kept)
        assert {
            unit for unit, is_kept in zip(sorted(inside), totals.kept[:, row], strict=True) if is_kept
        } == kept


@given(partitions, territories, territories)
def test_disjoint_territories_never_add_up_to_more_than_their_union(
    partition: Partition, one: set[int], other: set[int]
) -> None:
    table, _, _ = table_of(partition)
    other = other - one
    apart = table.totals(positions(one)).n + table.totals(positions(other)).n
    assert (apart <= table.totals(positions(one | other)).n).all()


@given(partitions, territories, st.permutations(range(UNITS)))
def test_the_order_of_communes_never_matters(
    partition: Partition, inside: set[int], order: list[int]
) -> None:
    table, _, _ = table_of(partition)
    shuffled = [unit for unit in order if unit in inside]
    mixed = table.totals(np.array(shuffled, dtype=np.intp))
    sorted_totals = table.totals(positions(inside))
    assert (mixed.n == sorted_totals.n).all()
    assert (mixed.d == sorted_totals.d).all()


def test_a_commune_that_the_release_does_not_know_is_in_no_atom() -> None:
    table, _, _ = table_of(([[1] * ROWS] * UNITS, [[20] * ROWS] * UNITS))
    totals = table.totals(np.array([*range(UNITS), UNITS], dtype=np.intp))
    assert not totals.kept[-1].any()
    assert (totals.n == 20 * UNITS).all()


def test_an_atom_holds_no_unit_without_data() -> None:
    one = np.ones(1, dtype=np.int64)
    with pytest.raises(ValueError, match="without data"):
        Rows(1).add("row", one, one, one, one == 0)
