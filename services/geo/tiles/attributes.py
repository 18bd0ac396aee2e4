"""What a tile says of each feature beside its shape: values encoded once, looked up by number in each tile. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from services.geo.tiles.varints import Bytes, Positions, gathered, offsets

Value = str | int | None
ABSENT = -1
_KEY, _VALUE, _STRING, _INTEGER = b"\x1a", b"\x22", b"\x0a", b"\x20"


@dataclass(frozen=True)
class Attributes:
    """`numbers` (features, keys): which value each feature has, `ABSENT` for none; values end to end in `body`.

    Keys and values are written as fields of a Layer message (Mapbox Vector Tile 2.1, §4.1).
    """

    keys: tuple[str, ...]
    numbers: NDArray[np.int32]
    starts: Positions
    body: Bytes

    @classmethod
    def of(cls, columns: Mapping[str, Sequence[Value]]) -> Self:
        """Columns of equal length; None is no value. A value that two features share is kept once."""
        known: dict[Value, int] = {None: ABSENT}
        numbers = [
            [known.setdefault(value, len(known) - 1) for value in column] for column in columns.values()
        ]
        texts = [_value(value) for value in known if value is not None]
        return cls(
            tuple(columns),
            np.array(numbers, dtype=np.int32).T,
            offsets(np.array([len(text) for text in texts], dtype=np.int64)),
            np.frombuffer(b"".join(texts), dtype=np.uint8),
        )

    def key_fields(self) -> bytes:
        """Every key, as a Layer holds them."""
        return b"".join(_KEY + sized(key.encode()) for key in self.keys)

    def of_features(self, features: Positions) -> tuple[NDArray[np.int32], bytes]:
        """For some features: the place of each value among those the tile needs, and these as a Layer holds them."""
        numbers = self.numbers[features]
        # The last place stands for ABSENT.
        needed = np.zeros(len(self.starts), dtype=bool)
        needed[numbers] = True
        needed[ABSENT] = False
        wanted = np.flatnonzero(needed)
        place = np.full(len(needed), ABSENT, dtype=np.int32)
        place[wanted] = np.arange(len(wanted), dtype=np.int32)
        return place[numbers], gathered(self.body, self.starts, wanted)


def varint(number: int) -> bytes:
    """One number, not negative, as a Protocol Buffers varint."""
    written = bytearray()
    while number > 127:
        written.append(number & 127 | 128)
        number >>= 7
    written.append(number)
    return bytes(written)


def sized(text: bytes) -> bytes:
    """A text preceded by its size, as a field of bytes holds it."""
    return varint(len(text)) + text


def _value(value: str | int) -> bytes:
    text = _STRING + sized(value.encode()) if isinstance(value, str) else _INTEGER + varint(value)
    return _VALUE + sized(text)
