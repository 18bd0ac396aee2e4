"""Both ends of a call, the same on every bus: from request bytes to reply bytes, and from reply bytes to a value.

It must not know how the bytes travel.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog
from pydantic import BaseModel
from structlog.contextvars import bound_contextvars

from shared import trace
from shared.bus import codec
from shared.bus.codec import Wire
from shared.contract import Binding, Contract, RequestT, ResponseT
from shared.errors import Internal, InvalidRequest, MessageTooLarge, Problem, ServiceUnavailable
from shared.metrics import Metrics

log = structlog.get_logger(__name__)

OpenedT = TypeVar("OpenedT")


async def answer(binding: Binding[Any, Any], request: Wire, metrics: Metrics) -> Wire:
    """Run the handler on a request and return its reply or problem; only cancellation is raised.

    A problem that the contract does not declare, or any other exception, is logged here with its
    traceback and leaves as `internal` with the correlation id.
    """
    contract = binding.contract
    with (
        trace.joined(request.traceparent),
        bound_contextvars(contract=contract.key),
        metrics.call(contract.key, "answered") as call,
    ):
        try:
            answered = codec.encode(await _handled(binding, request))
        except Problem as problem:
            if contract.problems.get(problem.code) is type(problem):
                call.outcome = problem.code
                return codec.encode_problem(problem)
            log.exception("problem_undeclared", code=problem.code)
        except Exception:
            log.exception("handler_failed")
        else:
            call.outcome = "ok"
            return answered
        call.outcome = Internal.code
        return codec.encode_problem(internal())


async def _handled(binding: Binding[Any, Any], request: Wire) -> BaseModel:
    contract = binding.contract
    asked = codec.decode(contract.request, request)
    deadline = asyncio.timeout(contract.timeout)
    try:
        # The caller has gone by then: work nobody waits for would only add to the load.
        async with deadline:
            answered: object = await binding.handler(asked)
    except TimeoutError as error:
        if deadline.expired():
            raise too_late(contract) from error
        raise
    if not isinstance(answered, BaseModel) or not isinstance(answered, contract.response):
        raise TypeError(f"the handler of {contract.key} answered a {type(answered).__name__}")
    return answered


async def ask(
    contract: Contract[RequestT, ResponseT],
    request: RequestT,
    exchange: Callable[[Contract[Any, Any], Wire], Awaitable[Wire]],
    opened: Callable[[Contract[RequestT, ResponseT], Wire], OpenedT],
    metrics: Metrics,
) -> OpenedT:
    """The caller's end: the reply that `exchange` brings, opened by `read` or `relay`, counted and timed."""
    with metrics.call(contract.key, "asked") as call:
        try:
            wire = codec.encode(request, trace.traceparent())
            answered = opened(contract, await exchange(contract, wire))
        except Problem as problem:
            call.outcome = problem.code
            raise
        call.outcome = "ok"
        return answered


def read(contract: Contract[Any, ResponseT], reply: Wire) -> ResponseT:
    """Return the answer, or raise the contract's own problem; Internal for what the contract does not know."""
    return _opened(contract, reply, lambda: codec.decode(contract.response, reply))


def relay(contract: Contract[Any, Any], reply: Wire) -> Wire:
    """Return the answer as the handler's side wrote it from the contract's shape; raises problems as `read` does."""
    return _opened(contract, reply, lambda: reply)


def _opened(contract: Contract[Any, Any], reply: Wire, content: Callable[[], OpenedT]) -> OpenedT:
    try:
        if reply.content_type != codec.PROBLEM:
            return content()
        body = codec.decode_problem(reply)
    except (InvalidRequest, MessageTooLarge) as error:
        log.warning("reply_unreadable", contract=contract.key, detail=error.detail)
        raise internal() from error
    problem = contract.problems.get(str(body.get("code")))
    if problem is None:
        log.warning("problem_unknown", contract=contract.key, code=str(body.get("code"))[:80])
        raise internal()
    raise problem.from_wire(body)


def internal() -> Internal:
    """Build the only thing a caller learns of an unforeseen error: where to find it in the logs."""
    correlation = trace.correlation_id()
    return Internal(
        f"Une erreur imprévue s’est produite. Signalez-la avec ce numéro\u00a0: {correlation}.",
        correlation_id=correlation,
    )


def too_late(contract: Contract[Any, Any]) -> ServiceUnavailable:
    """Build the problem of a call that nobody answered within the contract's timeout."""
    seconds = f"{contract.timeout:g}".replace(".", ",")
    return ServiceUnavailable(
        f"Le service «\u00a0{contract.service}\u00a0» n’a pas répondu en {seconds}\u00a0s. "
        "Réessayez dans un instant.",
        service=contract.service,
    )


def nobody_serves(contract: Contract[Any, Any]) -> ServiceUnavailable:
    """Build the problem of a call that no process can take."""
    return ServiceUnavailable(
        f"Le service «\u00a0{contract.service}\u00a0» ne fonctionne pas en ce moment.",
        service=contract.service,
    )
