"""What an administrator does with releases: build one from a producer's folder, list them, activate one."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from services.indicators import store
from services.indicators.building.build import Choices, Draft
from services.indicators.catalogue import load_catalogue
from services.indicators.folder.check import check_folder, check_told
from services.indicators.folder.problems import BadRow
from services.indicators.release import Array, Release
from services.indicators.releases.audit_store import save_audit
from services.indicators.releases.audit_words import not_audited
from services.indicators.releases.audits import Attack, mended, now
from services.indicators.releases.freezing import check_choices, check_first, check_frozen, check_new_data
from services.indicators.releases.kept import Kept, to_arrays
from services.indicators.releases.key import key_for
from services.indicators.releases.raw_store import read_counted
from services.indicators.releases.retire import known_or_raise
from services.indicators.releases.same_data import counted
from services.indicators.secrecy.partition import Policy
from services.indicators.store import Connection, Known, Pool
from shared.bus.port import Bus
from shared.errors import ReleaseConflict, ReleaseNotAudited
from shared.schemas.indicators import ReleaseFacts

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Wanted:
    """How a release is to be made.

    `policy`: None is `atoms` wherever it can be, with a key or with nobody to protect, else `commune-mask`, which
    needs no key. `two_sided`: None follows the policy; `master`: the secret key of the setting; `attack`: how it is
    audited before it is stored, None not to.
    """

    policy: Policy | None = None
    two_sided: bool | None = None
    master: SecretStr | None = None
    attack: Attack | None = None

    def choices(self, vintage: str, *, synthetic: bool) -> Choices:
        """Choices for one vintage. Raises MissingSecrecyKey for real counts whose communes are to be joined."""
        policy = self.policy or ("atoms" if synthetic or self.master else "commune-mask")
        joined = policy == "atoms"
        key = key_for(self.master, vintage, needed=joined and not synthetic)
        two_sided = joined if self.two_sided is None else self.two_sided
        return Choices(policy, two_sided, key)


DEFAULT = Wanted()


async def build_release(
    folder: Path,
    *,
    bus: Bus,
    pool: Pool,
    wanted: Wanted = DEFAULT,
    progress: Progress = lambda _: None,
    warn: Callable[[list[BadRow]], None] = lambda _: None,
) -> ReleaseFacts:
    """Read a producer's folder whole or not at all and store the release made from it, not yet in service.

    A folder whose published values are those of a release already there gives that release. `warn` hears what
    deserves a look and stops nothing.
    Raises RejectedFolder with every bad row, MissingSecrecyKey, and ReleaseConflict where the vintage is frozen
    otherwise or its counts were already put in service under another name.
    """
    catalogue = load_catalogue()
    checked = await check_folder(folder, catalogue, bus, progress)
    raw, geography = checked.accepted(), checked.geography
    if checked.warnings:
        warn(checked.warnings)
    said = raw.description
    choices = wanted.choices(said.vintage, synthetic=said.synthetic)
    async with pool.acquire() as connection:
        await check_choices(connection, said.vintage, choices.policy, two_sided=choices.two_sided)
    progress("Application du secret statistique…")
    built_at = now()
    draft = await asyncio.to_thread(Draft, raw, catalogue, geography, choices)
    partition = await asyncio.to_thread(draft.cut, {})
    release = await asyncio.to_thread(draft.release, partition, built_at)
    check_told(release)
    first = release.facts.id
    ours = counted(release.published.codes, release.layout.to_json(), raw.arrays())
    async with pool.acquire() as connection:
        # Said before the audit; looked at again once it is done, for another build may have come first.
        await check_first(connection, release.facts)
        await check_new_data(connection, release.facts, ours)
    found = None
    if wanted.attack:
        partition, found = await mended(pool, draft, geography, wanted.attack, said.vintage)
        if found.report.repaired:
            release = await asyncio.to_thread(draft.release, partition, built_at)
            check_told(release)
    arrays = await asyncio.to_thread(to_arrays, Kept(raw, geography, partition, first))
    progress("Enregistrement du millésime…")
    facts = release.facts
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(store.query("lock_releases"))
        await check_frozen(connection, facts)
        await check_new_data(connection, facts, ours)
        known = await store.find(connection, facts.id)
        if known is not None and known.readable:
            progress(f"Le millésime {facts.id} existait déjà, avec les mêmes valeurs publiées.")
        else:
            await _save(connection, release, arrays, built_at, progress)
        if found is not None:
            await save_audit(connection, facts.id, found, geography.codes, built_at)
        return (await known_or_raise(connection, facts.id)).facts


async def _save(
    connection: Connection, release: Release, arrays: dict[str, Array], built_at: datetime, progress: Progress
) -> None:
    name = release.facts.id
    retired = await store.retired_at(connection, name)
    if retired is not None:
        progress(
            f"Le millésime {name}, retiré le {retired:%d/%m/%Y}, revient avec les mêmes valeurs publiées."
        )
    # A draft of another version of the code gives way: it never served.
    await store.remove(connection, name)
    await store.save(connection, release, arrays, built_at)


async def list_releases(pool: Pool) -> tuple[Known, ...]:
    """Every release and what its audits say, newest first."""
    return tuple(await store.listed(pool))


async def activate(pool: Pool, release_id: str, *, unaudited: bool = False) -> None:
    """Put a release in service and freeze its vintage; running services take it at once.

    Raises UnknownRelease, ReleaseNotAudited without `unaudited`, ReleaseConflict for a frozen vintage, for counts
    already in service under another name, or for a release that another version of the code stored.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(store.query("lock_releases"))
        known = await known_or_raise(connection, release_id)
        if known.verdict != "passed" and not unaudited:
            raise ReleaseNotAudited(not_audited(known), release=release_id)
        if not known.readable:
            raise ReleaseConflict(store.OTHER_FORMAT.format(release_id), release=release_id)
        await check_frozen(connection, known.facts)
        ours = None if known.activated else await read_counted(connection, release_id)
        if ours is not None:
            await check_new_data(connection, known.facts, ours)
        await store.switch(connection, release_id)
