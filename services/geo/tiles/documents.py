"""What clients read before they ask for tiles: matrix sets and tilesets (OGC API – Tiles 1.0), TileJSON 3.0. Pure."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from services.geo.tiles.collections import OFFERS
from services.geo.tiles.cut import Address, Areas, Collection
from services.geo.tiles.grid import EXTENT, FINEST
from services.geo.tiles.served import DEEPEST

SCHEME = "WebMercatorQuad"
SCHEME_URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
CRS = "http://www.opengis.net/def/crs/EPSG/0/3857"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
REL = "http://www.opengis.net/def/rel/ogc/1.0"
MVT = "application/vnd.mapbox-vector-tile"
CONFORMANCE = tuple(
    f"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{name}"
    for name in ("core", "tileset", "tilesets-list", "dataset-tilesets", "geodata-tilesets", "mvt", "oas30")
)
# Half the side of the Web Mercator square, metres; a pixel of the OGC is 0.28 mm.
HALF = 20037508.342789244
PIXEL_METRES = 0.00028
LAST_OF_SCHEME = 24

Json = dict[str, Any]
Box = tuple[float, float, float, float]


def link(href: str, rel: str, kind: str = "application/json", **more: object) -> Json:
    """A link of the OGC; `more`: title, templated."""
    return {"href": href, "rel": rel, "type": kind, **more}


def schemes(base: str) -> Json:
    """The list of tile matrix sets; `base` is the address of /ogc."""
    self = f"{base}/tileMatrixSets"
    scheme = {
        "id": SCHEME,
        "title": "Google Maps Compatible for the World",
        "uri": SCHEME_URI,
        "crs": CRS,
        "links": [link(f"{self}/{SCHEME}", "self", title="WebMercatorQuad")],
    }
    return {"tileMatrixSets": [scheme], "links": [link(self, "self")]}


def scheme() -> Json:
    """The definition of WebMercatorQuad (OGC 17-083r4, annex D.1)."""
    matrices = []
    for zoom in range(LAST_OF_SCHEME + 1):
        cell = 2 * HALF / 256 / 2**zoom
        matrices.append(
            {
                "id": str(zoom),
                "scaleDenominator": cell / PIXEL_METRES,
                "cellSize": cell,
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": [-HALF, HALF],
                "tileWidth": 256,
                "tileHeight": 256,
                "matrixWidth": 2**zoom,
                "matrixHeight": 2**zoom,
            }
        )
    return {
        "id": SCHEME,
        "title": "Google Maps Compatible for the World",
        "uri": SCHEME_URI,
        "crs": CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": matrices,
    }


def tilesets(base: str, path: str, title: str) -> Json:
    """The list of the tilesets at `path` under `base`: there is one."""
    item = {
        "title": title,
        "dataType": "vector",
        "crs": CRS,
        "tileMatrixSetURI": SCHEME_URI,
        "links": [
            link(f"{base}{path}/{SCHEME}", "self", title=title),
            link(f"{base}/tileMatrixSets/{SCHEME}", f"{REL}/tiling-scheme"),
        ],
    }
    return {"tilesets": [item], "links": [link(f"{base}{path}", "self")]}


def tileset(base: str, path: str, title: str, collections: Mapping[str, Collection]) -> Json:
    """The tileset of these collections at `path`: its limits, layers and the address of its tiles."""
    self = f"{base}{path}/{SCHEME}"
    box = extent(collections)
    described: Json = {
        "title": title,
        "dataType": "vector",
        "crs": CRS,
        "tileMatrixSetURI": SCHEME_URI,
        "layers": [
            {
                "id": name,
                "title": OFFERS[name].titre,
                "dataType": "vector",
                "geometryDimension": 0 if OFFERS[name].points else 2,
                "minTileMatrix": "0",
                "maxTileMatrix": str(DEEPEST),
                "propertiesSchema": {
                    "type": "object",
                    "properties": {
                        key: {"title": titre, "type": "integer" if key == "population" else "string"}
                        for key, titre in OFFERS[name].fields.items()
                    },
                },
            }
            for name in collections
        ],
        "links": [
            link(self, "self"),
            link(f"{base}/tileMatrixSets/{SCHEME}", f"{REL}/tiling-scheme"),
            link(f"{self}/tilejson.json", "alternate", title="TileJSON"),
            link(f"{self}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", "item", MVT, templated=True),
        ],
    }
    if box is not None:
        west, south, east, north = box
        described["boundingBox"] = {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84}
        described["tileMatrixSetLimits"] = [_limits(box, zoom) for zoom in range(DEEPEST + 1)]
    return described


def tilejson(
    base: str, path: str, title: str, collections: Mapping[str, Collection], attribution: str
) -> Json:
    """The same as TileJSON 3.0, which map libraries read."""
    described: Json = {
        "tilejson": "3.0.0",
        "name": title,
        "attribution": attribution,
        "scheme": "xyz",
        "minzoom": 0,
        "maxzoom": DEEPEST,
        "tiles": [f"{base}{path}/{SCHEME}/{{z}}/{{y}}/{{x}}"],
        "vector_layers": [
            {
                "id": name,
                "description": OFFERS[name].titre,
                "minzoom": 0,
                "maxzoom": DEEPEST,
                "fields": dict(OFFERS[name].fields),
            }
            for name in collections
        ],
    }
    box = extent(collections)
    return described if box is None else {**described, "bounds": list(box)}


def extent(collections: Mapping[str, Collection]) -> Box | None:
    """West, south, east, north in degrees of what the collections draw; None where that is nothing."""
    boxes = [box for box in map(_on_square, collections.values()) if box is not None]
    if not boxes:
        return None
    west, north = (min(box[axis] for box in boxes) for axis in (0, 1))
    east, south = (max(box[axis] for box in boxes) for axis in (2, 3))
    return _longitude(west), _latitude(south), _longitude(east), _latitude(north)


def _on_square(collection: Collection) -> Box | None:
    if isinstance(collection, Areas):
        steps = collection.grids.bounds[collection.shown]
        bounds = steps[steps[:, 0] <= steps[:, 2]] / (EXTENT << FINEST)
    else:
        known = collection.positions[~np.isnan(collection.positions).any(axis=1)]
        bounds = np.hstack((known, known))
    if not len(bounds):
        return None
    (west, north), (east, south) = bounds[:, :2].min(axis=0).tolist(), bounds[:, 2:].max(axis=0).tolist()
    return west, north, east, south


def _longitude(x: float) -> float:
    return round((x - 0.5) * 360, 6)


def _latitude(y: float) -> float:
    return round(math.degrees(math.atan(math.sinh((0.5 - y) * 2 * math.pi))), 6)


def _limits(box: Box, zoom: int) -> Json:
    first, last = _address(box[0], box[3], zoom), _address(box[2], box[1], zoom)
    return {
        "tileMatrix": str(zoom),
        "minTileRow": first.row,
        "maxTileRow": last.row,
        "minTileCol": first.column,
        "maxTileCol": last.column,
    }


def _address(lon: float, lat: float, zoom: int) -> Address:
    side = 2**zoom
    x, y = lon / 360 + 0.5, 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)
    return Address(zoom, min(int(y * side), side - 1), min(int(x * side), side - 1))
