"""`rezone serve`: the whole suite in one process, or one service over RabbitMQ."""

from enum import StrEnum
from typing import Annotated

import typer

from services.gateway.app import PROGRAM as GATEWAY
from services.gateway.settings import GatewaySettings
from services.suite import BACKENDS, serve_suite
from shared.logging import configure_logging
from shared.process import run_process
from shared.runtime import run
from shared.settings import CommonSettings, load, override


class ServiceName(StrEnum):
    """Services that run on their own."""

    GATEWAY = "gateway"
    GEO = "geo"
    INDICATORS = "indicators"
    REPORTS = "reports"


PROGRAMS = {program.name: program for program in (GATEWAY, *BACKENDS)}


def serve(
    service: Annotated[
        ServiceName | None, typer.Argument(help="Service à lancer seul\u202f; sans nom, toute la suite")
    ] = None,
    host: Annotated[str | None, typer.Option(help="Adresse d’écoute")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port d’écoute (0\u00a0: un port libre)", min=0, max=65535)
    ] = None,
    metrics_port: Annotated[
        int | None, typer.Option(help="Port des mesures Prometheus", min=0, max=65535)
    ] = None,
) -> None:
    """Lance la suite entière dans un processus, ou un seul service relié aux autres par RabbitMQ."""
    given = {"host": host, "port": port, "metrics_port": metrics_port}
    if service is not None:
        program = PROGRAMS[service]
        run_process(program, override(load(program.settings), given))
        return
    settings = override(load(GatewaySettings), given)
    configure_logging(level=settings.log_level, form=settings.log_format)
    _say_where(settings)
    run(lambda stop: serve_suite(settings, stop))


def _say_where(settings: CommonSettings) -> None:
    page = f"http://{settings.host}:{settings.port}/docs"
    typer.echo(f"Rezone démarre\u00a0: {page} (Ctrl-C pour arrêter)", err=True)
