"""Composes every service in one process over the memory bus: the embedded default and the CLI's engine."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import asyncpg
import structlog

from services.gateway.app import compose as compose_gateway
from services.gateway.settings import GatewaySettings
from services.geo.app import PROGRAM as GEO
from services.indicators.app import PROGRAM as INDICATORS
from services.indicators.app import compose as compose_indicators
from services.local_postgres import LocalPostgres
from services.reports.app import PROGRAM as REPORTS
from shared.bus.memory import MemoryBus
from shared.database import migrate, open_pool
from shared.process import Program
from shared.runtime import STOPPING, Readiness, health_routes, listening, operations_app
from shared.service import Service
from shared.settings import CommonSettings, SettingsError, load
from shared.web import http_app

log = structlog.get_logger(__name__)

BACKENDS: tuple[Program[Any], ...] = (GEO, INDICATORS, REPORTS)


@dataclass(frozen=True)
class Suite:
    """The running services: their bus, each service by name, and the pool of each one that has a database."""

    bus: MemoryBus
    services: Mapping[str, Service]
    pools: Mapping[str, asyncpg.Pool]


@asynccontextmanager
async def open_database(settings: CommonSettings) -> AsyncIterator[str]:
    """URL of the database: DATABASE_URL where set, else the embedded server, running while the context lasts."""
    if settings.database_url is not None:
        yield settings.database_url
    else:
        async with LocalPostgres(settings.data_dir) as server:
            yield server.url


@asynccontextmanager
async def open_pools(url: str) -> AsyncIterator[Mapping[str, asyncpg.Pool]]:
    """Pools of the services that have a database, migrated, by name."""
    async with AsyncExitStack() as stack:
        pools = {}
        for program in BACKENDS:
            if program.migrations is not None:
                await migrate(url, program.name, program.migrations)
                pools[program.name] = await stack.enter_async_context(open_pool(url, program.name))
        yield pools


@asynccontextmanager
async def open_suite(settings: CommonSettings, *, drafts: bool = False) -> AsyncIterator[Suite]:
    """Every backend over one memory bus, loaded side by side. Raises SettingsError, ServiceUnavailable.

    `drafts`: releases never activated may be asked for by their id (a command of the person who builds them).
    """
    loaded = load_all(*(program.settings for program in BACKENDS))
    own = {program.name: one for program, one in zip(BACKENDS, loaded, strict=True)}
    compose = {program.name: program.compose for program in BACKENDS}
    compose[INDICATORS.name] = partial(compose_indicators, drafts=drafts)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(open_database(settings))
        pools = await stack.enter_async_context(open_pools(url))
        bus = MemoryBus()
        stack.push_async_callback(bus.close)

        async def start(program: Program[Any]) -> Service:
            composed = compose[program.name](own[program.name], bus, pools.get(program.name))
            service = await stack.enter_async_context(composed)
            await bus.serve(service.bindings)
            return service

        services = await asyncio.gather(*(start(program) for program in BACKENDS))
        yield Suite(bus, {service.name: service for service in services}, pools)


def load_all(*shapes: type[CommonSettings]) -> tuple[CommonSettings, ...]:
    """Settings of several services from the environment. Raises SettingsError with the problems of all of them."""
    loaded, problems = [], []
    for shape in shapes:
        try:
            loaded.append(load(shape))
        except SettingsError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise SettingsError(tuple(problems))
    return tuple(loaded)


@dataclass(frozen=True)
class OpenGateway:
    """The suite behind its gateway: where it answers, and what says whether it can."""

    url: str
    suite: Suite
    readiness: Readiness


@asynccontextmanager
async def open_gateway(settings: GatewaySettings) -> AsyncIterator[OpenGateway]:
    """The whole suite in one process, listening at the settings' host and port (0: any free one)."""
    readiness = Readiness()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(
            listening(operations_app(readiness), settings.host, settings.metrics_port)
        )
        suite = await stack.enter_async_context(open_suite(settings))
        gateway = await stack.enter_async_context(
            compose_gateway(settings, suite.bus, geo_routes=suite.services["geo"].routes)
        )
        for service in (*suite.services.values(), gateway):
            readiness.watch(service)
        face = http_app((*gateway.routes, *health_routes(readiness)), max_body=settings.max_body)
        port = await stack.enter_async_context(
            listening(face, settings.host, settings.port, grace=settings.drain_seconds)
        )
        readiness.phase = None
        yield OpenGateway(f"http://{settings.host}:{port}", suite, readiness)


async def serve_suite(settings: GatewaySettings, stop: asyncio.Event) -> None:
    """Serve the whole suite behind its gateway until `stop`, then drain."""
    async with open_gateway(settings) as gateway:
        log.info("ready", address=gateway.url)
        await stop.wait()
        gateway.readiness.phase = STOPPING
        await gateway.suite.bus.drain(settings.drain_seconds)
