"""`rezone setup` and `rezone import`: what the suite needs before it can answer, made once and checked after."""

import hashlib
import json
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import typer

from services.cli.console import progress, quiet_settings, run, stderr
from services.geo.importer import import_reference
from services.indicators.release_commands import activate, build_release, list_releases
from services.indicators.synthetic import SEED, write_synthetic_folder
from services.setup import fetch_reference, load_manifest, verify
from services.suite import Suite, open_database, open_pools, open_suite
from shared import __version__
from shared.settings import CommonSettings

importing = typer.Typer(no_args_is_help=True, help="Charge des fichiers officiels.")


def setup() -> None:
    """Télécharge les référentiels, les charge, et construit un jeu de données synthétique de toute la France."""
    settings = quiet_settings()
    stamp = settings.data_dir / "setup.json"
    done = _done(settings)
    if _read(stamp) == done and not verify(settings.data_dir):
        stderr.print("Mise en place : tout est là.")
        return
    with progress("Vérification des fichiers…") as step:
        fetch_reference(settings.data_dir, step)
        run(_load(settings, step))
    stamp.write_text(json.dumps(done), encoding="utf-8")
    stderr.print("Mise en place terminée. Essayez : make demo, ou make run.")


def _done(settings: CommonSettings) -> dict[str, str]:
    # Another database, manifest or version of the suite is another set-up.
    manifest = hashlib.sha256(repr(load_manifest()).encode()).hexdigest()
    database = hashlib.sha256((settings.database_url or "").encode()).hexdigest()
    return {"manifest": manifest, "database": database, "version": __version__}


def _read(stamp: Path) -> object:
    try:
        return json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


async def _load(settings: CommonSettings, step: Callable[[str], None]) -> None:
    async with AsyncExitStack() as stack:
        step("Démarrage de la base de données…")
        url = await stack.enter_async_context(open_database(settings))
        pools = await stack.enter_async_context(open_pools(url))
        await import_reference(settings.data_dir / "reference", pools["geo"], progress=step)
        suite = await stack.enter_async_context(open_suite(settings))
        if not await list_releases(suite.pools["indicators"]):
            await _synthetic(suite, step)


async def _synthetic(suite: Suite, step: Callable[[str], None]) -> None:
    with tempfile.TemporaryDirectory(prefix="rezone-") as folder:
        step("Tirage des données synthétiques de toute la France…")
        await write_synthetic_folder(suite.bus, Path(folder), seed=SEED, progress=step)
        facts = await build_release(
            Path(folder), bus=suite.bus, pool=suite.pools["indicators"], progress=step
        )
    await activate(suite.pools["indicators"], facts.id, unaudited=True)


@importing.command("reference")
def reference(
    source: Annotated[
        Path | None, typer.Option("--from", help="Dossier des fichiers (défaut : ceux de la mise en place)")
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
                f"Référentiel {imported.dataset} en service : {imported.communes} communes, "
                f"{imported.arrondissements} arrondissements, {len(imported.sans_contour)} sans contour."
            )
        else:
            stderr.print(f"Référentiel {imported.dataset} : déjà chargé, rien à faire.")

    run(work())
