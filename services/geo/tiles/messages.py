"""Layer and Feature messages of Mapbox Vector Tile 2.1 (§4), every feature at a time. No geometry: bodies come encoded.

Messages are laid out in cells of equal width, one row a feature; a cell that a row does not use is `UNUSED`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.geo.tiles.attributes import ABSENT, Attributes, sized
from services.geo.tiles.geometry import MOVE_ONCE
from services.geo.tiles.varints import Bytes, Numbers, Positions, zigzag

POINT, POLYGON = 1, 3
_LAYER, _VERSION_2, _NAME, _EXTENT_4096 = b"\x1a", b"\x78\x02", b"\x0a", b"\x28\x80\x20"
_FEATURE, _ID, _TAGS, _TYPE, _GEOMETRY = 0x12, 0x08, 0x12, 0x18, 0x22

Cells = NDArray[np.uint16]
UNUSED = np.uint16(256)


@dataclass(frozen=True)
class Drawn:
    """Features of one kind in a tile: ids, first vertices (n, 2), and the rest of each geometry end to end."""

    ids: Positions
    firsts: NDArray[np.int32]
    body_sizes: Positions
    bodies: bytes


def layer(name: str, kind: int, drawn: Drawn, attributes: Attributes) -> bytes:
    """The Layer message with its tag, as it stands in a tile; nothing without feature. Ids are rows of attributes."""
    if not len(drawn.ids):
        return b""
    places, values = attributes.of_features(drawn.ids)
    head = _NAME + sized(name.encode())
    written = _features(kind, drawn, places).tobytes()
    return _LAYER + sized(
        b"".join((_VERSION_2, head, written, attributes.key_fields(), values, _EXTENT_4096))
    )


def _features(kind: int, drawn: Drawn, places: NDArray[np.int32]) -> Bytes:
    tags = np.hstack([_tag(key, places[:, key]) for key in range(places.shape[1])])
    start = zigzag(drawn.firsts)
    path = np.hstack((_same(MOVE_ONCE, drawn.ids), _varint(start[:, 0]), _varint(start[:, 1])))
    message = np.hstack(
        (
            _same(_ID, drawn.ids),
            _varint(drawn.ids.astype(np.uint32)),
            _same(_TAGS, drawn.ids),
            _varint(_used(tags)),
            tags,
            _same(_TYPE, drawn.ids),
            _same(kind, drawn.ids),
            _same(_GEOMETRY, drawn.ids),
            _varint(_used(path) + drawn.body_sizes.astype(np.uint32)),
            path,
        )
    )
    size = _varint(_used(message) + drawn.body_sizes.astype(np.uint32))
    heads = np.hstack((_same(_FEATURE, drawn.ids), size, message))
    used = heads < UNUSED
    # Head and body of each feature in turn.
    sizes = np.column_stack((used.sum(axis=1), drawn.body_sizes)).ravel()
    is_head = np.repeat(np.tile([True, False], len(drawn.ids)), sizes)
    written = np.empty(len(is_head), dtype=np.uint8)
    written[is_head] = heads[used]
    written[~is_head] = np.frombuffer(drawn.bodies, dtype=np.uint8)
    return written


def _same(byte: int, ids: Positions) -> Cells:
    return np.full((len(ids), 1), byte, dtype=np.uint16)


def _varint(numbers: Numbers) -> Cells:
    """A varint a row, as wide as the largest."""
    cells: list[Cells] = []
    shifted = numbers
    while True:
        longer = shifted > 127
        cell = ((shifted & 127) | (longer.astype(np.uint32) << 7)).astype(np.uint16)
        cells.append(np.where(shifted > 0, cell, UNUSED) if cells else cell)
        if not longer.any():
            return np.column_stack(cells)
        # A septet of zero under a higher one cannot be: what is left is zero only past the end.
        shifted = shifted >> np.uint32(7)


def _tag(key: int, place: NDArray[np.int32]) -> Cells:
    """Key and value of a feature; neither where the value is absent."""
    present = place != ABSENT
    cells = _varint(np.where(present, place, 0).astype(np.uint32))
    pair = np.hstack((np.full((len(place), 1), key, dtype=np.uint16), cells))
    pair[~present] = UNUSED
    return pair


def _used(cells: Cells) -> Numbers:
    sizes: Numbers = (cells < UNUSED).sum(axis=1).astype(np.uint32)
    return sizes
