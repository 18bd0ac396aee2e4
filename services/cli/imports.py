"""`rezone import …`: one command for each official file, made from one table, and the versions they leave."""

import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.console import progress, quiet_settings, run, stderr
from services.geo.imports.one_file import Manner, Outcome, import_file
from services.geo.imports.reading import FileReading, Options
from services.geo.imports.stored import Version, activate_version, described, every_version, remove_version
from services.geo.imports.table import IMPORTS, Import
from services.geo.store import DatasetVersion
from services.suite import open_database, open_pools
from shared.settings import CommonSettings

FIRST_REJECTS = 3

File = Annotated[Path, typer.Argument(help="Le fichier, tel que téléchargé", show_default=False)]
Millesime = Annotated[int | None, typer.Option(help="Année des données, si le fichier ne la dit pas")]
Producer = Annotated[str | None, typer.Option("--source", help="Qui publie le fichier")]
Licence = Annotated[str | None, typer.Option(help="Licence du fichier")]
Crs = Annotated[
    str | None, typer.Option(help="Projection d’un fichier qui n’en dit pas, EPSG:2154 par exemple")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Lit et contrôle sans rien charger")]
Rejects = Annotated[Path | None, typer.Option("--rejets", help="Où écrire les lignes refusées")]
Whole = Annotated[
    bool, typer.Option("--remplace", help="Un fichier d’une région remplace tout, au lieu de compléter")
]
VersionId = Annotated[str, typer.Argument(help="Identifiant de la version", show_default=False)]


def add_imports(app: typer.Typer) -> None:
    """Give the application a command for each entry of the table, and those about versions."""
    for entry in IMPORTS:
        app.command(entry.command, help=f"Charge {entry.words}.")(_command(entry))
    app.command("list")(listing)
    app.command("activate")(activate)
    app.command("remove")(remove)


def listing() -> None:
    """Liste ce qui est chargé, une version par ligne, l’identifiant d’abord."""

    async def work() -> None:
        async with _pool(quiet_settings()) as pool:
            versions = await every_version(pool)
        for version in versions:
            said = ", ".join((*_facts(version), f"chargé le {version.imported_at}"))
            typer.echo(f"{version.id}\t{described(version)}\t{said}")
        if not versions:
            stderr.print("Rien n’est chargé. Commencez par\u00a0: make setup")

    run(work())


def activate(version: VersionId) -> None:
    """Remet une version en service, à la place de celle qui sert."""

    async def work() -> None:
        async with _pool(quiet_settings()) as pool:
            found = await activate_version(pool, version)
        stderr.print(f"{described(found)}\u00a0: {found.id} est en service.")

    run(work())


def remove(
    version: VersionId,
    *,
    active: Annotated[bool, typer.Option("--active", help="Même en service")] = False,
) -> None:
    """Supprime une version qui ne sert plus."""

    async def work() -> None:
        async with _pool(quiet_settings()) as pool:
            found = await remove_version(pool, version, active=active)
        stderr.print(f"{described(found)}\u00a0: {found.id} est supprimée.")

    run(work())


def _facts(version: Version) -> list[str]:
    marks = ["en service"] if version.active else []
    if isinstance(version, DatasetVersion):
        return [*marks, f"COG {version.cog}", _counted(version.communes, "commune")]
    counts = (_counted(version.rows, "ligne"), _counted(version.rejects, "refusée"))
    return [*marks, f"millésime {version.millesime}", version.source, *counts]


@asynccontextmanager
async def _pool(settings: CommonSettings) -> AsyncIterator[Any]:
    async with open_database(settings) as url, open_pools(url) as pools:
        yield pools["geo"]


def _command(entry: Import) -> Callable[..., None]:
    """The command of an entry: a function whose signature has the options that its file calls for."""

    def command(**given: Any) -> None:
        options = Options(
            millesime=given["millesime"],
            variant=given.get("variant"),
            source=given["source"],
            licence=given["licence"],
            crs=given.get("crs"),
        )
        rejects = given["rejects"] or default_rejects(entry.command)
        manner = Manner(dry_run=given["dry_run"], rejects=rejects, whole=given.get("whole", False))
        _run(entry, given["file"], options, manner, rejects)

    annotations: dict[str, Any] = {
        "file": File,
        "millesime": Millesime,
        "source": Producer,
        "licence": Licence,
    }
    if entry.variant is not None:
        words = f"{entry.variant.words}\u00a0: {', '.join(entry.variant.values)}"
        annotations["variant"] = Annotated[
            str | None, typer.Option(f"--{entry.variant.option}", help=words, show_default=False)
        ]
    if entry.shapes:
        annotations["crs"] = Crs
    if entry.layer:
        annotations["whole"] = Whole
    annotations |= {"dry_run": DryRun, "rejects": Rejects}
    defaults: dict[str, Any] = {"file": inspect.Parameter.empty, "dry_run": False, "whole": False}
    command.__annotations__ = annotations
    command.__dict__["__signature__"] = inspect.Signature(
        [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=defaults.get(name), annotation=annotation
            )
            for name, annotation in annotations.items()
        ]
    )
    return command


def default_rejects(command: str) -> Path:
    """Where refused rows go when nobody says: a file of this very import, which no other one writes over."""
    now = datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S")
    folder = quiet_settings().data_dir / "rejects"
    names = (f"{command}-{now}{f'-{number}' if number else ''}.csv" for number in count())
    return next(folder / name for name in names if not (folder / name).exists())


def _run(entry: Import, file: Path, options: Options, manner: Manner, rejects: Path) -> None:
    settings = quiet_settings()

    async def work() -> Outcome:
        with progress("Démarrage de la base de données…") as step:
            async with _pool(settings) as pool:
                return await import_file(file, entry.reader, options, pool, manner, step)

    outcome = run(work())
    for sentence in summary(outcome, rejects):
        stderr.print(sentence, soft_wrap=True, markup=False)


def summary(outcome: Outcome, rejects: Path) -> list[str]:
    """What an import did, in French sentences."""
    reading = outcome.reading
    refused = len(reading.rejects)
    counts = [_counted(reading.read, "lue"), _counted(refused, "refusée")]
    if reading.layers:
        # Less than what was read where rows say nothing, or several say one thing.
        counts.append(_counted(sum(len(layer.rows) for layer in reading.layers), "retenue"))
    said = [
        f"Fichier pris pour\u00a0: {reading.detected}.",
        f"Lignes\u00a0: {', '.join(counts)}.",
    ]
    said += [f"À savoir\u00a0: {notice}" for notice in outcome.notices]
    said += _refusals(reading, rejects)
    named = ", ".join(outcome.versions)
    if not outcome.stored:
        return [*said, f"Essai à blanc\u00a0: rien n’a été chargé. Le fichier donnerait {named}."]
    if not outcome.new:
        return [*said, f"Déjà chargé, et en service\u00a0: {named}."]
    return [*said, f"En service\u00a0: {named}."]


def _refusals(reading: FileReading, rejects: Path) -> list[str]:
    if not reading.rejects:
        return []
    shown = [f"  ligne {one.line}\u00a0: {one.reason}" for one in reading.rejects[:FIRST_REJECTS]]
    return [*shown, f"Toutes les lignes refusées, avec leur motif\u00a0: {rejects}"]


def _counted(count: int, word: str) -> str:
    """« 1 lue », « 1 130 refusées »."""
    return f"{count:,} {word}{'s' if count > 1 else ''}".replace(",", "\u202f")
