"""`rezone openapi` and `rezone asyncapi`: the published descriptions, generated from the code, and their check."""

from pathlib import Path
from typing import Annotated

import orjson
import typer
import yaml

from services.gateway.asyncapi import asyncapi_document
from services.gateway.openapi import openapi
from shared import __version__

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
CheckOption = Annotated[bool, typer.Option("--check", help="Échoue si le fichier publié n’est pas à jour")]
WriteOption = Annotated[bool, typer.Option("--write", help="Met à jour le fichier publié")]


def openapi_command(*, check: CheckOption = False, write: WriteOption = False) -> None:
    """Affiche la description OpenAPI 3.1 de la passerelle."""
    text = orjson.dumps(openapi(__version__), option=orjson.OPT_INDENT_2).decode() + "\n"
    _publish(DEPLOY / "openapi.json", text, check=check, write=write)


def asyncapi_command(*, check: CheckOption = False, write: WriteOption = False) -> None:
    """Affiche la description AsyncAPI 3 du bus."""
    text = yaml.safe_dump(asyncapi_document(__version__), allow_unicode=True, sort_keys=False, width=110)
    _publish(DEPLOY / "asyncapi.yaml", text, check=check, write=write)


def _publish(path: Path, text: str, *, check: bool, write: bool) -> None:
    if write:
        path.write_text(text, encoding="utf-8")
    elif not check:
        typer.echo(text, nl=False)
    elif not path.is_file() or path.read_text(encoding="utf-8") != text:
        command = path.stem
        typer.echo(f"deploy/{path.name} n’est pas à jour\u00a0: lancez `rezone {command} --write`.", err=True)
        raise typer.Exit(1)
    else:
        typer.echo(f"deploy/{path.name} est à jour.", err=True)
