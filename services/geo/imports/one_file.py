"""Imports one official file: read whole, judged, then stored and put in service in one move, or nothing is changed."""

import asyncio
import csv
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from services.geo import store, store_layers
from services.geo.assemble import assemble
from services.geo.imports.codes import AtlasCodes
from services.geo.imports.ids import layer_id
from services.geo.imports.readers.cells import counted
from services.geo.imports.reading import FileReading, Options, Progress, Reader, ReferencePatch, Reject
from services.geo.imports.reference_patch import Patched, patched, same_shapes
from services.geo.layers.codec import decode, encode
from services.geo.layers.kinds import Layer, LayerVersion
from services.geo.layers.merge import merged
from services.geo.layers.words import title
from services.geo.shapes.arrays import is_readable, to_arrays
from services.geo.shapes.build import build_shapes
from services.geo.store import Pool, StoredLayer
from shared.errors import BadReference, NoReference

log = structlog.get_logger(__name__)

NO_REFERENCE = (
    "Le référentiel géographique n’est pas chargé, ou l’a été par une autre version. "
    "Lancez «\u00a0make setup\u00a0»."
)
MORE_THAN_HALF = 0.5
FIRST_REASONS = 3


@dataclass(frozen=True)
class Outcome:
    """What an import did. `versions`: ids of what the file made; `new` is false where all of it was there already.

    `notices`: what the person should know, the reader's and the merge's; `stored` is false for a dry run.
    """

    reading: FileReading
    versions: tuple[str, ...] = ()
    new: bool = False
    stored: bool = False
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manner:
    """How to go about it: `dry_run` stores nothing; `rejects` is where refused rows are written, if any.

    `whole`: a file of some départements replaces everyone's rows, instead of completing the version in service.
    """

    dry_run: bool = False
    rejects: Path | None = None
    whole: bool = False


async def import_file(
    path: Path, reader: Reader, options: Options, pool: Pool, manner: Manner, progress: Progress
) -> Outcome:
    """Read a file and put what it says in service. Raises BadReference or NoReference, and nothing is changed."""

    def waiting() -> None:
        progress("Un autre chargement est en cours, attente de sa fin…", None)

    async with store_layers.one_command_at_a_time(pool, waiting):
        progress("Lecture des codes en service…", None)
        stored = await store.load(pool)
        if stored is None or not is_readable(stored.arrays):
            raise NoReference(NO_REFERENCE)
        codes = AtlasCodes(await asyncio.to_thread(assemble, replace(stored, layers=())))
        in_service = () if manner.whole else stored.layers
        del stored
        progress(f"Lecture de {path.name}…", None)
        reading = await asyncio.to_thread(_read, path, reader, codes, options, progress)
        if reading.rejects and manner.rejects is not None:
            await asyncio.to_thread(write_rejects, manner.rejects, reading.rejects)
        _judge(path, reading, manner.rejects)
        outcome = Outcome(reading, notices=reading.notices)
        layers = [layer for layer in reading.layers if layer.rows]
        if layers:
            progress("Rapprochement avec ce qui est en service…", None)
            layers, notices = await asyncio.to_thread(_completed, layers, in_service, codes)
            outcome = replace(outcome, notices=(*outcome.notices, *notices))
            outcome = await _store_layers(layers, outcome, pool, manner, progress)
        if reading.patch is not None:
            outcome = await _store_patch(reading.patch, outcome, pool, manner, progress)
    log.info("file_imported", file=path.name, versions=outcome.versions, stored=outcome.stored)
    return outcome


def write_rejects(path: Path, rejects: Iterable[Reject]) -> None:
    """The refused rows as `ligne;valeur;motif`, in a form that spreadsheets open with their accents."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as text:
        writer = csv.writer(text, delimiter=";")
        writer.writerow(("ligne", "valeur", "motif"))
        writer.writerows((reject.line, reject.value, reject.reason) for reject in rejects)


def _read(path: Path, reader: Reader, codes: AtlasCodes, options: Options, progress: Progress) -> FileReading:
    if not path.exists():
        raise BadReference(f"{path}\u00a0: ce fichier n’existe pas. Rien n’a été chargé.", file=path.name)
    with warnings.catch_warnings():
        # GDAL's remarks on a file are in English; what matters of them the reader says.
        warnings.simplefilter("ignore", RuntimeWarning)
        return reader(path, codes, options, progress)


def _judge(path: Path, reading: FileReading, rejects: Path | None) -> None:
    """Refuse a file of which nothing, or less than half, could be kept; `rejects`: where the refused rows are."""
    kept = reading.patch is not None or any(layer.rows for layer in reading.layers)
    rejected = len(reading.rejects)
    if kept and rejected <= MORE_THAN_HALF * reading.read:
        return
    first = "\u202f; ".join(
        f"ligne {reject.line}\u00a0: {reject.reason}" for reject in reading.rejects[:FIRST_REASONS]
    )
    said = (
        f"{rejected} lignes refusées sur {reading.read}, plus de la moitié" if kept else "aucune ligne gardée"
    )
    reasons = f" ({first})" if first else ""
    listed = f" Toutes les lignes refusées, avec leur motif\u00a0: {rejects}" if rejects and rejected else ""
    raise BadReference(
        f"{path.name}, pris pour\u00a0: {reading.detected}. {said[0].upper()}{said[1:]}{reasons}. "
        f"Rien n’a été chargé.{listed}",
        file=path.name,
    )


def _completed(
    layers: list[Layer], in_service: Sequence[StoredLayer], codes: AtlasCodes
) -> tuple[list[Layer], list[str]]:
    """The layers over the versions in service of their kind and variant, and what was kept of these, in French."""
    before = {(one.version.kind, one.version.variant): one for one in in_service}
    made, notices = [], []
    for layer in layers:
        known = before.get((layer.kind, layer.variant))
        if known is None:
            made.append(layer)
            continue
        rows = decode(layer.kind, known.document)
        found = merged(layer, known.version, rows, codes.departement, codes.departements())
        made.append(found.layer)
        if found.kept:
            notices.append(
                f"{title(layer.kind, layer.variant)}\u00a0: le fichier complète la version en service, "
                f"{_lines(found.kept)} d’autres départements "
                f"gardée{'s' if found.kept > 1 else ''}. Remplacé\u00a0: {_replaced(found.told)}. "
                "Pour tout remplacer\u00a0: --remplace"
            )
    return made, notices


def _replaced(told: Iterable[tuple[str, int, int]]) -> str:
    """« 06 (2 lignes, 163 avant), 83 (153 lignes, 153 avant) »: a file that spills over its border shows here."""
    return ", ".join(f"{code} ({_lines(now)}, {counted(before)} avant)" for code, before, now in told)


def _lines(count: int) -> str:
    return "1 ligne" if count == 1 else f"{counted(count)} lignes"


async def _store_layers(
    layers: list[Layer], outcome: Outcome, pool: Pool, manner: Manner, progress: Progress
) -> Outcome:
    made = await asyncio.to_thread(_documents, layers, outcome.reading)
    outcome = replace(outcome, versions=(*outcome.versions, *(layer.version.id for layer in made)))
    if manner.dry_run:
        return outcome
    progress("Enregistrement et mise en service…", None)
    written = await store_layers.save_layers(pool, made)
    return replace(outcome, stored=True, new=bool(written))


def _documents(layers: list[Layer], reading: FileReading) -> list[StoredLayer]:
    return [
        StoredLayer(
            LayerVersion(
                id=layer_id(layer),
                kind=layer.kind,
                variant=layer.variant,
                millesime=layer.millesime,
                source=layer.source,
                licence=layer.licence,
                rows=len(layer.rows),
                rejects=len(reading.rejects),
                detected=reading.detected,
            ),
            encode(layer.kind, layer.rows),
        )
        for layer in layers
    ]


async def _store_patch(
    patch: ReferencePatch, outcome: Outcome, pool: Pool, manner: Manner, progress: Progress
) -> Outcome:
    """Another reference, of the one in service and the patch over it."""
    base = await store.base_of_active(pool)
    before = await store.load_reference(pool)
    if before is None:
        raise NoReference(NO_REFERENCE)
    reference, arrays = before
    progress("Report sur le référentiel en service…", None)
    made: Patched = await asyncio.to_thread(patched, reference, patch)
    outcome = replace(
        outcome,
        versions=(*outcome.versions, reference.id if made.same else made.reference.id),
        notices=(*outcome.notices, *made.notices),
    )
    if manner.dry_run:
        return outcome
    if made.same:
        return replace(outcome, stored=True)
    if await store.dataset_exists(pool, made.reference.id):
        await store.activate(pool, made.reference.id)
        return replace(outcome, stored=True)
    if not same_shapes(reference, made.reference):
        progress("Nettoyage des contours, limites communes et niveaux de détail…", None)
        arrays = to_arrays(await asyncio.to_thread(build_shapes, made.reference))
    progress("Enregistrement du référentiel…", None)
    await store.save(pool, made.reference, arrays, base)
    return replace(outcome, stored=True, new=True)
