"""Vector tiles over HTTP (OGC API – Tiles 1.0, TileJSON 3.0). Reads what is in service, writes nothing."""

import asyncio
from collections.abc import Callable
from functools import lru_cache

import structlog
from aiohttp import web

from services.geo.in_service import InService
from services.geo.ogc.parameters import refuse_unknown
from services.geo.tiles import documents
from services.geo.tiles.collections import OFFERS
from services.geo.tiles.cut import Address, Collection
from services.geo.tiles.documents import MVT, SCHEME
from services.geo.tiles.served import DEEPEST, Tile, Tiles
from shared.conditional import reads, unchanged, weak_etag
from shared.errors import InvalidQuery, NotFound
from shared.origins import public_url
from shared.web import json_response

log = structlog.get_logger(__name__)

ROOT = "/ogc"
EVERY = "Toutes les couches"
# A map asks for a tile again after ten minutes, and gets 304 unless an import changed it.
CACHED = "max-age=600"
TYPES = ("mvt", "pbf")


def routes(current: Callable[[], InService]) -> tuple[web.RouteDef, ...]:
    """Routes of the tiles of each collection; `current` gives what is in service, or raises NoReference."""

    async def schemes(request: web.Request) -> web.StreamResponse:
        _form(request, ("json",))
        return json_response(documents.schemes(_base(request)))

    async def scheme(request: web.Request) -> web.StreamResponse:
        _known_scheme(request)
        _form(request, ("json",))
        return json_response(documents.scheme())

    async def tilesets(request: web.Request) -> web.StreamResponse:
        _layers(request, current().tiles)
        _form(request, ("json",))
        return json_response(documents.tilesets(_base(request), _path(request), _title(request)))

    async def tileset(request: web.Request) -> web.StreamResponse:
        _known_scheme(request)
        if _form(request, ("json", "tilejson")) == "tilejson":
            return await tilejson(request)
        drawn = await _collections(request, current().tiles)
        return json_response(documents.tileset(_base(request), _path(request), _title(request), drawn))

    async def tilejson(request: web.Request) -> web.StreamResponse:
        _known_scheme(request)
        _form(request, ("json", "tilejson"))
        tiles = current().tiles
        drawn = await _collections(request, tiles)
        sources = ", ".join(dict.fromkeys(source.source for source in tiles.atlas.dataset.sources))
        return json_response(
            documents.tilejson(_base(request), _path(request), _title(request), drawn, sources)
        )

    async def tile(request: web.Request) -> web.StreamResponse:
        tiles = _prepared(current().tiles)
        layers, address = _layers(request, tiles), _address(request)
        found = tiles.ready(layers, address)
        if found is None:
            found = await asyncio.to_thread(tiles.make, layers, address)
            tiles.keep(layers, address, found)
        return _sent(request, found)

    return (
        # The tile first: addresses are tried in this order, and a map asks for hundreds.
        *(
            web.get(f"{ROOT}{prefix}/tiles{path}", handler)
            for path, handler in (
                ("/{scheme}/{zoom}/{row}/{column}", tile),
                ("/{scheme}/tilejson.json", tilejson),
                ("/{scheme}", tileset),
                ("", tilesets),
            )
            for prefix in ("/collections/{collection}", "")
        ),
        web.get(f"{ROOT}/tileMatrixSets", schemes),
        web.get(f"{ROOT}/tileMatrixSets/{{scheme}}", scheme),
    )


def _prepared(tiles: Tiles) -> Tiles:
    """The same; low zooms begin to be made when the first map opens: who opens none pays for none."""
    if not tiles.prepared and tiles.begin():
        asyncio.get_running_loop().run_in_executor(None, tiles.prepare).add_done_callback(_tell)
    return tiles


def _tell(prepared: asyncio.Future[None]) -> None:
    # Nobody waits for it: where it fails, each tile is made when it is asked for.
    error = None if prepared.cancelled() else prepared.exception()
    if error is not None:
        log.error("tiles_not_prepared", exc_info=error)


def _base(request: web.Request) -> str:
    return f"{public_url(request)}{ROOT}"


def _path(request: web.Request) -> str:
    name = request.match_info.get("collection")
    return "/tiles" if name is None else f"/collections/{name}/tiles"


def _title(request: web.Request) -> str:
    name = request.match_info.get("collection")
    return EVERY if name is None else OFFERS[name].titre


def _layers(request: web.Request, tiles: Tiles) -> tuple[str, ...]:
    name = request.match_info.get("collection")
    if name is None:
        return tiles.offered
    if name in tiles.offered:
        return (name,)
    if name in OFFERS:
        raise NotFound(f"La collection {name} est vide\u00a0: aucun fichier n’en a été importé.")
    raise NotFound(
        f"Pas de tuiles pour la collection {name[:40]}\u202f; collections\u00a0: {', '.join(tiles.offered)}."
    )


async def _collections(request: web.Request, tiles: Tiles) -> dict[str, Collection]:
    layers = _layers(request, tiles)
    return {name: await asyncio.to_thread(tiles.collection, name) for name in layers}


def _known_scheme(request: web.Request) -> None:
    asked = request.match_info["scheme"]
    if asked != SCHEME:
        raise NotFound(f"Découpage en tuiles inconnu\u00a0: {asked[:40]}. Le seul servi est {SCHEME}.")


def _form(request: web.Request, served: tuple[str, ...]) -> str:
    """The form asked for by `f`, the only parameter there is; the first where it is not given. Raises InvalidQuery."""
    refuse_unknown(request.query, ("f",))
    form = request.query.get("f", served[0])
    if form not in served:
        raise InvalidQuery(
            f"f\u00a0: le format «\u00a0{form[:40]}\u00a0» n’existe pas ici\u202f; formats\u00a0: {', '.join(served)}.",
            parameter="f",
            available=list(served),
        )
    return form


def _address(request: web.Request) -> Address:
    """The tile asked for. Raises NotFound outside the scheme and its limits, InvalidQuery for what is no number."""
    _known_scheme(request)
    if request.query_string:
        _form(request, TYPES)
    asked = request.match_info
    return _read_address(asked["zoom"], asked["row"], asked["column"])


@lru_cache(maxsize=4096)
def _read_address(zoom_text: str, row_text: str, column_text: str) -> Address:
    zoom = _number("zoom", "Le zoom", zoom_text)
    if zoom > DEEPEST:
        raise NotFound(f"Zoom {zoom} hors limites\u00a0: les tuiles vont du zoom 0 au zoom {DEEPEST}.")
    side = 2**zoom
    row, column = _number("row", "La ligne", row_text), _number("column", "La colonne", column_text)
    for name, number in (("Ligne", row), ("Colonne", column)):
        if number >= side:
            raise NotFound(f"{name} {number} hors limites\u00a0: de 0 à {side - 1} au zoom {zoom}.")
    return Address(zoom, row, column)


def _number(name: str, said: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        message = f"{said} d’une tuile est un nombre entier, reçu\u00a0: {text[:20]}."
        raise InvalidQuery(message, errors=[{"path": name, "message": message, "received": text[:20]}])
    return int(text)


def _sent(request: web.Request, tile: Tile) -> web.Response:
    if not tile.gzipped:
        # OGC 20-057, requirement /req/core/tc-success: a tile where nothing falls has no content.
        return web.Response(status=204, headers={"Cache-Control": CACHED})
    etag = weak_etag(tile.digest)
    known = unchanged(request, etag)
    if known is not None:
        return known
    headers = {"Content-Type": MVT, "ETag": etag, "Cache-Control": CACHED, "Vary": "Accept-Encoding"}
    if reads(request, "gzip"):
        return web.Response(body=tile.gzipped, headers={**headers, "Content-Encoding": "gzip"})
    return web.Response(body=tile.plain(), headers=headers)
