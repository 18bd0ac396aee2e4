"""Features as GeoJSON bytes made once and joined: nothing is serialised per request. Pure; degrees, longitude first.

The deflated form of a feature is kept too, from the first time that somebody asks for it compressed.
"""

import struct
import zlib
from collections.abc import Sequence
from functools import cached_property

import orjson

from services.geo.features.collection import Collection
from services.geo.shapes.geojson import Fragments

GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
FINAL_BLOCK = b"\x03\x00"
LEVEL = 6


def deflated(raw: bytes) -> bytes:
    """Raw deflate blocks of `raw` that end on a byte and need nothing before them: they may be joined in any order."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(raw) + packer.flush(zlib.Z_FULL_FLUSH)


SEPARATOR = deflated(b",")


class FeatureTexts:
    """The features of one collection as texts. What it keeps never changes: threads may share it."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self.made = False
        self._packed: list[bytes | None] = [None] * len(collection)

    @cached_property
    def heads(self) -> tuple[bytes, ...]:
        """Each feature up to its geometry."""
        names = [one.nom for one in self.collection.properties]
        columns = [self.collection.table.column(name).to_pylist() for name in names]
        return tuple(
            b'{"type":"Feature","id":'
            + orjson.dumps(code)
            + b',"properties":'
            + orjson.dumps(dict(zip(names, values, strict=True)))
            + b',"geometry":'
            for code, values in zip(self.collection.codes, zip(*columns, strict=True), strict=True)
        )

    @cached_property
    def _units(self) -> list[int]:
        units: list[int] = self.collection.units.tolist()
        return units

    @property
    def geometries(self) -> Fragments:
        """GeoJSON geometry of each unit of the ground."""
        return self.collection.ground.texts

    def make(self) -> None:
        """Make what is made once; seconds for all France, nothing the next times."""
        _ = self.heads, self.geometries, self._units
        self.made = True

    def open_feature(self, position: int) -> bytes:
        """One feature but for the brace that closes it, so that links may follow."""
        return self.heads[position] + self.geometries[self._units[position]]

    def joined(self, positions: Sequence[int]) -> bytes:
        """Features separated by commas."""
        heads, units = self.heads, self._units
        text, starts = self.geometries.text, self.geometries.starts
        if not len(positions):
            return b""
        parts: list[bytes] = []
        for position in positions:
            unit = units[position]
            parts += (heads[position], text[starts[unit] : starts[unit + 1]], b"},")
        parts[-1] = b"}"
        return b"".join(parts)

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
