"""Protocol Buffers varints and runs of unequal length, whole arrays at a time. Knows nothing of tiles or geometry."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.uint32]
Positions = NDArray[np.int64]


def runs(starts: NDArray[Any], sizes: NDArray[Any]) -> Positions:
    """Positions start, start + 1, … of each run, laid end to end."""
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - sizes), sizes) + np.arange(total)


def offsets(sizes: NDArray[Any]) -> Positions:
    """Where each run starts when they lie end to end, and last where they all end."""
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)


def gathered(body: Bytes, starts: NDArray[Any], chosen: Positions) -> bytes:
    """Items of `body` end to end: item i lies from starts[i] to starts[i + 1]. Quick where they follow each other."""
    if not len(chosen):
        return b""
    breaks = np.flatnonzero(np.diff(chosen) != 1)
    first = starts[chosen[np.concatenate(([0], breaks + 1))]]
    last = starts[chosen[np.append(breaks, -1)] + 1]
    view = body.data
    return b"".join([view[start:end] for start, end in zip(first.tolist(), last.tolist(), strict=True)])


def varint_sizes(numbers: Numbers) -> Positions:
    """Bytes that each number takes, 1 to 5."""
    sizes = np.ones(numbers.shape, dtype=np.int64)
    for bits in (7, 14, 21, 28):
        longer = numbers >= np.uint32(1 << bits)
        if not longer.any():
            break
        sizes += longer
    return sizes


def varints(numbers: Numbers, sizes: Positions) -> Bytes:
    """Bytes of the numbers, end to end; `sizes` are their `varint_sizes`."""
    ends = np.cumsum(sizes)
    starts = ends - sizes
    written = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    written[starts] = (numbers & 127) | ((sizes > 1) << 7)
    for byte in range(1, 5):
        longer = np.flatnonzero(sizes > byte)
        if not len(longer):
            break
        septet = (numbers[longer] >> np.uint32(7 * byte)) & 127
        written[starts[longer] + byte] = septet | ((sizes[longer] > byte + 1) << 7)
    return written


def read_varints(written: Bytes) -> tuple[Numbers, Positions]:
    """The numbers and the position after the last byte of each."""
    ends = np.flatnonzero(written < 128) + 1
    sizes = np.diff(ends, prepend=0)
    starts = ends - sizes
    place = np.arange(len(written)) - np.repeat(starts, sizes)
    septets = (written & 127).astype(np.uint32) << (7 * place).astype(np.uint32)
    numbers = np.add.reduceat(septets, starts) if len(starts) else septets
    return numbers.astype(np.uint32), ends


def zigzag(signed: NDArray[np.int32]) -> Numbers:
    """0, -1, 1, -2… as 0, 1, 2, 3…"""
    numbers: Numbers = ((signed << 1) ^ (signed >> 31)).view(np.uint32)
    return numbers


def unzigzag(numbers: Numbers) -> NDArray[np.int32]:
    """The inverse of `zigzag`."""
    signed: NDArray[np.int32] = (numbers >> np.uint32(1)).view(np.int32) ^ -(
        (numbers & np.uint32(1)).view(np.int32)
    )
    return signed
