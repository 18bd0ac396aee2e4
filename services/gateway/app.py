"""Composes the gateway: the route table over the bus, geo's read face, and the description of it all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import orjson
import yaml
from aiohttp import web

from services.gateway.asyncapi import asyncapi_document
from services.gateway.handlers import contract_routes
from services.gateway.openapi import openapi
from services.gateway.proxy import proxy_routes
from services.gateway.reference import docs_routes
from services.gateway.settings import GatewaySettings
from shared import __version__
from shared.bus.port import Bus
from shared.objects import ObjectStore
from shared.process import Program
from shared.service import Service


@asynccontextmanager
async def compose(
    settings: GatewaySettings, bus: Bus, *, geo_routes: tuple[web.RouteDef, ...] | None = None
) -> AsyncIterator[Service]:
    """Gateway over `bus`. `geo_routes` mounts geo's read face here (one process), else it is proxied."""
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        yield Service(
            name="gateway",
            routes=(
                *contract_routes(bus, ObjectStore(settings.documents)),
                *(proxy_routes(session, settings.geo_url) if geo_routes is None else geo_routes),
                *description_routes(),
                *docs_routes(settings.data_dir / "assets"),
            ),
            unready_reason=bus.unready_reason,
        )


def description_routes() -> tuple[web.RouteDef, ...]:
    """Routes /openapi.json and /asyncapi.yaml, generated once."""
    described = orjson.dumps(openapi(__version__))
    messages = yaml.safe_dump(asyncapi_document(__version__), allow_unicode=True, sort_keys=False).encode()

    async def openapi_json(_: web.Request) -> web.StreamResponse:
        return web.Response(body=described, content_type="application/json")

    async def asyncapi_yaml(_: web.Request) -> web.StreamResponse:
        return web.Response(body=messages, content_type="application/yaml")

    return (web.get("/openapi.json", openapi_json), web.get("/asyncapi.yaml", asyncapi_yaml))


PROGRAM = Program(
    "gateway", GatewaySettings, lambda settings, bus, _: compose(settings, bus), migrations=None
)
