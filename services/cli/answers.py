"""`rezone diagnostic` and `rezone report`: the answers of the suite, run here for the time of one."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from services.cli.console import progress, quiet_settings, run, stderr
from services.cli.summary import summary
from services.suite import open_suite
from shared.objects import ObjectStore
from shared.schemas.indicators import DIAGNOSE, DiagnosticRequest
from shared.schemas.reports import MAKE_REPORT, ReportFormat, ReportRequest
from shared.web import validated

CommunesOption = Annotated[str, typer.Option(help="Codes INSEE séparés par des virgules", show_default=False)]
NameOption = Annotated[str | None, typer.Option("--nom", help="Nom du territoire")]
ReleaseOption = Annotated[str | None, typer.Option(help="Millésime de données (défaut\u00a0: l’actif)")]
PathologiesOption = Annotated[str, typer.Option(help="ALD à ajouter aux cinq premières, par des virgules")]


class DiagnosticFormat(StrEnum):
    """Forms of a diagnostic on stdout."""

    TEXTE = "texte"
    JSON = "json"


def listed(value: str) -> tuple[str, ...]:
    """Items of a list given with commas, semicolons or spaces."""
    return tuple(value.replace(",", " ").replace(";", " ").split())


def diagnostic(
    communes: CommunesOption,
    nom: NameOption = None,
    release: ReleaseOption = None,
    pathologies: PathologiesOption = "",
    form: Annotated[
        DiagnosticFormat, typer.Option("--format", help="texte ou json")
    ] = DiagnosticFormat.TEXTE,
) -> None:
    """Affiche le diagnostic d’un territoire, en texte ou en JSON."""
    asked = validated(
        DiagnosticRequest,
        {
            "communes": listed(communes),
            "nom": nom,
            "release": release,
            "focus": {"pathologies": listed(pathologies)},
        },
    )
    settings = quiet_settings()

    async def work() -> None:
        async with open_suite(settings, drafts=True) as suite:
            answer = await suite.bus.call(DIAGNOSE, asked)
            if form is DiagnosticFormat.JSON:
                sys.stdout.write(answer.model_dump_json(indent=1) + "\n")
            else:
                summary(answer)

    run(work())


def report(
    communes: CommunesOption,
    nom: NameOption = None,
    release: ReleaseOption = None,
    pathologies: PathologiesOption = "",
    form: Annotated[ReportFormat | None, typer.Option("--format", help="pdf, html ou json")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Fichier à écrire\u202f; son extension dit le format"),
    ] = None,
) -> None:
    """Écrit le rapport d’un territoire."""
    chosen = form or _format_of(output)
    asked = validated(
        ReportRequest,
        {
            "communes": listed(communes),
            "nom": nom,
            "release": release,
            "focus": {"pathologies": listed(pathologies)},
            "format": chosen,
        },
    )
    settings = quiet_settings()

    async def work() -> None:
        with progress("Démarrage de la suite…") as step:
            async with open_suite(settings, drafts=True) as suite:
                step("Mise en page du rapport…")
                made = await suite.bus.call(MAKE_REPORT, asked)
                target = output or Path(made.filename)
                write_whole(target, await ObjectStore(settings.documents).get(made.key))
        stderr.print(f"Rapport écrit\u00a0: {target} ({made.size} octets)")

    run(work())


def write_whole(target: Path, data: bytes) -> None:
    """Write a file whole or not at all, making its folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".part")
    unfinished.write_bytes(data)
    unfinished.replace(target)


def _format_of(output: Path | None) -> ReportFormat:
    if output is None:
        return ReportFormat.PDF
    suffix = output.suffix.removeprefix(".").lower()
    if suffix not in set(ReportFormat):
        formats = ", ".join(f".{one}" for one in ReportFormat)
        raise typer.BadParameter(
            f"l’extension «\u00a0{output.suffix}\u00a0» ne dit pas un format connu ({formats})\u202f; donnez --format.",
            param_hint="--output",
        )
    return ReportFormat(suffix)
