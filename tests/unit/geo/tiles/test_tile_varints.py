"""Varints and runs: what is written is read back, whatever the numbers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from services.geo.tiles.attributes import varint
from services.geo.tiles.varints import (
    gathered,
    offsets,
    read_varints,
    runs,
    unzigzag,
    varint_sizes,
    varints,
    zigzag,
)

NUMBERS = arrays.arrays(np.uint32, st.integers(0, 50))
SIGNED = arrays.arrays(np.int32, st.integers(0, 50))


@given(NUMBERS)
def test_numbers_written_are_read_back(numbers: np.ndarray[tuple[int], np.dtype[np.uint32]]) -> None:
    sizes = varint_sizes(numbers)
    written = varints(numbers, sizes)
    read, ends = read_varints(written)
    assert read.tolist() == numbers.tolist()
    assert ends.tolist() == np.cumsum(sizes).tolist()


@given(NUMBERS)
def test_many_numbers_at_once_are_written_as_one_by_one(
    numbers: np.ndarray[tuple[int], np.dtype[np.uint32]],
) -> None:
    written = varints(numbers, varint_sizes(numbers))
    assert written.tobytes() == b"".join(varint(number) for number in numbers.tolist())


@given(SIGNED)
def test_zigzag_and_back_is_the_same_number(numbers: np.ndarray[tuple[int], np.dtype[np.int32]]) -> None:
    assert unzigzag(zigzag(numbers)).tolist() == numbers.tolist()


def test_zigzag_counts_from_zero_outwards() -> None:
    assert zigzag(np.array([0, -1, 1, -2, 2], dtype=np.int32)).tolist() == [0, 1, 2, 3, 4]


@given(st.lists(st.binary(max_size=5), max_size=20), st.data())
def test_items_gathered_are_those_chosen_in_that_order(items: list[bytes], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.integers(0, len(items) - 1), max_size=20) if items else st.just([]))
    starts = offsets(np.array([len(item) for item in items], dtype=np.int64))
    body = np.frombuffer(b"".join(items), dtype=np.uint8)
    expected = b"".join(items[item] for item in chosen)
    assert gathered(body, starts, np.array(chosen, dtype=np.int64)) == expected
    at = np.array(chosen, dtype=np.int64)
    assert body[runs(starts[at], starts[at + 1] - starts[at])].tobytes() == expected
