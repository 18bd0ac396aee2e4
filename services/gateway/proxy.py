"""Geo's read face through the gateway: a streaming reverse proxy, for when the two run apart."""

from collections.abc import Mapping

import aiohttp
from aiohttp import web

from shared import trace
from shared.errors import ServiceUnavailable

HOP_BY_HOP = frozenset(
    (
        "connection",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "proxy-authorization",
        "host",
    )
)
TIMEOUT = aiohttp.ClientTimeout(total=30, connect=2)
PREFIXES = ("/geo",)


def proxy_routes(session: aiohttp.ClientSession, geo_url: str) -> tuple[web.RouteDef, ...]:
    """Routes that stream every read under the face's prefixes to `geo_url`; `session` must not decompress."""

    async def forward(request: web.Request) -> web.StreamResponse:
        return await _forward(session, geo_url, request)

    return tuple(web.get(f"{prefix}/{{tail:.*}}", forward) for prefix in PREFIXES)


async def _forward(session: aiohttp.ClientSession, geo_url: str, request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    try:
        async with session.request(
            request.method,
            f"{geo_url.rstrip('/')}{request.raw_path}",
            headers={**_end_to_end(request.headers), "traceparent": trace.traceparent()},
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
            raise  # too late for a problem: the connection is cut, so that nobody takes half for whole
        raise ServiceUnavailable(
            "Le service géographique ne répond pas\u202f; réessayez dans quelques secondes.", service="geo"
        ) from error


def _end_to_end(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in HOP_BY_HOP}
