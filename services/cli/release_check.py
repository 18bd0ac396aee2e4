"""`rezone release check`, `example` and `dictionary`: what a producer of counts needs before building a release."""

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import orjson
import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.cli.console import progress, quiet_settings, run, stderr
from services.indicators.catalogue import load_catalogue
from services.indicators.folder.cells import quoted
from services.indicators.folder.check import Checked, check_folder
from services.indicators.folder.check_report import Group, groups, to_csv, to_json, verdict
from services.indicators.folder.dictionary import package
from services.indicators.folder.dictionary_text import markdown
from services.indicators.folder.problems import BadRow, many
from services.suite import open_suite
from shared import __version__
from shared.errors import InvalidRequest, RejectedFolder

PLACES, FIRST = 3, 5
# Width of the other columns of the table, and the least that a sentence is given.
BESIDE, NARROWEST = 27, 30
WORDS = {"erreur": "[bold red]erreur[/]", "avertissement": "[yellow]à vérifier[/]"}


def add_check(app: typer.Typer) -> None:
    """Add the three commands to `rezone release`."""
    app.command("check")(check)
    app.command("example")(example)
    app.command("dictionary")(dictionary)


def check(
    source: Annotated[Path, typer.Option("--from", help="Dossier du producteur", show_default=False)],
    form: Annotated[
        Literal["table", "json"],
        typer.Option("--format", help="Pour une personne ou pour un programme"),
    ] = "table",
    output: Annotated[
        Path | None,
        typer.Option("--sortie", help="Écrit chaque problème dans un fichier CSV", show_default=False),
    ] = None,
) -> None:
    """Vérifie un dossier de comptes sans rien construire\u202f; échoue s’il reste une erreur."""
    settings = quiet_settings()
    if not source.is_dir():
        raise RejectedFolder(
            f"{source} n’est pas un dossier\u00a0: donnez celui qui contient release.toml et counts.csv.",
            rows=[],
        )

    async def work() -> Checked:
        with progress("Démarrage de la suite…") as step:
            async with open_suite(settings) as suite:
                return await check_folder(source, load_catalogue(), suite.bus, step)

    found = run(work())
    checked = Checked(found.geography, found.raw, quoted(source, found.errors), found.warnings)
    if output is not None:
        text = to_csv([*checked.errors, *checked.warnings])
        with written(output):
            output.write_text(text, encoding="utf-8-sig", newline="")
        stderr.print(f"Problèmes écrits dans {output}.", markup=False)
    if form == "json":
        typer.echo(orjson.dumps(to_json(checked), option=orjson.OPT_INDENT_2).decode())
    else:
        _show(checked)
    if checked.errors:
        raise typer.Exit(1)


def example(
    folder: Annotated[Path, typer.Argument(help="Dossier à créer", show_default=False)],
) -> None:
    """Écrit un dossier rempli, à copier\u00a0: chaque fichier, cinq communes, des effectifs fictifs."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RejectedFolder(
            f"{folder} existe déjà et n’est pas vide\u00a0: donnez un dossier à créer.", rows=[]
        )
    with written(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for file in files("services.indicators").joinpath("data", "exemple").iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
    stderr.print(
        f"Dossier d’exemple écrit. Vérifiez-le\u00a0: rezone release check --from {folder}", soft_wrap=True
    )


@contextmanager
def written(path: Path) -> Iterator[None]:
    """Say in French why a path cannot be written. Raises InvalidRequest."""
    try:
        yield
    except OSError as error:
        reason = "son dossier n’existe pas" if not path.parent.is_dir() else "écriture refusée"
        raise InvalidRequest(f"Impossible d’écrire {path}\u00a0: {reason}.", path=str(path)) from error


def dictionary(
    form: Annotated[
        Literal["md", "json"],
        typer.Option("--format", help="Une page (md), ou un Frictionless Data Package (json)"),
    ] = "md",
) -> None:
    """Affiche le dictionnaire des données\u00a0: chaque fichier, chaque colonne, chaque indicateur."""
    catalogue = load_catalogue()
    if form == "md":
        typer.echo(markdown(catalogue), nl=False)
    else:
        typer.echo(orjson.dumps(package(catalogue, __version__), option=orjson.OPT_INDENT_2).decode())


def show_warnings(warnings: list[BadRow]) -> None:
    """Say on stderr how many doubts a folder leaves, and the first of them."""
    stderr.print(f"{many(len(warnings), 'avertissement')} sur ce dossier\u00a0:")
    for row in warnings[:FIRST]:
        stderr.print(f"  – {row.file}\u00a0: {row.reason}", soft_wrap=True, markup=False)
    if len(warnings) > FIRST:
        stderr.print("  … Voyez-les tous par «\u00a0rezone release check\u00a0».")


def _show(checked: Checked) -> None:
    console = Console(highlight=False)
    found = groups([*checked.errors, *checked.warnings])
    if found:
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
        table.add_column("", no_wrap=True)
        table.add_column("Où", no_wrap=True)
        table.add_column("Nombre", justify="right", no_wrap=True)
        table.add_column("Ce qui ne va pas", overflow="fold")
        places = {group: _where(group) for group in found}
        beside = max(len(line) for place in places.values() for line in place.splitlines()) + BESIDE
        for group in found:
            # Wrapped here: rich would break a line at a no-break space.
            why = textwrap.fill(_why(group), max(console.width - beside, NARROWEST), break_on_hyphens=False)
            cells = (places[group], str(group.count), why)
            table.add_row(WORDS[group.severity], *map(escape, cells))
        console.print(table)
    console.print(verdict(checked), markup=False, soft_wrap=True)


def _where(group: Group) -> str:
    """File, column and first lines of a group, one under the other; no line for what is said of a whole file."""
    lines = list(dict.fromkeys(str(row.line) for row in group.rows if row.line))
    head = "ligne " if len(lines) == 1 else "lignes "
    told = head + ", ".join(lines[:PLACES]) + ("…" if len(lines) > PLACES else "") if lines else ""
    return "\n".join(filter(None, (group.file, group.column, told)))


def _why(group: Group) -> str:
    """The sentence of the first row, with what its cell says where the sentence does not."""
    first = group.rows[0]
    told = f" (valeur\u00a0: {first.value})" if first.value and first.value not in first.reason else ""
    return first.reason + told
