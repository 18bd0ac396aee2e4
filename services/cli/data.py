"""`rezone setup` and `rezone import`: what the suite needs before it can answer, made once and checked after."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import typer

from services.cli.console import progress, quiet_settings, run, stderr
from services.cli.imports import add_imports
from services.geo.imports.national import Imported, import_reference
from services.indicators.releases.demonstration import is_needed, make_demonstration
from services.setup import fetch_reference
from services.suite import open_database, open_pools, open_suite
from shared.settings import CommonSettings

importing = typer.Typer(no_args_is_help=True, help="Charge des fichiers officiels.")
add_imports(importing)


def setup() -> None:
    """Télécharge les référentiels, les charge, et construit un jeu de données synthétique de toute la France."""
    settings = quiet_settings()
    with progress("Vérification des fichiers…") as step:
        fetched = fetch_reference(settings.data_dir, step)
        loaded = run(_load(settings, step))
    if fetched or loaded:
        stderr.print("Mise en place terminée. Essayez\u00a0: make demo, ou make run.")
    else:
        stderr.print("Mise en place\u00a0: tout est là.")


async def _load(settings: CommonSettings, step: Callable[[str], None]) -> bool:
    """Load what the database lacks; whether there was anything to load. The database itself says what it has."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(open_database(settings))
        pools = await stack.enter_async_context(open_pools(url))
        imported = await import_reference(
            settings.data_dir / "reference", pools["geo"], keep_patched=True, progress=step
        )
        _say_replaced(imported)
        if not await is_needed(pools["indicators"]):
            return imported.new
        suite = await stack.enter_async_context(open_suite(settings))
        await make_demonstration(suite.bus, suite.pools["indicators"], step)
        return True


@importing.command("reference")
def reference(
    source: Annotated[
        Path | None,
        typer.Option("--from", help="Dossier des fichiers (défaut\u00a0: ceux de la mise en place)"),
    ] = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Recharge même si rien n’a changé")] = False,
) -> None:
    """Charge le référentiel national : communes, contours, EPCI, départements, régions, anciens codes."""
    settings = quiet_settings()

    async def work() -> None:
        async with AsyncExitStack() as stack:
            step = stack.enter_context(progress("Démarrage de la base de données…"))
            url = await stack.enter_async_context(open_database(settings))
            pools = await stack.enter_async_context(open_pools(url))
            folder = source or settings.data_dir / "reference"
            imported = await import_reference(folder, pools["geo"], force=force, progress=step)
        if imported.new:
            stderr.print(
                f"Référentiel {imported.dataset} en service\u00a0: {imported.communes} communes, "
                f"{imported.arrondissements} arrondissements, {len(imported.sans_contour)} sans contour."
            )
        else:
            stderr.print(f"Référentiel {imported.dataset}\u00a0: déjà chargé, en service.")
        _say_replaced(imported)

    run(work())


def _say_replaced(imported: Imported) -> None:
    """Tell whose files over the reference are no longer in service, and how they come back."""
    replaced = imported.replaced
    if replaced is None or replaced.base is None:
        return
    back = "Chargez ces fichiers de nouveau."
    if replaced.base == imported.dataset:
        back = f"Pour le remettre\u00a0: rezone import activate {replaced.id}"
    stderr.print(
        f"Le référentiel corrigé par vos fichiers, {replaced.id}, n’est plus en service. {back}",
        soft_wrap=True,
    )
