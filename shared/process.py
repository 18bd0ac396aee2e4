"""One service as its own process: operations port, broker, database, service, HTTP face, in that order.

Each step waits for what it needs and says so on /readyz, so that processes start in any order.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Generic

import asyncpg
import structlog

from shared.bus.port import Bus
from shared.bus.rabbit import RabbitBus
from shared.database import migrate, open_pool
from shared.errors import Problem, ServiceUnavailable
from shared.logging import configure_logging
from shared.runtime import STOPPING, Readiness, health_routes, listening, operations_app, run
from shared.service import Service
from shared.settings import SettingsError, SettingsT
from shared.web import http_app

log = structlog.get_logger(__name__)

RETRY_SECONDS = 1.0


@dataclass(frozen=True)
class Program(Generic[SettingsT]):
    """A service as code: its name, how it is composed, and its migrations (None: it has no database)."""

    name: str
    settings: type[SettingsT]
    compose: Callable[[SettingsT, Bus, asyncpg.Pool], AbstractAsyncContextManager[Service]]
    migrations: Traversable | None


def run_process(program: Program[SettingsT], settings: SettingsT) -> None:
    """Run the service until SIGTERM or SIGINT, then drain. Raises SettingsError where a server is not named."""
    configure_logging(level=settings.log_level, form=settings.log_format)
    if settings.amqp_url is None:
        raise SettingsError(("AMQP_URL manque\u00a0: un service seul parle aux autres par RabbitMQ.",))
    if program.migrations is not None and settings.database_url is None:
        raise SettingsError(
            ("DATABASE_URL manque\u00a0: un service seul garde ses données dans PostgreSQL.",)
        )
    run(lambda stop: _serve(program, settings, stop))


async def _serve(program: Program[SettingsT], settings: SettingsT, stop: asyncio.Event) -> None:
    readiness = Readiness()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(
            listening(operations_app(readiness), settings.host, settings.metrics_port)
        )
        started = asyncio.ensure_future(_start(program, settings, readiness, stack))
        stopped = asyncio.ensure_future(stop.wait())
        await asyncio.wait({started, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not started.done():
            started.cancel()
            await asyncio.wait({started})
            return
        bus = await started
        readiness.phase = None
        log.info("ready", service=program.name)
        await stopped
        readiness.phase = STOPPING
        log.info("draining", service=program.name)
        await bus.drain(settings.drain_seconds)


async def _start(
    program: Program[SettingsT], settings: SettingsT, readiness: Readiness, stack: AsyncExitStack
) -> Bus:
    bus = RabbitBus(str(settings.amqp_url), name=program.name, namespace=settings.bus_namespace)
    stack.push_async_callback(bus.close)
    readiness.checks["bus"] = bus.unready_reason
    await bus.connect(wait=True)
    pool = await _database(program, settings, readiness, stack)
    service = await stack.enter_async_context(program.compose(settings, bus, pool))
    readiness.watch(service)
    await bus.serve(service.bindings)
    face = http_app((*service.routes, *health_routes(readiness)))
    port = await stack.enter_async_context(
        listening(face, settings.host, settings.port, grace=settings.drain_seconds)
    )
    log.info("listening", service=program.name, host=settings.host, port=port)
    return bus


async def _database(
    program: Program[SettingsT], settings: SettingsT, readiness: Readiness, stack: AsyncExitStack
) -> asyncpg.Pool | None:
    if program.migrations is None:
        return None
    url = str(settings.database_url)
    while True:
        try:
            await migrate(url, program.name, program.migrations)
            return await stack.enter_async_context(open_pool(url, program.name))
        except ServiceUnavailable as problem:
            _say(readiness, problem)
            await asyncio.sleep(RETRY_SECONDS)


def _say(readiness: Readiness, problem: Problem) -> None:
    readiness.phase = problem.detail
    log.warning("waiting_for_database", reason=problem.detail)
