"""What an administrator does with releases: build one from a producer's folder, list them, activate one."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from services.indicators import store
from services.indicators.build import build
from services.indicators.catalogue import load_catalogue
from services.indicators.folder.problems import BadRow, explained, rejected
from services.indicators.folder.read import read_folder
from services.indicators.membership import ask_geography, ask_history
from services.indicators.store import Connection, Pool
from shared.bus.port import Bus
from shared.errors import InvalidRequest, ReleaseConflict, ReleaseNotAudited, UnknownRelease
from shared.schemas.indicators import ReleaseFacts, ReleaseListEntry

Policy = Literal["commune-mask", "atoms"]
Progress = Callable[[str], None]


async def build_release(
    folder: Path,
    *,
    bus: Bus,
    pool: Pool,
    policy: Policy = "commune-mask",
    two_sided: bool = False,
    progress: Progress = lambda _: None,
) -> ReleaseFacts:
    """Read a producer's folder whole or not at all and store the release made from it, not yet in service.

    A folder whose published values are those of a release already there gives that release.
    Raises RejectedFolder with every bad row, ReleaseConflict where the vintage is frozen otherwise,
    InvalidRequest for a policy not yet offered.
    """
    if policy != "commune-mask":
        raise InvalidRequest(
            "La politique «\u00a0atoms\u00a0» arrive avec l’audit de confidentialité\u202f; "
            "utilisez «\u00a0commune-mask\u00a0» d’ici là.",
            policy=policy,
        )
    progress("Lecture du référentiel des communes…")
    geography = await ask_geography(bus)
    catalogue = load_catalogue()
    raw, problems = await asyncio.to_thread(
        read_folder, folder, catalogue, geography, lambda file: progress(f"Lecture de {file}…")
    )
    if raw is None:
        raise rejected(await _with_history(bus, problems))
    progress("Application du secret statistique…")
    built_at = datetime.now(UTC).replace(microsecond=0)
    built = await asyncio.to_thread(build, raw, catalogue, geography, built_at, two_sided=two_sided)
    progress("Enregistrement du millésime…")
    facts = built.release.facts
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(store.query("lock_releases"))
        await _check_frozen(connection, facts)
        known = await store.find(connection, facts.id)
        if known is not None:
            progress(f"Le millésime {facts.id} existait déjà, avec les mêmes valeurs publiées.")
            return known.facts
        await store.save(connection, built.release, built.raw, built_at)
    return facts


async def list_releases(pool: Pool) -> tuple[ReleaseListEntry, ...]:
    """Every release, newest first."""
    return store.entries(await store.listed(pool))


async def activate(pool: Pool, release_id: str, *, unaudited: bool = False) -> None:
    """Put a release in service and freeze its vintage; running services take it at once.

    Raises UnknownRelease, ReleaseNotAudited without `unaudited`, ReleaseConflict for a frozen vintage or a
    release that another version of the code stored.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(store.query("lock_releases"))
        known = await store.find(connection, release_id)
        if known is None:
            available = [entry.facts.id for entry in await store.listed(pool)]
            raise UnknownRelease(
                f"Aucun millésime {release_id}. Connus\u00a0: {', '.join(available) or 'aucun'}.",
                available=available,
            )
        if not known.facts.audited and not unaudited:
            raise ReleaseNotAudited(
                f"Le millésime {release_id} n’a pas d’audit de confidentialité réussi. Pour le mettre en "
                "service malgré tout, ajoutez --unaudited\u00a0: chaque réponse et chaque document le dira.",
                release=release_id,
            )
        if not known.readable:
            raise ReleaseConflict(store.OTHER_FORMAT.format(release_id), release=release_id)
        frozen = await store.frozen(connection, known.facts.vintage)
        if frozen is not None and frozen["id"] != release_id:
            raise _conflict(known.facts.vintage, frozen["id"])
        await store.switch(connection, release_id)


async def _check_frozen(connection: Connection, facts: ReleaseFacts) -> None:
    frozen = await store.frozen(connection, facts.vintage)
    if frozen is not None and (frozen["policy"], frozen["two_sided"]) != (facts.policy, facts.two_sided):
        raise _conflict(facts.vintage, frozen["id"])


def _conflict(vintage: str, release_id: str) -> ReleaseConflict:
    return ReleaseConflict(
        f"Le millésime {vintage} est figé depuis la mise en service de {release_id}\u00a0: "
        "deux masques des mêmes données, comparés, révéleraient ce que chacun cache. "
        "Donnez un autre identifiant («\u00a0vintage\u00a0») à d’autres données.",
        vintage=vintage,
        release=release_id,
    )


async def _with_history(bus: Bus, problems: list[BadRow]) -> list[BadRow]:
    codes = sorted({row.commune for row in problems if row.commune})
    history = await ask_history(bus, codes)
    return explained(problems, history.get)
