"""Imports the national reference: a folder of official files becomes a new dataset, put in service in one move."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import structlog

from services.geo import store
from services.geo.imports.reference import dataset_id, read_reference
from services.geo.shapes.arrays import to_arrays
from services.geo.shapes.build import build_shapes
from services.geo.store_layers import one_command_at_a_time

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Imported:
    """What an import did. `new` is false when this very reference was there already.

    `replaced`: a patched reference, or one of other files, that was in service before and no longer is.
    """

    dataset: str
    new: bool
    communes: int = 0
    arrondissements: int = 0
    sans_contour: tuple[str, ...] = ()
    replaced: store.DatasetVersion | None = None


def _silent(_: str) -> None:
    """Progress nobody listens to."""


async def import_reference(
    folder: Path,
    pool: store.Pool,
    *,
    force: bool = False,
    keep_patched: bool = False,
    progress: Callable[[str], None] = _silent,
) -> Imported:
    """Import the files of `folder` and put them in service; the same files again change nothing unless forced.

    `keep_patched`: where what is in service was patched from this very reference, it stays in service.
    `progress` hears a French sentence per step. Raises BadReference, and then the dataset in service is unchanged.
    """
    dataset = await asyncio.to_thread(dataset_id, folder)
    waiting = partial(progress, "Un autre chargement est en cours, attente de sa fin…")
    async with one_command_at_a_time(pool, waiting):
        before = next((one for one in await store.datasets(pool) if one.active), None)
        replaced = before if before and before.id != dataset else None
        if not force and await store.dataset_exists(pool, dataset):
            if keep_patched and before and before.base == dataset:
                progress(f"Référentiel {before.id} (corrigé par vos fichiers) déjà chargé")
                return Imported(before.id, new=False)
            await store.activate(pool, dataset)
            progress(f"Référentiel {dataset} déjà chargé")
            return Imported(dataset, new=False, replaced=replaced)
        return replace(await _import(folder, pool, progress), replaced=replaced)


async def _import(folder: Path, pool: store.Pool, progress: Callable[[str], None]) -> Imported:
    progress("Lecture des fichiers officiels…")
    reference = await asyncio.to_thread(read_reference, folder)
    progress("Nettoyage des contours, limites communes et niveaux de détail…")
    shapes = await asyncio.to_thread(build_shapes, reference)
    progress("Enregistrement du référentiel…")
    await store.save(pool, reference, to_arrays(shapes))
    communes = [row for row in reference.communes if row.nature == "commune"]
    imported = Imported(
        reference.id,
        new=True,
        communes=len(communes),
        arrondissements=len(reference.communes) - len(communes),
        sans_contour=tuple(
            row.code
            for row, rank in zip(reference.communes, shapes.projection.tolist(), strict=True)
            if rank < 0
        ),
    )
    log.info("reference_imported", dataset=reference.id, without_polygon=len(imported.sans_contour))
    return imported
