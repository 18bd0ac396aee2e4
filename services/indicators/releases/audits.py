"""Attacks a release and keeps what was found: as it is built, or later from what was kept beside it."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from services.indicators import store
from services.indicators.building.build import Draft, cut_rows
from services.indicators.catalogue import load_catalogue
from services.indicators.folder.problems import BadRow, rejected
from services.indicators.geography import Geography
from services.indicators.releases.audit_store import Found, StoredAudit, audits_of, known_totals, save_audit
from services.indicators.releases.kept import Kept, from_arrays
from services.indicators.releases.raw_store import read_raw
from services.indicators.releases.retire import known_or_raise
from services.indicators.secrecy.audit.attack import WORKERS, audit
from services.indicators.secrecy.audit.externals import (
    Declared,
    External,
    contradicted,
    declared,
    externals_of,
    joined,
)
from services.indicators.secrecy.audit.repair import audited
from services.indicators.secrecy.piece import Partition, Piece
from services.indicators.store import Known, Pool
from shared.errors import InvalidRequest, ReleaseConflict

Result = TypeVar("Result")
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


async def mended(
    pool: Pool, draft: Draft, geography: Geography, attack: Attack, vintage: str
) -> tuple[Partition, Found]:
    """Cut a draft and attack it; what is found is joined with what is near, and all is cut again.

    Totals declared for an earlier audit of the vintage are known to this one too. Raises InvalidRequest for a
    département that there is not, RejectedFolder for totals that cannot be read.
    """
    before = await known_totals(pool, vintage)
    rows = draft.pieces
    externals = _externals(attack.externals, rows, geography, before)
    attacking = partial(audited, draft.cut, rows, geography)
    partition, report = await _attacked(attacking, externals, geography, attack)
    return partition, Found(report, vintage, declared(externals, geography), before)


async def _attacked(
    attacking: Callable[..., Result], externals: tuple[External, ...], geography: Geography, attack: Attack
) -> Result:
    """Run an attack off the event loop; cancelled, it stops at the next département."""
    unknown = sorted(set(attack.departements or ()) - set(geography.departements))
    if unknown:
        raise InvalidRequest(
            f"Départements inconnus de ce millésime\u00a0: {', '.join(unknown)}. Écrivez par exemple 83,30.",
            departements=unknown,
        )
    stopped = threading.Event()

    def telling(departement: str, done: int, among: int) -> None:
        if stopped.is_set():
            raise Stopped
        attack.told(f"Audit du secret statistique\u00a0: département {departement}…", done / among)

    work = partial(
        attacking,
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

    Totals declared for an earlier audit of the vintage are known to this one too.
    Raises UnknownRelease, InvalidRequest, RejectedFolder, ReleaseConflict where its counts were not kept.
    """
    async with pool.acquire() as connection:
        known = await known_or_raise(connection, release_id)
        kept = await _kept(pool, known)
        before = await known_totals(connection, known.facts.vintage)
    facts = known.facts
    rows = cut_rows(kept.raw, load_catalogue(), facts.policy, two_sided=facts.two_sided)
    if set(kept.partition) != {piece.name for piece in rows}:
        raise ReleaseConflict(NOT_KEPT.format(release_id), release=release_id)
    externals = _externals(attack.externals, rows, kept.geography, before)
    attacking = partial(audit, rows, kept.partition, kept.geography)
    report = await _attacked(attacking, externals, kept.geography, attack)
    found = Found(report, facts.vintage, declared(externals, kept.geography), before)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(store.query("lock_releases"))
        await known_or_raise(connection, release_id)
        await save_audit(connection, release_id, found, kept.geography.codes, now())
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


def _externals(
    path: Path | None, rows: tuple[Piece, ...], geography: Geography, kept: Sequence[Declared]
) -> tuple[External, ...]:
    """Totals of a file, where one is given, and those kept."""
    by_name = {piece.name: piece for piece in rows}
    given = _read(path, by_name, geography) if path else ()
    return joined(given, kept, by_name, geography)


def _read(path: Path, by_name: dict[str, Piece], geography: Geography) -> tuple[External, ...]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise rejected([BadRow(path.name, 0, "", f"fichier illisible ({error})")]) from error
    externals, problems = externals_of(text, path.name, tuple(by_name), geography)
    problems += contradicted(externals, by_name, path.name)
    if problems:
        raise rejected(problems)
    return externals
