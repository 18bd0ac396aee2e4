"""The `rezone` command: results on stdout, words and progress on stderr, French for the person who reads."""

import sys

import typer

from services.cli import answers, data, demo, release, serving, specifications
from services.cli.console import fail
from services.local_postgres import PostgresFailed
from shared.errors import Problem
from shared.runtime import PortTaken
from shared.settings import SettingsError

app = typer.Typer(
    name="rezone",
    help="Diagnostic territorial de santé pour une CPTS\u00a0: territoire, indicateurs, rapport.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
)
app.command("setup")(data.setup)
app.command("serve")(serving.serve)
app.command("diagnostic")(answers.diagnostic)
app.command("report")(answers.report)
app.command("demo")(demo.demo)
app.command("openapi")(specifications.openapi_command)
app.command("asyncapi")(specifications.asyncapi_command)
app.add_typer(data.importing, name="import")
app.add_typer(release.app, name="release")


def main() -> None:
    """Run the command; a problem is said in French on stderr and ends with code 1, a wrong setting with 2."""
    try:
        app()
    except Problem as problem:
        fail(problem)
        sys.exit(1)
    except SettingsError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except (PostgresFailed, PortTaken) as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
