"""Where a request comes from: the address that the caller knows us by, and the pages that may read an answer."""

from collections.abc import Iterable, Iterator
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

# Set on a request for open data, which a page of any origin may read.
OPEN = web.RequestKey("open", bool)
ORIGINS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Crs, ETag, Link, OGC-NumberMatched, OGC-NumberReturned, "
    "X-Correlation-Id, X-Total-Count",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST",
    "Access-Control-Allow-Headers": "Content-Type, If-None-Match, traceparent",
    "Access-Control-Max-Age": "86400",
}
FORWARDED_PROTO, FORWARDED_HOST = "X-Forwarded-Proto", "X-Forwarded-Host"


def open_to_all(routes: Iterable[web.RouteDef]) -> Iterator[web.RouteDef]:
    """The same routes for open data: pages of any origin may read them, problems included, and ask first (CORS)."""
    asked: set[str] = set()
    for route in routes:
        yield web.RouteDef(route.method, route.path, _opened(route.handler), route.kwargs)
        if route.path not in asked:
            asked.add(route.path)
            yield web.options(route.path, _opened(_preflight))


def _opened(handler: Any) -> Handler:
    async def opened(request: web.Request) -> web.StreamResponse:
        request[OPEN] = True
        answered: web.StreamResponse = await handler(request)
        return answered

    return opened


async def _preflight(_: web.Request) -> web.StreamResponse:
    """What a browser asks before it posts JSON from another origin."""
    return web.Response(status=204, headers=PREFLIGHT)


def public_url(request: web.Request) -> str:
    """Scheme and host that the caller knows us by, as the proxy before us says, for links in answers."""
    scheme = request.headers.get(FORWARDED_PROTO, request.scheme)
    return f"{scheme}://{request.headers.get(FORWARDED_HOST, request.host)}"


def forwarded(request: web.Request) -> dict[str, str]:
    """Headers by which a proxy tells the service behind it what `public_url` needs."""
    return {
        FORWARDED_PROTO: request.headers.get(FORWARDED_PROTO, request.scheme),
        FORWARDED_HOST: request.headers.get(FORWARDED_HOST, request.host),
    }
