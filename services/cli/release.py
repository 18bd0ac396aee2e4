"""`rezone release`: from a producer's folder of counts to the release that serves."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import typer

from services.cli.console import progress, quiet_settings, run, stderr
from services.cli.release_audit import Externals, add_audit, show
from services.cli.release_check import add_check, show_warnings
from services.indicators.releases.audit_words import audit_state
from services.indicators.releases.audits import Attack, stored_audits
from services.indicators.releases.release_commands import (
    Wanted,
    activate,
    build_release,
    list_releases,
)
from services.indicators.releases.retire import retire
from services.indicators.secrecy.partition import Policy
from services.indicators.settings import IndicatorsSettings
from services.suite import open_suite
from shared.errors import RejectedFolder, ReleaseNotAudited
from shared.settings import load

app = typer.Typer(no_args_is_help=True, help="Construit, liste et met en service les millésimes de données.")
add_check(app)

ReleaseId = Annotated[str, typer.Argument(help="Identifiant du millésime", show_default=False)]
UnauditedOption = Annotated[
    bool, typer.Option("--unaudited", help="Accepte un millésime sans audit\u202f; chaque réponse le dira")
]
NO_KEY = (
    "La politique atoms, qui montre davantage des petites communes, demande une clé secrète "
    "(REZONE_INDICATORS_SECRECY_KEY)\u202f; sans elle, commune-mask a été prise."
)


@app.command("build")
def build(
    source: Annotated[
        Path,
        typer.Option("--from", help="Dossier du producteur", show_default=False),
    ],
    policy: Annotated[
        Policy | None,
        typer.Option(
            help="Politique de diffusion (défaut\u00a0: atoms, ou commune-mask pour des données réelles sans clé)",
            show_default=False,
        ),
    ] = None,
    *,
    two_sided: Annotated[
        bool | None,
        typer.Option(
            "--two-sided/--one-sided",
            help="Protège aussi le complément des indicateurs sensibles (défaut\u00a0: oui sous atoms)",
            show_default=False,
        ),
    ] = None,
    activated: Annotated[bool, typer.Option("--activate", help="Met aussitôt en service")] = False,
    unaudited: UnauditedOption = False,
    without_audit: Annotated[
        bool, typer.Option("--sans-audit", help="Construit sans auditer\u202f; l’audit peut venir après")
    ] = False,
    externals: Externals = None,
) -> None:
    """Lit un dossier de comptes, en entier ou pas du tout, et en construit un millésime diffusable."""
    settings = quiet_settings()
    if not source.is_dir():
        raise RejectedFolder(
            f"{source} n’est pas un dossier\u00a0: donnez celui qui contient release.toml et counts.csv.",
            rows=[],
        )
    if activated and without_audit and not unaudited:
        # Said before the work rather than after it.
        raise ReleaseNotAudited(
            "Sans audit de confidentialité, ce millésime ne peut pas être mis en service\u00a0; rien n’a été "
            "construit. Retirez --sans-audit, ou ajoutez --unaudited\u00a0: chaque réponse et chaque document le dira."
        )
    key = load(IndicatorsSettings).secrecy_key

    async def work() -> bool:
        async with AsyncExitStack() as stack:
            with progress("Démarrage de la suite…") as step:
                attack = None if without_audit else Attack(externals=externals, told=step)
                wanted = Wanted(policy, two_sided, key, attack)
                suite = await stack.enter_async_context(open_suite(settings))
                pool = suite.pools["indicators"]
                facts = await build_release(
                    source, bus=suite.bus, pool=pool, wanted=wanted, progress=step, warn=show_warnings
                )
            if attack:
                show((await stored_audits(pool, facts.id))[0])
            stderr.print(f"Millésime {facts.id} construit sous {facts.policy}\u00a0: {facts.title}")
            if policy is None and facts.policy != "atoms":
                stderr.print(NO_KEY)
            if activated:
                await activate(pool, facts.id, unaudited=unaudited)
                stderr.print(f"Millésime {facts.id} en service.")
            return attack is None or facts.audited

    if not run(work()) and not unaudited:
        raise typer.Exit(1)


@app.command("list")
def listing() -> None:
    """Liste les millésimes connus, un par ligne, l’identifiant d’abord."""
    settings = quiet_settings()

    async def work() -> None:
        async with open_suite(settings) as suite:
            releases = await list_releases(suite.pools["indicators"])
        for known in releases:
            facts = known.facts
            # One release a line, its id whole and first: it is read by people and cut by scripts.
            marks = [
                *(["actif"] if known.active else []),
                *(["synthétique"] if facts.synthetic else []),
                *([] if known.readable else ["à reconstruire"]),
                audit_state(known),
                facts.policy,
                "bilatéral" if facts.two_sided else "unilatéral",
            ]
            typer.echo(f"{facts.id}\t{facts.title}\t{', '.join(marks)}\tconstruit le {facts.built_at}")
        if not releases:
            stderr.print("Aucun millésime. Construisez-en un\u00a0: rezone release build --from DOSSIER")

    run(work())


@app.command("activate")
def activation(release: ReleaseId, *, unaudited: UnauditedOption = False) -> None:
    """Met un millésime en service ; les services qui tournent le prennent aussitôt."""
    settings = quiet_settings()

    async def work() -> None:
        async with open_suite(settings) as suite:
            await activate(suite.pools["indicators"], release, unaudited=unaudited)
        stderr.print(f"Millésime {release} en service.")

    run(work())


@app.command("retire")
def retirement(
    release: ReleaseId,
    *,
    definitively: Annotated[
        bool, typer.Option("--definitivement", help="Le fait vraiment\u00a0: rien ne se récupère")
    ] = False,
) -> None:
    """Retire un millésime pour de bon : ses valeurs, ses effectifs bruts et ses audits."""
    settings = quiet_settings()

    async def work() -> None:
        async with open_suite(settings) as suite:
            vintage = await retire(suite.pools["indicators"], release, definitively=definitively)
        stderr.print(
            f"Millésime {release} retiré\u00a0: l’identifiant {vintage} est de nouveau libre. Attention\u00a0: les "
            "documents déjà produits restent là où ils sont, et un autre masque de ces données, comparé à eux, "
            "révélerait ce que chacun cache.",
            soft_wrap=True,
        )

    run(work())


add_audit(app)
