"""`rezone demo`: the whole suite, asked over HTTP by its own gateway for the report of a real territory."""

from pathlib import Path
from typing import Annotated

import aiohttp
import typer

from services.cli.answers import write_whole
from services.cli.console import progress, quiet_settings, run, stderr
from services.gateway.settings import GatewaySettings
from services.suite import open_gateway
from shared.errors import Internal
from shared.schemas.reports import ReportFormat
from shared.settings import load, override

COMMUNES = ("83061", "83001", "83099", "83107", "83118")
NAME = "Fréjus, Saint-Raphaël et environs"
FILE = "rapport-frejus-saint-raphael"


def demo(
    output: Annotated[Path, typer.Option("--output", "-o", help="Dossier où écrire")] = Path("out"),
) -> None:
    """Produit, par les vrais services, le rapport de cinq communes du Var."""
    quiet_settings()
    settings = override(load(GatewaySettings), {"port": 0, "metrics_port": 0})

    async def work() -> None:
        with progress("Démarrage de la suite…") as step:
            async with open_gateway(settings) as gateway, aiohttp.ClientSession(gateway.url) as session:
                for form in ReportFormat:
                    step(f"Rapport {form.value.upper()}…")
                    write_whole(output / f"{FILE}.{form.value}", await _asked(session, form))
        stderr.print("Rapports écrits\u00a0:")
        for form in ReportFormat:
            typer.echo(str(output / f"{FILE}.{form.value}"))

    run(work())


async def _asked(session: aiohttp.ClientSession, form: ReportFormat) -> bytes:
    body = {"communes": COMMUNES, "nom": NAME}
    async with session.post("/v1/reports", params={"f": form.value}, json=body) as answer:
        data = await answer.read()
        if answer.status != 200:
            problem = await answer.json(content_type=None)
            raise Internal(f"La passerelle a refusé le rapport {form.value}\u00a0: {problem.get('detail')}")
        return data
