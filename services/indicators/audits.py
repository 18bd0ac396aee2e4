"""Attacks a release and keeps what was found: as it is built, or later from what was kept beside it."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from services.indicators import store
from services.indicators.audit_store import StoredAudit, audits_of, save_audit
from services.indicators.build import Draft, cut_rows
from services.indicators.catalogue import load_catalogue
from services.indicators.folder.problems import BadRow, rejected
from services.indicators.geography import Geography
from services.indicators.kept import Kept, from_arrays
from services.indicators.raw_store import read_raw
from services.indicators.retire import known_or_raise
from services.indicators.secrecy.audit import WORKERS, audit
from services.indicators.secrecy.audit_repair import audited
from services.indicators.secrecy.externals import External, contradicted, externals_of
from services.indicators.secrecy.findings import AuditReport
from services.indicators.secrecy.piece import Partition, Piece
from services.indicators.store import Known, Pool
from shared.errors import InvalidRequest, ReleaseConflict

Found = TypeVar("Found")
Told = Callable[[str, float | None], None]
NOT_KEPT = (
    "Les effectifs du millésime {} n’ont pas été gardés, ou l’ont été par une autre version de Rezone\u00a0: "
    "reconstruisez-le depuis son dossier («\u00a0rezone release build\u00a0») pour l’auditer."
)


class Stopped(Exception):
    """The audit was given up by the person who asked for it."""


@dataclass(frozen=True)
class Attack:
    """How far to attack: départements (None: all) and totals known from elsewhere; `told` hears how far it is."""

    departements: tuple[str, ...] | None = None
    externals: Path | None = None
    workers: int = WORKERS
    told: Told = field(default=lambda _sentence, _share: None, repr=False)


async def mended(draft: Draft, geography: Geography, attack: Attack) -> tuple[Partition, AuditReport]:
    """Cut a draft and attack it; what is found is joined with what is near, and all is cut again.

    Raises InvalidRequest for a département that there is not, RejectedFolder for totals that cannot be read.
    """
    rows = draft.pieces
    return await _attacked(partial(audited, draft.cut, rows, geography), rows, geography, attack)


async def _attacked(
    audited_with: Callable[..., Found], rows: tuple[Piece, ...], geography: Geography, attack: Attack
) -> Found:
    """Run an attack off the event loop; cancelled, it stops at the next département."""
    unknown = sorted(set(attack.departements or ()) - set(geography.departements))
    if unknown:
        raise InvalidRequest(
            f"Départements inconnus de ce millésime\u00a0: {', '.join(unknown)}. Écrivez par exemple 83,30.",
            departements=unknown,
        )
    externals = _externals(attack.externals, rows, geography) if attack.externals else ()
    stopped = threading.Event()

    def telling(departement: str, done: int, among: int) -> None:
        if stopped.is_set():
            raise Stopped
        attack.told(f"Audit du secret statistique\u00a0: département {departement}…", done / among)

    work = partial(
        audited_with,
        departements=attack.departements,
        externals=externals,
        workers=attack.workers,
        progress=telling,
    )
    attack.told("Audit du secret statistique…", None)
    try:
        return await asyncio.to_thread(work)
    except asyncio.CancelledError:
        stopped.set()
        raise


async def audit_release(pool: Pool, release_id: str, attack: Attack) -> StoredAudit:
    """Attack a stored release, keep the result with it; running services say so at once where it passed.

    Raises UnknownRelease, InvalidRequest, RejectedFolder, ReleaseConflict where its counts were not kept.
    """
    async with pool.acquire() as connection:
        known = await known_or_raise(connection, release_id)
        kept = await _kept(pool, known)
    facts = known.facts
    rows = cut_rows(kept.raw, load_catalogue(), facts.policy, two_sided=facts.two_sided)
    if set(kept.partition) != {piece.name for piece in rows}:
        raise ReleaseConflict(NOT_KEPT.format(release_id), release=release_id)
    attacking = partial(audit, rows, kept.partition, kept.geography)
    report = await _attacked(attacking, rows, kept.geography, attack)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(store.query("lock_releases"))
        await known_or_raise(connection, release_id)
        await save_audit(connection, release_id, report, kept.geography.codes, now())
        return (await audits_of(connection, release_id))[0]


async def stored_audits(pool: Pool, release_id: str) -> list[StoredAudit]:
    """Every audit of a release, newest first. Raises UnknownRelease."""
    async with pool.acquire() as connection:
        await known_or_raise(connection, release_id)
        return await audits_of(connection, release_id)


def now() -> datetime:
    """The time to write, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


async def _kept(pool: Pool, known: Known) -> Kept:
    names = await store.names(pool, known.facts.id)
    arrays = await read_raw(pool, known.facts.id)
    catalogue = load_catalogue()
    same = names.get("indicators") == [entry.id for entry in catalogue.counted]
    if not (known.readable and same and "said" in arrays):
        raise ReleaseConflict(NOT_KEPT.format(known.facts.id), release=known.facts.id)
    return await asyncio.to_thread(from_arrays, arrays)


def _externals(path: Path, found: tuple[Piece, ...], geography: Geography) -> tuple[External, ...]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise rejected([BadRow(path.name, 0, "", f"fichier illisible ({error})")]) from error
    by_name = {piece.name: piece for piece in found}
    externals, problems = externals_of(text, path.name, tuple(by_name), geography)
    problems += contradicted(externals, by_name, path.name)
    if problems:
        raise rejected(problems)
    return externals
