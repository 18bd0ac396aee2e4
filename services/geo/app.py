"""Composes the geo service: the Atlas in memory, its handlers, its read face. The only place that knows them all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.resources import files

import asyncpg
import structlog

from services.geo.active_atlas import ActiveAtlas
from services.geo.handlers import bindings
from services.geo.settings import GeoSettings
from services.geo.store import CHANNEL
from services.geo.web import routes
from shared.bus.port import Bus
from shared.errors import ServiceUnavailable
from shared.notifications import LOST, follow
from shared.process import Program
from shared.schemas.geo import DATASET_ACTIVATED, DatasetActivated
from shared.service import Service

log = structlog.get_logger(__name__)


@asynccontextmanager
async def compose(settings: GeoSettings, bus: Bus, pool: asyncpg.Pool) -> AsyncIterator[Service]:
    """The service, its Atlas loaded if a reference was imported; it follows later imports by itself."""

    async def announce(dataset: str) -> None:
        try:
            await bus.publish(DATASET_ACTIVATED, DatasetActivated(dataset=dataset))
        except ServiceUnavailable as problem:
            log.warning("dataset_not_announced", dataset=dataset, reason=problem.detail)

    active = ActiveAtlas(pool, announce)
    try:
        await active.load()
    except LOST as error:
        log.warning("atlas_not_loaded", reason=type(error).__name__)
    following = asyncio.create_task(follow(pool, CHANNEL, active.refresh))
    try:
        yield Service(
            "geo",
            bindings(active.atlas, settings.max_communes),
            routes(active.in_service),
            active.unready_reason,
        )
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


PROGRAM = Program("geo", GeoSettings, compose, files("services.geo").joinpath("sql/migrations"))
