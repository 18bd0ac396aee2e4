"""Polygons as GeoJSON geometry texts, many at once: numpy writes the digits. Pure: it makes no feature, no answer.

Texts are in degrees (WGS84), longitude first, shells counter-clockwise (RFC 7946); `null` without polygon.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.geo.shapes.polygons import Ints, Polygons
from services.geo.shapes.projections import legal_projections, to_degrees

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

# Six decimals of a degree: a tenth of a metre, below what the sources hold.
DECIMALS = 6
# Vertices written at a time: what is held while writing stays under 50 MB.
AT_ONCE = 200_000


@dataclass(frozen=True)
class Fragments:
    """Texts laid end to end in one buffer: that of unit i is `text[starts[i]:starts[i + 1]]`, UTF-8."""

    text: bytes
    starts: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, unit: int) -> bytes:
        """Text of one unit."""
        return self.text[self.starts[unit] : self.starts[unit + 1]]


def geometry_texts(polygons: Polygons, projection: NDArray[np.int8], *, multi: bool = False) -> Fragments:
    """GeoJSON geometry of each unit, a Polygon or a MultiPolygon; `projection`: its rank in `legal_projections`.

    `multi`: always a MultiPolygon, for readers that want one type.
    """
    written, ends = _rings(polygons, projection)
    rings = [b"[" + written[start : end - 1] + b"]" for start, end in itertools.pairwise(ends)]
    at = polygons.parts.tolist()
    parts = [b"[" + b",".join(rings[first:last]) + b"]" for first, last in itertools.pairwise(at)]
    at = polygons.units.tolist()
    texts = [_geometry(parts[first:last], multi=multi) for first, last in itertools.pairwise(at)]
    starts = np.cumsum([0, *(len(text) for text in texts)])
    return Fragments(b"".join(texts), tuple(starts.tolist()))


def _geometry(parts: list[bytes], *, multi: bool) -> bytes:
    match parts:
        case []:
            return b"null"
        case [only] if not multi:
            return b'{"type":"Polygon","coordinates":' + only + b"}"
    return b'{"type":"MultiPolygon","coordinates":[' + b",".join(parts) + b"]}"


def _rings(polygons: Polygons, projection: NDArray[np.int8]) -> tuple[bytes, list[int]]:
    """Every vertex as `[lon,lat],`, and where each ring starts in that text (and the last one ends)."""
    order = _right_handed(polygons)
    ranks = np.repeat(projection[polygons.unit_of_ring()], np.diff(polygons.rings))
    pieces, sizes = [], np.zeros(len(order) + 1, dtype=np.int64)
    for first in range(0, len(order), AT_ONCE):
        chosen = slice(first, first + AT_ONCE)
        cells = _written(in_degrees(polygons.coords[order[chosen]], ranks[chosen]))
        sizes[first + 1 : first + 1 + len(cells)] = np.count_nonzero(cells, axis=1)
        flat = cells.ravel()
        pieces.append(flat[flat != 0].tobytes())
    starts: list[int] = np.cumsum(sizes)[polygons.rings].tolist()
    return b"".join(pieces), starts


def _right_handed(polygons: Polygons) -> Ints:
    """Positions of the vertices with shells turned counter-clockwise and holes clockwise."""
    rings = polygons.rings
    order = np.arange(len(polygons.coords), dtype=np.int64)
    if not len(order):
        return order
    # Twice the signed area, from the ring's first vertex so that large coordinates cost no digit.
    ring = np.repeat(np.arange(len(rings) - 1), np.diff(rings))
    local = polygons.coords - polygons.coords[rings[:-1]][ring]
    cross = np.zeros(len(local))
    cross[:-1] = local[:-1, 0] * local[1:, 1] - local[1:, 0] * local[:-1, 1]
    cross[rings[1:] - 1] = 0.0
    shell = np.zeros(len(rings) - 1, dtype=bool)
    shell[polygons.parts[:-1]] = True
    turned = (np.add.reduceat(cross, rings[:-1]) > 0) != shell
    back = turned[ring]
    order[back] = (rings[:-1] + rings[1:] - 1)[ring[back]] - order[back]
    return order


def in_degrees(metres: Floats, ranks: NDArray[np.int8]) -> Floats:
    """Longitudes and latitudes of (n, 2) points in metres, each in the legal projection of its rank."""
    degrees = np.empty_like(metres)
    for rank in np.unique(ranks).tolist():
        here = ranks == rank
        degrees[here] = to_degrees(metres[here], legal_projections()[rank].epsg)
    return degrees


def _digits(template: str) -> Bytes:
    """Text of each number under 1,000 in three bytes; a zero byte stands where nothing is written."""
    digits = np.frombuffer(
        "".join(template.format(number) for number in range(1000)).encode(), dtype=np.uint8
    )
    return np.where(digits == ord(" "), 0, digits).astype(np.uint8).reshape(1000, 3)


_WHOLE, _DECIMALS = _digits("{:>3}"), _digits("{:03}")
_CELL = np.frombuffer(b"[\0\0\0\0.\0\0\0\0\0\0,\0\0\0\0.\0\0\0\0\0\0],", dtype=np.uint8)


def _written(degrees: Floats) -> Bytes:
    """Each vertex in a row of fixed width, its unused places zero."""
    cells = np.tile(_CELL, (len(degrees), 1))
    millionths = np.rint(degrees * 10**DECIMALS).astype(np.int64)
    size = np.abs(millionths)
    whole, rest = np.divmod(size, 10**DECIMALS)
    high, low = np.divmod(rest, 1000)
    for axis, at in ((0, 1), (1, 13)):
        cells[:, at] = np.where(millionths[:, axis] < 0, ord("-"), 0)
        cells[:, at + 1 : at + 4] = _WHOLE[whole[:, axis]]
        cells[:, at + 5 : at + 8] = _DECIMALS[high[:, axis]]
        cells[:, at + 8 : at + 11] = _DECIMALS[low[:, axis]]
    return cells
