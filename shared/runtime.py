"""The life of a process: signals, health, readiness, metrics, drain. It runs services and knows none."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiohttp import web

from shared.metrics import process_metrics
from shared.service import Service
from shared.web import http_app, json_response

log = structlog.get_logger(__name__)

# Bytes of an address: many codes, or a filter that holds a polygon.
MAX_LINE = 64 * 1024
STARTING = "Démarrage en cours."
STOPPING = "Arrêt en cours\u00a0: les demandes en main sont achevées, aucune autre n’est prise."


class PortTaken(Exception):
    """An address that cannot be listened on; the message is a French sentence."""


@dataclass
class Readiness:
    """Why a process is not ready: one French sentence by subject; ready when every subject says nothing."""

    phase: str | None = STARTING
    checks: dict[str, Callable[[], str | None]] = field(default_factory=dict)

    def reasons(self) -> dict[str, str]:
        """Reasons by subject, empty when ready."""
        given = {subject: check() for subject, check in self.checks.items()}
        said = {subject: reason for subject, reason in given.items() if reason is not None}
        return {"processus": self.phase, **said} if self.phase is not None else said

    def watch(self, service: Service) -> None:
        """Count this service's own reason."""
        self.checks[service.name] = service.unready_reason


def health_routes(readiness: Readiness, *, reasons: bool = False) -> tuple[web.RouteDef, ...]:
    """Routes /healthz (the process lives) and /readyz (it can answer, or not).

    `reasons` adds why not: for the operations port, since they may name the machines behind.
    """

    async def healthz(_: web.Request) -> web.StreamResponse:
        return json_response({"status": "ok"})

    async def readyz(_: web.Request) -> web.StreamResponse:
        why = readiness.reasons()
        said = {"ready": not why, **({"reasons": why} if reasons else {})}
        return json_response(said, status=503 if why else 200)

    return (web.get("/healthz", healthz), web.get("/readyz", readyz))


async def _metrics(_: web.Request) -> web.StreamResponse:
    body, content_type = process_metrics().render()
    return web.Response(body=body, headers={"Content-Type": content_type})


def operations_app(readiness: Readiness) -> web.Application:
    """Application of the operations port: metrics, health and readiness, from the first moment."""
    return http_app((web.get("/metrics", _metrics), *health_routes(readiness, reasons=True)))


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int, *, grace: float = 5.0) -> AsyncIterator[int]:
    """Serve `app` while the context lasts; gives the port, chosen by the system when 0.

    At its end no request is taken, and those in hand have `grace` seconds. Raises PortTaken.
    """
    runner = web.AppRunner(
        app,
        access_log=None,
        handle_signals=False,
        shutdown_timeout=grace,
        max_line_size=MAX_LINE,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, reuse_address=True)
        try:
            await site.start()
        except OSError as error:
            raise PortTaken(
                f"Impossible d’écouter sur {host}:{port} ({error.strerror or error}). "
                "Arrêtez le programme qui s’y trouve, ou choisissez un autre port (--port, --metrics-port)."
            ) from error
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def run(main: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Run `main(stop)` until it returns; SIGTERM and SIGINT set `stop`, a second one cancels."""
    asyncio.run(_run(main))


async def _run(main: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    stop = asyncio.Event()
    work = asyncio.ensure_future(main(stop))

    def asked_to_stop() -> None:
        if stop.is_set():
            work.cancel()
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked_to_stop)
    try:
        await work
    except asyncio.CancelledError:
        log.warning("stopped_at_once")
