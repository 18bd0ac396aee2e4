"""Communes, EPCI, départements and régions over HTTP as geo.api.gouv.fr gives them. Reads memory, writes nothing."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from aiohttp import web
from aiohttp.typedefs import Handler

from services.geo.in_service import InService
from services.geo.read.answers import BATCH, form_of, listed, one
from services.geo.read.asked import neighbours, no_such_commune, search_communes
from services.geo.read.directory import Directory, Found, search
from services.geo.read.gazetteer import Gazetteer
from services.geo.read.kinds import BELONGING, COMMUNES, KINDS, Kind
from services.geo.read.pages import media_type, paging, validator
from services.geo.read.posts import communes_of, communes_under
from services.geo.territory.drawn import drawn
from shared.conditional import unchanged
from shared.contract import Read
from shared.errors import InvalidQuery, InvalidRequest, NotFound
from shared.origins import public_url
from shared.schemas import geo_read as face
from shared.schemas import geo_read_queries as asked
from shared.web import ModelT, json_response, read_json, read_query

Current = Callable[[], InService]

CACHED = {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding"}
# Above, writing takes milliseconds: other requests go on meanwhile.
AT_ONCE = 100


def routes(current: Current) -> tuple[web.RouteDef, ...]:
    """Routes under /geo; `current` gives what is in service, or raises NoReference."""
    made = [*_posts(current), *_gets(face.READ_ADJACENT, partial(_adjacent, current))]
    for kind in KINDS:
        made += _gets(kind.every, partial(_list, current, kind))
        made += _gets(kind.one, partial(_one, current, kind))
    for read, kind, whole, parameter in BELONGING:
        made += _gets(read, partial(_belonging, current, kind, whole, parameter))
    return tuple(made)


def _gets(read: Read, handler: Handler) -> Iterable[web.RouteDef]:
    # geo.api.gouv.fr answers with or without a slash at the end.
    return [web.get(path, handler) for path in (read.path, f"{read.path}/")]


def _posts(current: Current) -> Iterable[web.RouteDef]:
    for read, handler in ((face.READ_CODES, _choose), (face.READ_COVERED, _cover)):
        yield web.post(read.path, partial(handler, current))


async def _list(current: Current, kind: Kind, request: web.Request) -> web.StreamResponse:
    return await _page(current().gazetteer, kind, request, _parameters(request, kind.listing))


async def _belonging(
    current: Current, kind: Kind, whole: Kind, parameter: str, request: web.Request
) -> web.StreamResponse:
    gazetteer = current().gazetteer
    code = request.match_info["code"]
    if code not in whole.units(gazetteer).index:
        raise _no_such(gazetteer, whole, code)
    query = _parameters(request, kind.listing)
    return await _page(gazetteer, kind, request, query.model_copy(update={parameter: (code,)}))


async def _page(
    gazetteer: Gazetteer, kind: Kind, request: web.Request, query: asked.Listing
) -> web.StreamResponse:
    etag = validator(gazetteer.atlas.dataset.id, request.path_qs)
    if (known := unchanged(request, etag)) is not None:
        return known
    directory = kind.units(gazetteer)
    found = _found(gazetteer, directory, query)
    form = form_of(directory, query)
    headers = {
        "ETag": etag,
        "Content-Type": media_type(query),
        **paging(f"{public_url(request)}{request.path_qs}", query, found),
    }
    return await _send(request, listed(directory, form, found), len(found.positions), headers)


def _found(gazetteer: Gazetteer, directory: Directory, query: asked.Listing) -> Found:
    if isinstance(query, asked.CommuneQuery):
        return search_communes(gazetteer.atlas, directory, query)
    return search(directory, query)


async def _one(current: Current, kind: Kind, request: web.Request) -> web.StreamResponse:
    query = _parameters(request, kind.shape)
    gazetteer = current().gazetteer
    directory = kind.units(gazetteer)
    body = one(directory, form_of(directory, query), _position(gazetteer, kind, request))
    return web.Response(body=body, content_type=media_type(query))


async def _adjacent(current: Current, request: web.Request) -> web.StreamResponse:
    gazetteer = current().gazetteer
    return json_response(neighbours(gazetteer.atlas, _position(gazetteer, COMMUNES, request)))


async def _choose(current: Current, request: web.Request) -> web.StreamResponse:
    query = _parameters(request, asked.OneCommuneQuery)
    given = await read_json(request, asked.CommuneCodes)
    body = await asyncio.to_thread(communes_of, current().gazetteer, query, given.codes)
    return json_response(body, content_type=media_type(query))


async def _cover(current: Current, request: web.Request) -> web.StreamResponse:
    query = _parameters(request, asked.OneCommuneQuery)
    area = drawn((await read_json(request, asked.GeoJsonArea)).root)
    body = await asyncio.to_thread(communes_under, current().gazetteer, query, area)
    return json_response(body, content_type=media_type(query))


def _position(gazetteer: Gazetteer, kind: Kind, request: web.Request) -> int:
    code = request.match_info["code"]
    position = kind.units(gazetteer).index.get(code)
    if position is None:
        raise _no_such(gazetteer, kind, code)
    return position


def _no_such(gazetteer: Gazetteer, kind: Kind, code: str) -> NotFound:
    if kind is COMMUNES:
        return no_such_commune(gazetteer.atlas, code)
    return NotFound(f"{kind.named} n’a le code {code[:12]}.")


def _parameters(request: web.Request, shape: type[ModelT]) -> ModelT:
    """Parameters of the address. Raises InvalidQuery: 400, as geo.api.gouv.fr."""
    try:
        return read_query(request, shape)
    except InvalidRequest as fault:
        raise InvalidQuery(fault.detail, **fault.extensions) from None


async def _send(
    request: web.Request, pieces: Iterator[bytes], units: int, headers: Mapping[str, str]
) -> web.StreamResponse:
    """Answer the pieces: whole where there is one batch, else as they are written, at the pace of the reader."""
    if units <= AT_ONCE:
        return web.Response(body=b"".join(pieces), headers=headers)
    if units <= BATCH:
        return web.Response(body=await asyncio.to_thread(b"".join, pieces), headers=headers)
    response = web.StreamResponse(headers={**CACHED, **headers})
    if request.method == "HEAD":
        # Not even the end of a compressed body: it would be read as the next answer of the connection.
        await response.prepare(request)
        return response
    response.enable_compression()
    await response.prepare(request)
    while piece := await asyncio.to_thread(next, pieces, b""):
        await response.write(piece)
    await response.write_eof()
    return response
