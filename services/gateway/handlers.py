"""One handler for every route: read the request, call the contract, answer."""

from functools import partial
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from services.gateway.documents import stream_document
from services.gateway.formats import requested_format
from services.gateway.routes import ROUTES, Route
from shared.bus.port import Bus
from shared.contract import Contract
from shared.objects import ObjectStore
from shared.schemas.reports import ReportRequest
from shared.web import read_json, read_query, wire_response


def contract_routes(bus: Bus, documents: ObjectStore) -> tuple[web.RouteDef, ...]:
    """HTTP routes of the whole table."""
    return tuple(
        web.route(
            route.method,
            route.path,
            partial(make_document, bus, documents, route.contract)
            if route.document
            else partial(answer, bus, route),
        )
        for route in ROUTES
    )


async def answer(bus: Bus, route: Route, request: web.Request) -> web.StreamResponse:
    """Answer of the route's contract, as the service wrote it."""
    asked: BaseModel
    if route.method == "GET":
        asked = read_query(request, route.contract.request)
    else:
        asked = await read_json(request, route.contract.request)
    return wire_response(request, await bus.relay(route.contract, asked))


async def make_document(
    bus: Bus, documents: ObjectStore, contract: Contract[Any, Any], request: web.Request
) -> web.StreamResponse:
    """The document itself; `f` wins over Accept, and both over the body's `format`."""
    asked = await read_json(request, ReportRequest)
    chosen = requested_format(request.query.get("f"), request.headers.get("Accept"))
    if chosen is not None:
        asked = asked.model_copy(update={"format": chosen})
    made = await bus.call(contract, asked)
    return await stream_document(request, documents, made)
