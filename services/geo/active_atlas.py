"""Keeps the Atlas of the dataset in service in memory, and follows the switches that other processes make.

What is loaded keeps serving while the database is away; the listener comes back with it.
"""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import structlog

from services.geo.atlas import Atlas
from services.geo.atlas_load import load_atlas
from services.geo.search import Gazetteer, build_gazetteer
from services.geo.store import CHANNEL, query
from shared.errors import NoReference

log = structlog.get_logger(__name__)

LOST = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
RETRY_SECONDS = 1.0
NOT_LOADED = (
    "Le référentiel géographique n’est pas chargé. Lancez «\u00a0make setup\u00a0», "
    "ou «\u00a0rezone import reference\u00a0»."
)


class ActiveAtlas:
    """The one mutable cell of geo: what is in service now."""

    def __init__(self, pool: asyncpg.Pool, switched: Callable[[str], Awaitable[None]]) -> None:
        """`switched` is told the id of each dataset that replaces another, or comes where there was none."""
        self._pool = pool
        self._switched = switched
        self._gazetteer: Gazetteer | None = None

    def gazetteer(self) -> Gazetteer:
        """What is in service. Raises NoReference."""
        if self._gazetteer is None:
            raise NoReference(NOT_LOADED)
        return self._gazetteer

    def atlas(self) -> Atlas:
        """The Atlas in service. Raises NoReference."""
        return self.gazetteer().atlas

    def unready_reason(self) -> str | None:
        """None when something is in service, else what to do."""
        return NOT_LOADED if self._gazetteer is None else None

    async def load(self) -> str | None:
        """Load the dataset in service; its id, or None where none was imported. Raises the errors in LOST."""
        atlas = await load_atlas(self._pool)
        if atlas is None:
            return None
        self._gazetteer = await asyncio.to_thread(build_gazetteer, atlas)
        log.info("atlas_loaded", dataset=atlas.dataset.id, communes=len(atlas.communes))
        return atlas.dataset.id

    async def follow(self) -> None:
        """Load every dataset put in service from now on; runs until cancelled."""
        reachable = True
        while True:
            try:
                await self._listen()
                reachable = True
            except LOST as error:
                if reachable:
                    log.warning("dataset_listener_lost", reason=type(error).__name__)
                reachable = False
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        woken = asyncio.Event()
        connection = await self._pool.acquire()
        try:
            connection.add_termination_listener(lambda _: woken.set())
            await connection.add_listener(CHANNEL, lambda *_: woken.set())
            # What was switched while nobody listened is caught by this first look.
            while not connection.is_closed():
                woken.clear()
                await self._refresh(connection)
                await woken.wait()
        finally:
            # Ended rather than given back: the listener and the connection go together.
            connection.terminate()
            await self._pool.release(connection)

    async def _refresh(self, connection: asyncpg.Connection) -> None:
        active = await connection.fetchval(query("active_dataset"))
        loaded = self._gazetteer.atlas.dataset.id if self._gazetteer else None
        if active is not None and active != loaded:
            now = await self.load()
            if now is not None:
                await self._switched(now)
