"""GeoJSON of features: joined texts in degrees, made on the way in other systems. Pure."""

import gzip
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import orjson
import shapely

from services.geo.features.collection import Collection
from services.geo.features.texts import FeatureTexts
from services.geo.ogc.crs import Crs
from services.geo.ogc.parameters import ItemsQuery

Link = Mapping[str, str]


def envelope(links: Sequence[Link], matched: int, returned: int, stamp: str) -> tuple[bytes, bytes]:
    """What stands before and after the features of a collection."""
    head = orjson.dumps(
        {
            "type": "FeatureCollection",
            "links": links,
            "timeStamp": stamp,
            "numberMatched": matched,
            "numberReturned": returned,
        }
    )
    return head[:-1] + b',"features":[', b"]}"


def features(texts: FeatureTexts, query: ItemsQuery, positions: Sequence[int]) -> bytes:
    """Features separated by commas, as the query wants them."""
    if query.crs.native and query.wanted is None:
        return texts.joined(positions)
    return b",".join(_made(texts, positions, query.crs, query.wanted))


def feature(texts: FeatureTexts, position: int, crs: Crs, links: Sequence[Link]) -> bytes:
    """One feature with its links."""
    opened = texts.open_feature(position) if crs.native else next(_made(texts, [position], crs, None))[:-1]
    return opened + b',"links":' + orjson.dumps(links) + b"}"


def _made(
    texts: FeatureTexts, positions: Sequence[int], crs: Crs, wanted: tuple[str, ...] | None
) -> Iterator[bytes]:
    collection = texts.collection
    chosen = collection.table.take(np.asarray(positions, dtype=np.int64))
    if wanted is not None:
        chosen = chosen.select(list(dict.fromkeys(wanted)))
    rows: list[dict[str, Any]] = chosen.to_pylist() if chosen.num_columns else [{}] * len(positions)
    geometries = _geometries(texts, positions, crs)
    for position, row, geometry in zip(positions, rows, geometries, strict=True):
        code = orjson.dumps(collection.codes[position])
        yield b'{"type":"Feature","id":%b,"properties":%b,"geometry":%b}' % (
            code,
            orjson.dumps(row),
            geometry,
        )


def _geometries(texts: FeatureTexts, positions: Sequence[int], crs: Crs) -> list[bytes]:
    if crs.native:
        return [texts.geometry(position) for position in positions]
    collection: Collection = texts.collection
    units = collection.units[np.asarray(positions, dtype=np.int64)]
    shapes = collection.ground.geometries(units, crs.epsg)

    def written(points: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.round(points[:, ::-1] if crs.swapped else points, crs.decimals)

    # Orientation is that of longitudes and latitudes, so it is set before axes are exchanged.
    turned = shapely.transform(shapely.orient_polygons(shapes), written)
    return [b"null" if text is None else text.encode() for text in shapely.to_geojson(turned).tolist()]


def gzipped(raw: bytes) -> bytes:
    """A gzip file, made quickly."""
    return gzip.compress(raw, compresslevel=1, mtime=0)
