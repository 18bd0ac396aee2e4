"""Composes the indicators service: the release in memory and its handlers. The only place that knows them all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.resources import files

import asyncpg
import structlog

from services.indicators.catalogue import load_catalogue
from services.indicators.handlers import bindings
from services.indicators.releases.active_release import ActiveRelease
from services.indicators.settings import IndicatorsSettings
from services.indicators.store import CHANNEL
from shared.bus.port import Bus
from shared.errors import Problem
from shared.notifications import LOST, follow
from shared.process import Program
from shared.schemas.indicators import RELEASE_ACTIVATED, ReleaseActivated
from shared.service import Service

log = structlog.get_logger(__name__)


@asynccontextmanager
async def compose(
    settings: IndicatorsSettings, bus: Bus, pool: asyncpg.Pool, *, drafts: bool = False
) -> AsyncIterator[Service]:
    """The service, its active release loaded if there is one; it follows later activations by itself.

    `drafts`: answer a release never activated when it is asked for by its id. It is for the commands of the
    person who builds one, where the counts are; no setting opens it, so no gateway can.
    """

    async def announce(release: str) -> None:
        try:
            await bus.publish(RELEASE_ACTIVATED, ReleaseActivated(release=release))
        except Problem as problem:
            log.warning("release_not_announced", release=release, reason=problem.detail)

    active = ActiveRelease(pool, settings.releases_in_memory, announce, drafts=drafts)
    try:
        await active.load()
    except LOST as error:
        log.warning("release_not_loaded", reason=type(error).__name__)
    following = asyncio.create_task(follow(pool, CHANNEL, active.refresh))
    try:
        yield Service("indicators", bindings(load_catalogue(), active, bus, pool), (), active.unready_reason)
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


PROGRAM = Program(
    "indicators", IndicatorsSettings, compose, files("services.indicators").joinpath("sql/migrations")
)
