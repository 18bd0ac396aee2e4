"""Features as GeoJSON bytes made once and joined: nothing is serialised per request. Pure; degrees, longitude first.

The deflated form of a feature is kept too, from the first time that somebody asks for it compressed.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np
import orjson

from services.geo.features.collection import Collection

GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
FINAL_BLOCK = b"\x03\x00"
LEVEL = 6
# The brace that closes a feature, and the comma before the next.
CLOSING = b"},"


def deflated(raw: bytes) -> bytes:
    """Raw deflate blocks of `raw` that end on a byte and need nothing before them: they may be joined in any order."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(raw) + packer.flush(zlib.Z_FULL_FLUSH)


SEPARATOR = deflated(b",")


@dataclass(frozen=True)
class Laid:
    """Features laid end to end, a comma after each: that of position i is `text[starts[i]:starts[i + 1] - 1]`.

    `grounds`: where the geometry of each begins in that text.
    """

    text: bytes
    starts: list[int]
    grounds: list[int]


class FeatureTexts:
    """The features of one collection as texts. What it keeps never changes: threads may share it."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self.made = False
        self._making = Lock()
        self._packed: list[bytes | None] = [None] * len(collection)

    @cached_property
    def _laid(self) -> Laid:
        heads = self._heads()
        geometries = self.collection.ground.texts(self.collection.units)
        parts: list[bytes] = []
        for position, head in enumerate(heads):
            parts += (head, geometries[position], CLOSING)
        sizes = np.fromiter(map(len, parts), dtype=np.int64, count=len(parts)).reshape(-1, 3)
        starts = np.concatenate(([0], np.cumsum(sizes.sum(axis=1))))
        return Laid(b"".join(parts), starts.tolist(), (starts[:-1] + sizes[:, 0]).tolist())

    def _heads(self) -> Iterator[bytes]:
        """Each feature up to its geometry."""
        names = [one.nom for one in self.collection.properties]
        columns = [self.collection.table.column(name).to_pylist() for name in names]
        for code, values in zip(self.collection.codes, zip(*columns, strict=True), strict=True):
            properties = orjson.dumps(dict(zip(names, values, strict=True)))
            yield b'{"type":"Feature","id":%b,"properties":%b,"geometry":' % (orjson.dumps(code), properties)

    def make(self) -> None:
        """Make what is made once, and what boxes ask for; a second for all France, nothing the next times."""
        with self._making:
            _ = self._laid, self.collection.tree, self.collection.ground.degrees
            self.made = True

    def geometry(self, position: int) -> bytes:
        """GeoJSON geometry of one feature."""
        laid = self._laid
        return laid.text[laid.grounds[position] : laid.starts[position + 1] - len(CLOSING)]

    def open_feature(self, position: int) -> bytes:
        """One feature but for the brace that closes it, so that links may follow."""
        laid = self._laid
        return laid.text[laid.starts[position] : laid.starts[position + 1] - len(CLOSING)]

    def joined(self, positions: Sequence[int]) -> bytes:
        """Features separated by commas."""
        if not len(positions):
            return b""
        text, starts = self._laid.text, self._laid.starts
        if isinstance(positions, range):
            return text[starts[positions[0]] : starts[positions[-1] + 1] - 1]
        return b"".join([text[starts[one] : starts[one + 1]] for one in positions])[:-1]

    def gzipped(self, before: bytes, positions: Sequence[int], after: bytes) -> bytes:
        """A gzip file of `before`, the features separated by commas, and `after`."""
        raw = before + self.joined(positions) + after
        packed = SEPARATOR.join([self._deflated(position) for position in positions])
        sums = struct.pack("<LL", zlib.crc32(raw), len(raw) & 0xFFFFFFFF)
        return b"".join((GZIP_HEAD, deflated(before), packed, deflated(after), FINAL_BLOCK, sums))

    def _deflated(self, position: int) -> bytes:
        kept = self._packed[position]
        if kept is None:
            kept = self._packed[position] = deflated(self.open_feature(position) + b"}")
        return kept
