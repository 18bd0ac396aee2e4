"""Tiles ready to be sent, of one Atlas: those of low zooms are kept, the others as long as there is room.

It must not know HTTP. Looking a tile up is for one thread; making one is for any.
"""

import hashlib
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

from services.geo.atlas import Atlas
from services.geo.tiles.collections import make_collection, offered
from services.geo.tiles.cut import Address, Collection, cut, reaches

DEEPEST = 14
# Few, slow to make and asked for by every map that opens.
KEPT_TO = 6
ROOM = 64 * 2**20
# What an entry costs beside its bytes.
ENTRY = 400
GZIP = 16 + zlib.MAX_WBITS
# Someone waits for a tile of a high zoom; 2 % more bytes then cost less than half the time.
THOROUGH, QUICK = 6, 1


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile as it is sent: gzipped, empty where nothing is drawn; `digest` of what it holds."""

    gzipped: bytes
    digest: str

    def plain(self) -> bytes:
        """The tile for whoever cannot read gzip."""
        return zlib.decompress(self.gzipped, GZIP)


class Tiles:
    """The tiles of every collection that an Atlas offers; layers asked for together are drawn in that order."""

    def __init__(self, atlas: Atlas, room: int = ROOM) -> None:
        """`room`: bytes of the tiles that may be forgotten."""
        self.atlas = atlas
        self.offered = offered(atlas)
        self._collections: dict[str, Collection] = {}
        self._making = Lock()
        self._prepared = False
        self._room = room
        self._used = 0
        self._kept: dict[tuple[tuple[str, ...], Address], Tile] = {}
        self._passing: OrderedDict[tuple[tuple[str, ...], Address], Tile] = OrderedDict()

    @property
    def prepared(self) -> bool:
        """Whether `prepare` was begun."""
        return self._prepared

    def begin(self) -> bool:
        """Whether it is for the caller to `prepare`: true once, for the first who asks."""
        with self._making:
            begun, self._prepared = self._prepared, True
            return not begun

    def collection(self, name: str) -> Collection:
        """The collection of an offered name, made when first asked for."""
        with self._making:
            if name not in self._collections:
                self._collections[name] = make_collection(self.atlas, name)
            return self._collections[name]

    def ready(self, layers: tuple[str, ...], address: Address) -> Tile | None:
        """The tile, if it is at hand."""
        key = (layers, address)
        tile = self._kept.get(key)
        if tile is None:
            tile = self._passing.get(key)
            if tile is not None:
                self._passing.move_to_end(key)
        return tile

    def make(self, layers: tuple[str, ...], address: Address) -> Tile:
        """Cut the tile: a millisecond at zoom 9, some tens with gzip at zoom 5."""
        drawn = b"".join(cut(self.collection(name), address) for name in layers)
        return _packed(drawn, THOROUGH if address.zoom <= KEPT_TO else QUICK)

    def keep(self, layers: tuple[str, ...], address: Address, tile: Tile) -> None:
        """Have the tile at hand, in place of those asked for least recently where there is no more room."""
        key = (layers, address)
        if address.zoom <= KEPT_TO:
            self._kept[key] = tile
            return
        if key not in self._passing:
            self._passing[key] = tile
            self._used += len(tile.gzipped) + ENTRY
        while self._used > self._room:
            _, forgotten = self._passing.popitem(last=False)
            self._used -= len(forgotten.gzipped) + ENTRY

    def prepare(self) -> None:
        """Have every tile of low zooms at hand, each collection alone: 1.5 s and 10 MB for all France."""
        for name in self.offered:
            for address in _reached(self.collection(name), Address(0, 0, 0)):
                if self.ready((name,), address) is None:
                    self.keep((name,), address, self.make((name,), address))


def _reached(collection: Collection, address: Address) -> Iterator[Address]:
    """The tile and those under it, down to the last zoom kept, wherever something may be drawn."""
    if reaches(collection, address):
        yield address
        if address.zoom < KEPT_TO:
            for quarter in address.quarters():
                yield from _reached(collection, quarter)


def _packed(layers: bytes, effort: int) -> Tile:
    if not layers:
        return Tile(b"", "")
    packer = zlib.compressobj(effort, wbits=GZIP)
    return Tile(packer.compress(layers) + packer.flush(), hashlib.sha256(layers).hexdigest()[:32])
