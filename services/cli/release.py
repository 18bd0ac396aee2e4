"""`rezone release`: from a producer's folder of counts to the release that serves."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from services.cli.console import progress, quiet_settings, run, stderr
from services.indicators.release_commands import activate, build_release, list_releases
from services.suite import open_suite
from shared.errors import RejectedFolder, ReleaseNotAudited

app = typer.Typer(no_args_is_help=True, help="Construit, liste et met en service les millésimes de données.")

UnauditedOption = Annotated[
    bool, typer.Option("--unaudited", help="Accepte un millésime sans audit\u202f; chaque réponse le dira")
]


@app.command("build")
def build(
    source: Annotated[
        Path,
        typer.Option("--from", help="Dossier du producteur", show_default=False),
    ],
    policy: Annotated[
        Literal["commune-mask", "atoms"], typer.Option(help="Politique de diffusion")
    ] = "commune-mask",
    *,
    two_sided: Annotated[
        bool, typer.Option("--two-sided", help="Protège aussi le complément des indicateurs sensibles")
    ] = False,
    activated: Annotated[bool, typer.Option("--activate", help="Met aussitôt en service")] = False,
    unaudited: UnauditedOption = False,
) -> None:
    """Lit un dossier de comptes, en entier ou pas du tout, et en construit un millésime diffusable."""
    settings = quiet_settings()
    if not source.is_dir():
        raise RejectedFolder(
            f"{source} n’est pas un dossier\u00a0: donnez celui qui contient release.toml et counts.csv.",
            rows=[],
        )
    if activated and not unaudited:
        # No audit exists yet: said before the work rather than after it.
        raise ReleaseNotAudited(
            "Un millésime neuf n’a pas d’audit de confidentialité\u00a0; rien n’a été construit. Pour le construire et "
            "le mettre en service malgré tout, ajoutez --unaudited\u00a0: chaque réponse et chaque document le dira."
        )

    async def work() -> None:
        with progress("Démarrage de la suite…") as step:
            async with open_suite(settings) as suite:
                pool = suite.pools["indicators"]
                facts = await build_release(
                    source, bus=suite.bus, pool=pool, policy=policy, two_sided=two_sided, progress=step
                )
                if activated:
                    await activate(pool, facts.id, unaudited=unaudited)
        state = "construit et mis en service" if activated else "construit"
        stderr.print(f"Millésime {facts.id} {state}\u00a0: {facts.title}")

    run(work())


@app.command("list")
def listing() -> None:
    """Liste les millésimes connus, un par ligne, l’identifiant d’abord."""
    settings = quiet_settings()

    async def work() -> None:
        async with open_suite(settings) as suite:
            entries = await list_releases(suite.pools["indicators"])
        for entry in entries:
            facts = entry.facts
            # One release a line, its id whole and first: it is read by people and cut by scripts.
            marks = [
                *(["actif"] if entry.active else []),
                *(["synthétique"] if facts.synthetic else []),
                "audité" if facts.audited else "non audité",
                facts.policy,
            ]
            typer.echo(f"{facts.id}\t{facts.title}\t{', '.join(marks)}\tconstruit le {facts.built_at}")
        if not entries:
            stderr.print("Aucun millésime. Construisez-en un\u00a0: rezone release build --from DOSSIER")

    run(work())


@app.command("activate")
def activation(
    release: Annotated[str, typer.Argument(help="Identifiant du millésime")],
    *,
    unaudited: UnauditedOption = False,
) -> None:
    """Met un millésime en service ; les services qui tournent le prennent aussitôt."""
    settings = quiet_settings()

    async def work() -> None:
        async with open_suite(settings) as suite:
            await activate(suite.pools["indicators"], release, unaudited=unaudited)
        stderr.print(f"Millésime {release} en service.")

    run(work())
