"""`rezone release audit`: what an attacker with linear programs found of a release, and the attack again on demand."""

from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from services.cli.answers import listed
from services.cli.console import progress, quiet_settings, run, stderr
from services.indicators.releases.audit_store import StoredAudit
from services.indicators.releases.audit_words import audit_state
from services.indicators.releases.audits import Attack, audit_release, stored_audits
from services.indicators.releases.release_commands import list_releases
from services.reports.typography import number
from services.suite import open_suite

VERDICTS = {
    "passed": "réussi\u00a0: rien ne se retrouve",
    "partial": "partiel\u00a0: rien ne se retrouve dans les départements audités",
    "failed": "échec\u00a0: de petits effectifs se retrouvent",
}
REASONS = {
    "exact": "retrouvé exactement",
    "narrow": "resserré à moins de 5",
    "rule": "contraire à la règle",
    "infeasible": "incohérent",
}
MOST_ROWS = 20
WHAT_TO_DO = (
    "Ne mettez pas ce millésime en service. S’il a été construit avec --sans-audit, reconstruisez-le sans cette "
    "option\u00a0: la construction regroupe ce que l’audit trouve. S’il en reste, ou si un total connu d’ailleurs "
    "(--externes) en est la cause, retirez du dossier les indicateurs cités, ou essayez l’autre politique."
)
Departements = Annotated[
    str, typer.Option(help="Ceux-là seuls, par des virgules\u00a0: plus vite, mais l’audit reste partiel")
]
Externals = Annotated[
    Path | None,
    typer.Option(
        "--externes",
        help="Totaux connus d’ailleurs, en CSV\u00a0: indicator,communes,total. Ils sont gardés avec le "
        "millésime\u00a0: chaque audit suivant en tient compte",
    ),
]


def add_audit(app: typer.Typer) -> None:
    """Give the application its `audit` command."""
    app.command("audit")(audit)


def audit(
    release: Annotated[str, typer.Argument(help="Identifiant du millésime", show_default=False)],
    departements: Departements = "",
    externals: Externals = None,
    *,
    again: Annotated[
        bool, typer.Option("--repeter", help="Audite de nouveau, même si c’est déjà fait")
    ] = False,
) -> None:
    """Montre l’audit d’un millésime ; le fait s’il n’a jamais eu lieu, ou si on le demande."""
    settings = quiet_settings()
    asked = again or bool(departements) or externals is not None

    async def work() -> tuple[list[StoredAudit], str]:
        with progress("Démarrage de la suite…") as step:
            async with open_suite(settings) as suite:
                pool = suite.pools["indicators"]
                if asked or not await stored_audits(pool, release):
                    attack = Attack(listed(departements) or None, externals, told=step)
                    await audit_release(pool, release, attack)
                known = {one.facts.id: one for one in await list_releases(pool)}
                return await stored_audits(pool, release), audit_state(known[release])

    audits, state = run(work())
    show(audits[0])
    if len(audits) > 1:
        # The last one may have looked at less than the one that decides.
        stderr.print(f"Audits précédents\u00a0: {len(audits) - 1}. Millésime {state}.")
    if audits[0].verdict == "failed":
        raise typer.Exit(1)


def show(stored: StoredAudit) -> None:
    """Print an audit's figures on stdout, and what to do where it failed."""
    console = Console(highlight=False)
    report = stored.report
    table = Table(box=box.SIMPLE_HEAD, show_header=False, padding=(0, 1, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    where = "tous" if report.complete else ", ".join(report.departements)
    for words, value in (
        ("Départements", f"{len(report.departements)} ({where})"),
        ("Atomes dont les sommes se lisent", number(report.atoms)),
        ("Effectifs sous le seuil", number(report.unsafe)),
        ("Programmes linéaires résolus", number(report.solved)),
        ("Totaux connus d’ailleurs", number(report.externals)),
        ("Regroupements faits pour réussir", number(report.repaired)),
        ("Retrouvés exactement", number(report.exact)),
        ("Resserrés à moins de 5", number(report.narrow)),
        ("Contraires à la règle", number(report.rule)),
        ("Incohérents", number(report.infeasible)),
        ("Durée", f"{report.seconds:.1f} s".replace(".", ",")),
    ):
        table.add_row(words, value)
    console.print(f"Audit du {stored.at:%d/%m/%Y à %H:%M} (Rezone {stored.version})", markup=False)
    console.print(table)
    console.print(f"Verdict\u00a0: {VERDICTS[stored.verdict]}", markup=False)
    if stored.verdict == "failed":
        _found(console, stored)


def _found(console: Console, stored: StoredAudit) -> None:
    """Rows at fault. The communes are not named: what was found of them stays in the base."""
    worst = sorted(stored.rows.items(), key=lambda item: -item[1])
    for (row, reason), cells in worst[:MOST_ROWS]:
        console.print(f"  {row}\u00a0: {number(cells)} {REASONS[reason]}", markup=False)
    if len(worst) > MOST_ROWS:
        console.print(f"  … et {len(worst) - MOST_ROWS} autres lignes.")
    console.print(WHAT_TO_DO, soft_wrap=True, markup=False)
