"""What every answer of the face has: open to pages of any origin, validated cheaply, paged. HTTP only."""

import asyncio
import hashlib
from collections.abc import Iterator, Mapping
from functools import wraps

from aiohttp import web
from aiohttp.typedefs import Handler

from services.geo.read.answers import BATCH
from services.geo.read.directory import Found
from shared.errors import InvalidQuery, InvalidRequest, Problem
from shared.schemas.geo_read_queries import Listing, Shape
from shared.web import ModelT, problem_response, public_url, read_query, weak_etag

# Part of validators: a change in how units are written is another version of every answer.
WRITTEN = 1
ORIGINS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, X-Total-Count, X-Correlation-Id",
}
CACHED = {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding"}
# Above, writing takes milliseconds: other requests go on meanwhile.
AT_ONCE = 100
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST",
    "Access-Control-Allow-Headers": "Content-Type, traceparent",
    "Access-Control-Max-Age": "86400",
}


def open_to_all(handler: Handler) -> Handler:
    """The same handler, whose answers and problems a page of any origin may read."""

    @wraps(handler)
    async def answered(request: web.Request) -> web.StreamResponse:
        try:
            response = await handler(request)
        except Problem as problem:
            response = problem_response(problem)
        if not response.prepared:
            response.headers.update(ORIGINS)
        return response

    return answered


async def preflight(_: web.Request) -> web.StreamResponse:
    """What a browser asks before it posts JSON from another origin."""
    return web.Response(status=204, headers=PREFLIGHT)


def read_parameters(request: web.Request, shape: type[ModelT]) -> ModelT:
    """Parameters of the address. Raises InvalidQuery: 400, as geo.api.gouv.fr."""
    try:
        return read_query(request, shape)
    except InvalidRequest as fault:
        raise InvalidQuery(fault.detail, **fault.extensions) from None


def validator(request: web.Request, dataset: str) -> str:
    """ETag of an answer that depends on the dataset and the address alone: known before any work."""
    asked = f"{WRITTEN} {dataset} {request.path_qs}"
    return weak_etag(hashlib.sha256(asked.encode()).hexdigest()[:32])


def paging(request: web.Request, query: Listing, found: Found) -> dict[str, str]:
    """Number of units that match, and links (RFC 8288) to the pages before and after."""
    headers = {"X-Total-Count": str(found.matched)}
    if query.limit is None or query.limit == 0:
        return headers
    links = []
    if query.offset + query.limit < found.matched:
        links.append(_link(request, "next", query.offset + query.limit))
    if query.offset > 0:
        links.append(_link(request, "prev", max(0, query.offset - query.limit)))
    return headers | ({"Link": ", ".join(links)} if links else {})


def _link(request: web.Request, relation: str, offset: int) -> str:
    page = request.rel_url.update_query(offset=str(offset))
    return f'<{public_url(request)}{page}>; rel="{relation}"'


def media_type(query: Shape) -> str:
    """Media type of an answer."""
    return "application/geo+json" if query.format == "geojson" else "application/json"


async def send(
    request: web.Request, pieces: Iterator[bytes], units: int, headers: Mapping[str, str]
) -> web.StreamResponse:
    """Answer the pieces: whole where there is one batch, else as they are written, at the pace of the reader."""
    if units <= AT_ONCE:
        return web.Response(body=b"".join(pieces), headers=headers)
    if units <= BATCH:
        return web.Response(body=await asyncio.to_thread(b"".join, pieces), headers=headers)
    response = web.StreamResponse(headers={**CACHED, **ORIGINS, **headers})
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
