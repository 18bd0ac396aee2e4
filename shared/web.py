"""The HTTP edge that every face shares: problems, correlation, metrics, and the manners of its neighbour modules.

It knows no service and no domain: a face gives it routes, it gives them manners.
"""

import time
import zlib
from collections.abc import Iterable
from typing import Any, TypeVar

import orjson
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, ValidationError

from shared import trace
from shared.bus.codec import DEFLATE, Wire, content
from shared.conditional import conditional, reads
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
from shared.origins import OPEN, ORIGINS
from shared.validation import told

log = structlog.get_logger(__name__)

MAX_BODY = 1 << 20
RETRY_AFTER = 2
# Set on a request whose answer streams and has begun: no other answer can follow on its connection.
BEGUN = web.RequestKey("begun", bool)
# The status by which servers count a caller who left before the end.
LEFT = 499
ModelT = TypeVar("ModelT", bound=BaseModel)


def http_app(routes: Iterable[web.AbstractRouteDef], *, max_body: int = MAX_BODY) -> web.Application:
    """Application serving `routes`; bodies over `max_body` bytes are refused with a problem that says both."""
    app = web.Application(middlewares=[mannered], client_max_size=max_body)
    app.on_response_prepare.append(_begin)
    app.add_routes(routes)
    return app


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
        faults, sentence = told(error, value)
        raise InvalidRequest(sentence, errors=faults) from None


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
