"""OGC API Features over HTTP. Reads what is in service, writes nothing but the temporary files it sends."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any

from aiohttp import hdrs, web

from services.geo.features.collection import Collection
from services.geo.features.files import csv_pieces, write_gpkg, write_parquet
from services.geo.features.made import Features
from services.geo.features.texts import FeatureTexts
from services.geo.in_service import InService
from services.geo.ogc import documents
from services.geo.ogc.api import openapi
from services.geo.ogc.crs import CRS84, read_crs
from services.geo.ogc.documents import JSON, OPENAPI, SCHEMA
from services.geo.ogc.pages import Asked, feature, page
from services.geo.ogc.parameters import MEDIA, ItemsQuery, read_format, read_items, refuse_unknown
from services.geo.ogc.selection import select
from services.geo.territory.codes import current_codes
from shared import __version__
from shared.conditional import reads, unchanged, weak_etag
from shared.errors import InvalidQuery, NotFound
from shared.memory import settle
from shared.origins import public_url
from shared.web import json_response

ROOT = "/ogc"
GEOJSON = MEDIA["json"]
PIECE = 1 << 18
# Beyond, a page is made beside the loop, where other requests go on meanwhile.
MANY = 1_000
WRITERS = {"gpkg": write_gpkg, "parquet": write_parquet}
VARY = "Accept, Accept-Encoding"


def routes(current: Callable[[], InService]) -> tuple[web.RouteDef, ...]:
    """Routes under /ogc; `current` gives what is in service, or raises NoReference."""

    async def landing(request: web.Request) -> web.StreamResponse:
        return _document(request, documents.landing(_base(request), current().atlas.dataset))

    async def conformance(request: web.Request) -> web.StreamResponse:
        return _document(request, documents.conformance())

    async def api(request: web.Request) -> web.StreamResponse:
        listed = tuple(current().features.collections.values())
        return _document(request, openapi(_base(request), __version__, listed), OPENAPI)

    async def collections(request: web.Request) -> web.StreamResponse:
        listed = tuple(current().features.collections.values())
        return _document(request, documents.collections(_base(request), listed))

    async def collection(request: web.Request) -> web.StreamResponse:
        found = _collection(request, current().features)
        return _document(request, documents.collection(_base(request), found))

    async def queryables(request: web.Request) -> web.StreamResponse:
        found = _collection(request, current().features)
        return _document(request, documents.schema(_base(request), found, "queryables"), SCHEMA)

    async def schema(request: web.Request) -> web.StreamResponse:
        found = _collection(request, current().features)
        return _document(request, documents.schema(_base(request), found, "schema"), SCHEMA)

    async def items(request: web.Request) -> web.StreamResponse:
        return await _items(request, current().features)

    async def item(request: web.Request) -> web.StreamResponse:
        return await _item(request, current().features)

    above = f"{ROOT}/collections/{{collection}}"
    return (
        # Features first: addresses are tried in this order.
        web.get(f"{above}/items/{{feature}}", item),
        web.get(f"{above}/items", items),
        web.get(ROOT, landing),
        web.get(f"{ROOT}/", landing),
        web.get(f"{ROOT}/conformance", conformance),
        web.get(f"{ROOT}/api", api),
        web.get(f"{ROOT}/collections", collections),
        web.get(above, collection),
        web.get(f"{above}/queryables", queryables),
        web.get(f"{above}/schema", schema),
    )


async def _items(request: web.Request, features: Features) -> web.StreamResponse:
    collection = _collection(request, features)
    query = read_items(collection, _given(request), request.headers.get(hdrs.ACCEPT, ""))
    headers = _headers(request, features, query.format, query.crs.uri)
    known = unchanged(request, headers[hdrs.ETAG])
    if known is not None:
        return known
    if query.format != "json":
        return await _file(request, collection, query, headers)
    texts = await _ready(features, collection)
    asked = Asked(
        base=_base(request),
        parameters=tuple(request.query.items()),
        stamp=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        gzip=reads(request, "gzip"),
    )
    quick = query.tree is None and all(box.straight for box in query.boxes)
    if quick and (query.limit or 0) <= MANY:
        body = page(texts, query, asked)
    else:
        body = await asyncio.to_thread(page, texts, query, asked)
    if asked.gzip:
        headers[hdrs.CONTENT_ENCODING] = "gzip"
    return web.Response(body=body, headers=headers, content_type=GEOJSON)


async def _item(request: web.Request, features: Features) -> web.StreamResponse:
    collection = _collection(request, features)
    crs = CRS84
    if request.query_string or hdrs.ACCEPT in request.headers:
        given = _given(request)
        refuse_unknown(given, ("f", "crs"))
        read_format(given.get("f"), request.headers.get(hdrs.ACCEPT, ""), {"json": GEOJSON})
        crs = given.get("crs", CRS84)
    wanted = read_crs("crs", crs)
    headers = _headers(request, features, "json", wanted.uri)
    position = collection.index.get(request.match_info["feature"])
    if position is None:
        raise _no_feature(features, collection, request.match_info["feature"])
    known = unchanged(request, headers[hdrs.ETAG])
    if known is not None:
        return known
    texts = await _ready(features, collection)
    body = feature(texts, position, wanted, _base(request))
    return web.Response(body=body, headers=headers, content_type=GEOJSON)


async def _file(
    request: web.Request, collection: Collection, query: ItemsQuery, headers: Mapping[str, str]
) -> web.StreamResponse:
    """Features as a file, made batch after batch and sent in pieces."""
    chosen = await asyncio.to_thread(select, collection, query)
    response = web.StreamResponse(
        headers={
            **headers,
            hdrs.CONTENT_TYPE: MEDIA[query.format] + ("; charset=utf-8" if query.format == "csv" else ""),
            hdrs.CONTENT_DISPOSITION: f'attachment; filename="{collection.id}.{query.format}"',
            "OGC-NumberMatched": str(chosen.matched),
            "OGC-NumberReturned": str(len(chosen.positions)),
        }
    )
    if query.format == "csv":
        pieces = csv_pieces(collection, chosen.positions, query.wanted)
        await _send(request, response, pieces)
        return response
    with tempfile.TemporaryDirectory(prefix="rezone-ogc-") as folder:
        path = Path(folder) / f"{collection.id}.{query.format}"
        write = WRITERS[query.format]
        await asyncio.to_thread(write, collection, chosen.positions, query.wanted, query.crs.epsg, path)
        with await asyncio.to_thread(path.open, "rb") as file:
            await _send(request, response, _pieces(file))
    return response


async def _send(request: web.Request, response: web.StreamResponse, pieces: Iterator[bytes]) -> None:
    async for piece in _beside(pieces):
        if not response.prepared:
            # Not before the first piece: until then a fault is still a problem.
            await response.prepare(request)
        await response.write(piece)
    await response.write_eof()


async def _beside(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
        yield piece


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


async def _ready(features: Features, collection: Collection) -> FeatureTexts:
    texts = features.texts[collection.id]
    if not texts.made:
        await asyncio.to_thread(_make, texts)
    return texts


def _make(texts: FeatureTexts) -> None:
    texts.make()
    settle()


def _collection(request: web.Request, features: Features) -> Collection:
    name = request.match_info["collection"]
    found = features.collections.get(name)
    if found is None:
        known = ", ".join(features.collections)
        raise NotFound(
            f"La collection «\u00a0{name[:40]}\u00a0» n’existe pas\u202f; collections\u00a0: {known}.",
            available=list(features.collections),
        )
    return found


def _no_feature(features: Features, collection: Collection, code: str) -> NotFound:
    said = f"La collection {collection.id} n’a pas d’objet «\u00a0{code[:40]}\u00a0»."
    if collection.id == "communes":
        if code in features.collections["arrondissements"].index:
            return NotFound(
                f"{said} C’est un arrondissement municipal\u00a0: voyez la collection arrondissements."
            )
        likely = current_codes(features.atlas, code)
        if likely:
            return NotFound(f"{said} Code actuel\u00a0: {' ou '.join(likely)}.", actuels=list(likely))
    return NotFound(said)


def _document(request: web.Request, document: Mapping[str, Any], media: str = JSON) -> web.Response:
    given = _given(request)
    refuse_unknown(given, ("f",))
    read_format(given.get("f"), "", {"json": media})
    # "application/vnd.oai…;version=3.0" is more than a bare type: it goes as a header.
    response = json_response(document)
    response.headers[hdrs.CONTENT_TYPE] = media
    return response


def _given(request: web.Request) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in request.query.items():
        if name in given:
            raise InvalidQuery(
                f"{name}\u00a0: ce paramètre est donné deux fois\u202f; une seule est attendue.",
                parameter=name,
            )
        given[name] = value
    return given


def _base(request: web.Request) -> str:
    return f"{public_url(request)}{ROOT}"


def _headers(request: web.Request, features: Features, form: str, crs: str) -> dict[str, str]:
    # The same question to the same version has the same answer: no need to read it to know it.
    question = f"{features.version}\n{public_url(request)}{request.raw_path}\n{form}"
    digest = blake2b(question.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
    return {
        hdrs.ETAG: weak_etag(digest),
        hdrs.CACHE_CONTROL: "no-cache",
        hdrs.VARY: VARY,
        "Content-Crs": f"<{crs}>",
    }
