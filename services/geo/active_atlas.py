"""Keeps the Atlas of the dataset in service in memory; what is loaded keeps serving while the database is away."""

import asyncio
import gc
from collections.abc import Awaitable, Callable

import structlog

from services.geo import store
from services.geo.assemble import assemble
from services.geo.atlas import Atlas
from services.geo.in_service import InService, put_in_service
from services.geo.shapes.arrays import is_readable
from services.geo.store import Pool, StoredDataset
from shared.errors import NoReference
from shared.memory import settle

log = structlog.get_logger(__name__)

NOT_LOADED = (
    "Le référentiel géographique n’est pas chargé. Lancez «\u00a0make setup\u00a0», "
    "ou «\u00a0rezone import reference\u00a0»."
)


class ActiveAtlas:
    """The one mutable cell of geo: what is in service now."""

    def __init__(self, pool: Pool, switched: Callable[[str], Awaitable[None]]) -> None:
        """`switched` is told the id of each dataset that comes into service after the first look."""
        self._pool = pool
        self._switched = switched
        self._in_service: InService | None = None
        # The dataset of another version of the code that was last met: said once.
        self._refused: str | None = None

    def in_service(self) -> InService:
        """What is in service. Raises NoReference."""
        if self._in_service is None:
            raise NoReference(NOT_LOADED)
        return self._in_service

    def atlas(self) -> Atlas:
        """The Atlas in service. Raises NoReference."""
        return self.in_service().atlas

    def unready_reason(self) -> str | None:
        """None when something is in service, else what to do."""
        return NOT_LOADED if self._in_service is None else None

    async def load(self) -> str | None:
        """Load the dataset in service; its id, or None where this version of the code imported none."""
        active = await store.active_dataset(self._pool)
        if active is None or active == self._refused:
            return None
        # Asked first: a dataset that cannot serve is not read whole at each look.
        stored = await store.load(self._pool) if await store.is_servable(self._pool, active) else None
        if stored is None or not is_readable(stored.arrays):
            self._refused = active
            log.warning("dataset_of_another_version", dataset=active)
            return None
        self._in_service = await asyncio.to_thread(_made, stored)
        settle()
        served = self._in_service.atlas.dataset.id
        log.info("atlas_loaded", dataset=served, reference=stored.id)
        return served

    async def refresh(self) -> None:
        """Load what is in service, reference and layers, if it is not what is loaded."""
        active = await store.served(self._pool)
        loaded = self._in_service.atlas.dataset.id if self._in_service else None
        if active not in (None, loaded):
            now = await self.load()
            if now is not None:
                await self._switched(now)


def _made(stored: StoredDataset) -> InService:
    # All that is made here stays: looking for garbage among it meanwhile is a third of the time.
    gc.disable()
    try:
        return put_in_service(assemble(stored))
    finally:
        gc.enable()
