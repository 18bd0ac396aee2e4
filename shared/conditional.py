"""What HTTP lets be spared: the answer that a caller has already (ETag, 304), and the bytes that compression saves."""

import hashlib
from collections.abc import Mapping

from aiohttp import hdrs, web

COMPRESSED_FROM = 1024
COMPRESSIBLE = ("application/json", "application/geo+json", "application/problem+json", "text/", "image/svg")


def reads(request: web.Request, coding: str) -> bool:
    """Whether the caller accepts this content coding by its name."""
    # RFC 9110 §12.5.3, as far as needed: the coding is named, and not refused by a weight of zero.
    for part in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() == coding:
            return weight.strip().replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def conditional(request: web.Request, response: web.Response) -> web.Response:
    """Validate a cacheable answer (ETag, 304) and compress what is worth it."""
    body = response.body
    if not isinstance(body, bytes):
        return response
    headers = response.headers
    if response.status == 200 and request.method in {"GET", "HEAD"}:
        if hdrs.ETAG not in headers:
            headers[hdrs.ETAG] = weak_etag(hashlib.sha256(body).hexdigest()[:32])
        headers.setdefault(hdrs.CACHE_CONTROL, "no-cache")
        headers.setdefault(hdrs.VARY, "Accept, Accept-Encoding")
        if hdrs.IF_NONE_MATCH in request.headers and _known(request, response):
            return _unchanged(headers)
    worth = (
        len(body) >= COMPRESSED_FROM
        and hdrs.CONTENT_ENCODING not in headers
        and reads(request, "gzip")
        and response.content_type.startswith(COMPRESSIBLE)
    )
    if worth:
        response.enable_compression(web.ContentCoding.gzip)
    return response


def weak_etag(value: str) -> str:
    """Header of a validator: weak, since the same representation travels compressed or not."""
    return f'W/"{value}"'


def unchanged(request: web.Request, etag: str) -> web.Response | None:
    """The 304 of a caller that has this version already (`etag` as `weak_etag` gives it), before any work is done."""
    if hdrs.IF_NONE_MATCH not in request.headers:
        return None
    known = web.Response(headers={hdrs.ETAG: etag})
    if not _known(request, known):
        return None
    known.headers.setdefault(hdrs.CACHE_CONTROL, "no-cache")
    known.headers[hdrs.VARY] = "Accept, Accept-Encoding"
    return _unchanged(known.headers)


def _unchanged(headers: Mapping[str, str]) -> web.Response:
    kept = (hdrs.ETAG, hdrs.CACHE_CONTROL, hdrs.VARY)
    return web.Response(status=304, headers={name: headers[name] for name in kept if name in headers})


def _known(request: web.Request, response: web.Response) -> bool:
    given = request.if_none_match
    etag = response.etag
    if not given or etag is None:
        return False
    return any(tag.value in {etag.value, "*"} for tag in given)
