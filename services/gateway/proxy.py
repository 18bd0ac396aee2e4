"""Geo's read face through the gateway: a streaming reverse proxy, for when the two run apart."""

from collections.abc import Mapping

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from shared import trace
from shared.errors import NotFound, ServiceUnavailable
from shared.origins import forwarded

HOP_BY_HOP = frozenset(
    (
        "connection",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "proxy-authorization",
        "proxy-authenticate",
        "host",
    )
)
# No bound on the whole: all contours of France take the time that the caller takes to read them.
TIMEOUT = aiohttp.ClientTimeout(total=None, connect=2, sock_read=30)
PREFIXES = ("/geo", "/ogc")


def proxy_routes(session: aiohttp.ClientSession, geo_url: str) -> tuple[web.RouteDef, ...]:
    """Routes that stream every question under the face's prefixes to `geo_url`; `session` must not decompress.

    A question too long for an address comes by POST: it changes nothing either.
    """

    async def forward(request: web.Request) -> web.StreamResponse:
        return await _forward(session, geo_url, request)

    paths = [path for prefix in PREFIXES for path in (prefix, f"{prefix}/{{tail:.*}}")]
    return tuple(route(path, forward) for path in paths for route in (web.get, web.post, web.options))


async def _forward(session: aiohttp.ClientSession, geo_url: str, request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    try:
        async with session.request(
            request.method,
            _address(geo_url, request),
            headers=_asked(request),
            data=request.content if request.body_exists else None,
            allow_redirects=False,
            timeout=TIMEOUT,
        ) as upstream:
            response.set_status(upstream.status)
            response.headers.extend(_end_to_end(upstream.headers))
            await response.prepare(request)
            if request.method == "HEAD":
                return response  # a body here would be read as the next answer of the connection
            async for chunk in upstream.content.iter_any():
                await response.write(chunk)
            await response.write_eof()
            return response
    except (aiohttp.ClientError, TimeoutError) as error:
        if response.prepared:
            raise  # too late for a problem: the edge cuts the connection
        raise ServiceUnavailable(
            "Le service géographique ne répond pas\u202f; réessayez dans quelques secondes.", service="geo"
        ) from error


def _address(geo_url: str, request: web.Request) -> URL:
    """The same path and query at geo, as they were written. Raises NotFound where dots climb out of the face."""
    if {".", ".."}.intersection(request.path.split("/")):
        raise NotFound(f"Rien à l’adresse {request.path}. Voyez /docs pour la liste des ressources.")
    return URL(geo_url.rstrip("/") + request.rel_url.raw_path_qs, encoded=True)


def _asked(request: web.Request) -> CIMultiDict[str]:
    headers = _end_to_end(request.headers)
    headers.update(forwarded(request))
    headers["traceparent"] = trace.traceparent()
    return headers


def _end_to_end(headers: Mapping[str, str]) -> CIMultiDict[str]:
    # Several of one name stay several: Link says one relation each.
    named = {name.strip().lower() for name in headers.get("Connection", "").split(",")}
    return CIMultiDict(
        (name, value) for name, value in headers.items() if name.lower() not in HOP_BY_HOP | named
    )
