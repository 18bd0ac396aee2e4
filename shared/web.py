"""The HTTP edge that every face shares: problems, validators, compression, correlation, metrics.

It knows no service and no domain: a face gives it routes, it gives them manners.
"""

import hashlib
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

import orjson
import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, ValidationError

from shared import trace
from shared.bus.codec import DEFLATE, Wire, content
from shared.errors import (
    BadRequest,
    Internal,
    InvalidRequest,
    MessageTooLarge,
    MethodNotAllowed,
    NotFound,
    NotJson,
    Overloaded,
    Problem,
    ServiceUnavailable,
)
from shared.metrics import process_metrics
from shared.validation import explain, summary

log = structlog.get_logger(__name__)

MAX_BODY = 1 << 20
COMPRESSED_FROM = 1024
COMPRESSIBLE = ("application/json", "application/geo+json", "application/problem+json", "text/", "image/svg")
RETRY_AFTER = 2
# Set on a request whose answer streams and has begun: no other answer can follow on its connection.
BEGUN = web.RequestKey("begun", bool)
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
# The status by which servers count a caller who left before the end.
LEFT = 499
FORWARDED_PROTO, FORWARDED_HOST = "X-Forwarded-Proto", "X-Forwarded-Host"
ModelT = TypeVar("ModelT", bound=BaseModel)


def http_app(routes: Iterable[web.AbstractRouteDef], *, max_body: int = MAX_BODY) -> web.Application:
    """Application serving `routes`; bodies over `max_body` bytes are refused with a problem that says both."""
    app = web.Application(middlewares=[mannered], client_max_size=max_body)
    app.on_response_prepare.append(_begin)
    app.add_routes(routes)
    return app


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


async def _begin(request: web.Request, response: web.StreamResponse) -> None:
    if OPEN in request:
        response.headers.update(ORIGINS)
    if not isinstance(response, web.Response):
        request[BEGUN] = True


def json_response(value: Any, *, status: int = 200, content_type: str = "application/json") -> web.Response:
    """Response of a pydantic model or of plain JSON values, encoded by orjson."""
    body = value.model_dump_json().encode() if isinstance(value, BaseModel) else orjson.dumps(value)
    return web.Response(body=body, status=status, content_type=content_type, charset=None)


def wire_response(request: web.Request, wire: Wire) -> web.Response:
    """Response of an answer as it came over the bus: still deflated for a caller that can read it so."""
    if wire.encoding == DEFLATE and request.method == "POST" and reads(request, DEFLATE):
        response = web.Response(body=wire.body, content_type=wire.content_type)
        response.headers["Content-Encoding"] = DEFLATE
        response.headers["Vary"] = "Accept-Encoding"
        return response
    return web.Response(body=content(wire), content_type=wire.content_type)


def reads(request: web.Request, coding: str) -> bool:
    """Whether the caller accepts this content coding by its name."""
    # RFC 9110 §12.5.3, as far as needed: the coding is named, and not refused by a weight of zero.
    for part in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() == coding:
            return weight.strip().replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def problem_response(problem: Problem) -> web.Response:
    """RFC 9457 body: type, title, status, detail, the problem's extensions and the correlation id."""
    body = {
        "type": f"urn:rezone:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "correlation_id": trace.correlation_id(),
        **problem.to_wire(),
    }
    response = json_response(body, status=problem.status, content_type="application/problem+json")
    if isinstance(problem, ServiceUnavailable | Overloaded):
        response.headers["Retry-After"] = str(problem.extensions.get("retry_after", RETRY_AFTER))
    if isinstance(problem, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(problem.extensions.get("allowed", ()))
    return response


async def read_json(request: web.Request, shape: type[ModelT]) -> ModelT:
    """Body of the request as `shape`. Raises NotJson, InvalidRequest (each path named), MessageTooLarge."""
    try:
        raw = await request.read()
    except (web.RequestPayloadError, zlib.error) as error:
        raise BadRequest(
            "Le corps de la demande ne peut pas être lu\u00a0: il est coupé, ou n’est pas compressé comme le dit "
            "Content-Encoding. Envoyez du JSON en UTF-8, de préférence sans compression."
        ) from error
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise NotJson(
            f"Le corps de la demande n’est pas du JSON (ligne {error.lineno}, colonne {error.colno}). "
            "Envoyez un objet JSON en UTF-8."
        ) from None
    return validated(shape, value)


def read_query(request: web.Request, shape: type[ModelT]) -> ModelT:
    """Query string of the request as `shape`; a parameter given twice is a list. Raises InvalidRequest."""
    query = request.query
    values = {key: query.getall(key) if len(query.getall(key)) > 1 else query[key] for key in query}
    return validated(shape, values)


def validated(shape: type[ModelT], value: Any) -> ModelT:
    """`value` as `shape`. Raises InvalidRequest with the path, message and received value of each fault."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        faults = explain(error, value)
        raise InvalidRequest(summary(faults, error.error_count()), errors=faults) from None


@web.middleware
async def mannered(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What every request gets: correlation id, problems explained, validators, compression, a count."""
    started = time.perf_counter()
    with trace.joined(request.headers.get("traceparent")) as joined:
        resource = request.match_info.route.resource
        route = resource.canonical if resource is not None else "inconnue"
        try:
            response = await _answered(request, handler)
        except ConnectionError:
            process_metrics().http(request.method, route, LEFT, time.perf_counter() - started)
            raise
        if isinstance(response, web.Response) and not response.prepared:
            response = conditional(request, response)
        process_metrics().http(request.method, route, response.status, time.perf_counter() - started)
        if not response.prepared:
            response.headers["X-Correlation-Id"] = joined.trace_id
            response.headers["X-Content-Type-Options"] = "nosniff"
        return response


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The handler's answer; problems, and aiohttp's own refusals, as problem+json, the unforeseen as `internal`."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return problem_response(_refusal(request, error))
    except Exception as error:
        if BEGUN in request:
            raise _cut(request, error) from error
        if isinstance(error, Problem):
            return problem_response(error)
        log.exception("unforeseen", path=request.path)
        return problem_response(unforeseen())


def _cut(request: web.Request, error: Exception) -> ConnectionResetError:
    """Cut the connection of an answer that cannot be finished, so that nobody takes half of it for the whole."""
    transport = request.transport
    if transport is None or transport.is_closing():
        log.debug("caller_left", path=request.path)
    else:
        log.warning("answer_cut", path=request.path, reason=f"{type(error).__name__}: {error}"[:200])
        transport.abort()
    return ConnectionResetError("the answer could not be finished")


def _refusal(request: web.Request, error: web.HTTPException) -> Problem:
    # aiohttp's own refusals, in our words.
    match error:
        case web.HTTPRequestEntityTooLarge():
            return _too_large(request)
        case web.HTTPMethodNotAllowed():
            allowed = sorted(error.allowed_methods)
            return MethodNotAllowed(
                f"{request.method} n’est pas permis ici\u202f; méthodes permises\u00a0: {', '.join(allowed)}.",
                allowed=allowed,
            )
        case web.HTTPNotFound():
            return NotFound(f"Rien à l’adresse {request.path}. Voyez /docs pour la liste des ressources.")
        case _:
            return BadRequest(f"Le serveur HTTP refuse cette demande\u00a0: {error.reason}.")


def unforeseen() -> Internal:
    """Say that something unforeseen happened, with the id that finds it in the logs and nothing else."""
    return Internal(
        f"Une erreur imprévue est survenue. Signalez-la avec l’identifiant {trace.correlation_id()}.",
    )


def _too_large(request: web.Request) -> MessageTooLarge:
    maximum = request.client_max_size
    received = request.content_length
    return MessageTooLarge(
        f"Le corps de la demande dépasse {maximum} octets" + (f" ({received} reçus)." if received else "."),
        maximum=maximum,
        received=received,
    )


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


def _unchanged(headers: Mapping[str, str]) -> web.Response:
    kept = (hdrs.ETAG, hdrs.CACHE_CONTROL, hdrs.VARY)
    return web.Response(status=304, headers={name: headers[name] for name in kept if name in headers})


def _known(request: web.Request, response: web.Response) -> bool:
    given = request.if_none_match
    etag = response.etag
    if not given or etag is None:
        return False
    return any(tag.value in {etag.value, "*"} for tag in given)
