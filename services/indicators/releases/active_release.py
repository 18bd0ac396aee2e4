"""Keeps the active release in memory, and a few others asked by name.

What is loaded keeps serving while the database is away.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from services.indicators import store
from services.indicators.release import Release
from services.indicators.store import Known, Pool
from shared.errors import NoRelease, ServiceUnavailable, UnknownRelease
from shared.memory import settle
from shared.metrics import process_metrics
from shared.notifications import LOST
from shared.schemas.indicators import ReleaseFacts

log = structlog.get_logger(__name__)

NONE_ACTIVE = (
    "Aucun millésime de données n’est en service. Construisez-en un («\u00a0rezone release build\u00a0») "
    "puis mettez-le en service («\u00a0rezone release activate\u00a0»), ou lancez «\u00a0make setup\u00a0»."
)


class ActiveRelease:
    """The one mutable cell of indicators: what is in service now, and the last others asked for."""

    def __init__(
        self, pool: Pool, kept: int, switched: Callable[[str], Awaitable[None]], *, drafts: bool = False
    ) -> None:
        """`kept`: others held in memory; `switched` is told each release that comes in service.

        `drafts`: whether a release never activated may be asked for by its id.
        """
        self._drafts = drafts
        self._pool = pool
        self._kept = kept
        self._switched = switched
        self._active: Release | None = None
        self._why_none = NONE_ACTIVE
        self._others: OrderedDict[str, Release] = OrderedDict()

    def unready_reason(self) -> str | None:
        """None when a release is in service, else what to do."""
        return self._why_none if self._active is None else None

    async def get(self, release_id: str | None) -> Release:
        """Release in service, or another one once activated. Raises NoRelease, UnknownRelease."""
        if release_id is None or (self._active and release_id == self._active.facts.id):
            if self._active is None:
                raise NoRelease(self._why_none, available=[])
            return self._active
        if release_id not in self._others:
            self._others[release_id] = await self._other(release_id)
            while len(self._others) > self._kept:
                self._others.popitem(last=False)
        self._others.move_to_end(release_id)
        return self._others[release_id]

    async def _other(self, release_id: str) -> Release:
        """Load a release that was once in service; one never activated was never cleared, but for drafts."""
        try:
            known = await store.listed(self._pool)
            by_id = {entry.facts.id: entry for entry in known if entry.activated or self._drafts}
            found = await store.load(self._pool, release_id) if release_id in by_id else None
            why = await self._why_not(release_id, known) if found is None else ""
        except LOST as error:
            raise ServiceUnavailable(
                "La base des millésimes ne répond pas\u202f; le millésime en service reste disponible."
            ) from error
        if found is None:
            raise UnknownRelease(
                f"Le millésime {release_id} {why}. Disponibles\u00a0: {', '.join(by_id) or 'aucun'}.",
                available=list(by_id),
            )
        return found

    async def load(self) -> str | None:
        """Load the release in service; its id, or None where there is none to read. Raises the errors in LOST."""
        active = await store.active_id(self._pool)
        try:
            release = await store.load(self._pool, active) if active else None
        except NoRelease as problem:
            # The one already loaded, if any, goes on serving.
            self._why_none = problem.detail
            log.warning("release_unreadable", release=active)
            return None
        if release is None:
            return None
        self._active = release
        self._others.pop(release.facts.id, None)
        settle()
        process_metrics().active_release(release.facts.id)
        log.info("release_loaded", release=release.facts.id, audited=release.facts.audited)
        return release.facts.id

    async def refresh(self) -> None:
        """Take what changed: another release in service, an audit since, a release retired."""
        known = {entry.facts.id: entry for entry in await store.listed(self._pool)}
        loaded = tuple(self._others.items())
        renewed = {name: await _with_facts(one, known[name].facts) for name, one in loaded if name in known}
        for name in tuple(self._others):
            if name in renewed:
                self._others[name] = renewed[name]
            elif name not in known:
                del self._others[name]
        active = next((entry for entry in known.values() if entry.active), None)
        if self._active is not None and self._active.facts.id not in known:
            self._active, self._why_none = None, NONE_ACTIVE
        if active is None:
            return
        if self._active is None or self._active.facts.id != active.facts.id:
            now = await self.load()
            if now is not None:
                await self._switched(now)
        else:
            self._active = await _with_facts(self._active, active.facts)

    async def _why_not(self, release_id: str, known: list[Known]) -> str:
        """Why a release cannot be asked for."""
        if any(entry.facts.id == release_id for entry in known):
            return "n’a jamais été mis en service"
        retired = await store.retired_at(self._pool, release_id)
        return f"a été retiré le {retired:%d/%m/%Y}" if retired else "n’existe pas"


async def _with_facts(release: Release, facts: ReleaseFacts) -> Release:
    """The same release, with what is known of it now."""
    if release.facts == facts:
        return release
    return await asyncio.to_thread(replace(release, facts=facts).prepared)
