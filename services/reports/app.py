"""Composes the reports service: its store, its rendering processes, its handlers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from services.reports.fingerprint import edition
from services.reports.handlers import Reports
from services.reports.pool import RenderingPool
from services.reports.settings import ReportsSettings
from shared.bus.port import Bus
from shared.objects import ObjectStore
from shared.process import Program
from shared.service import Service


@asynccontextmanager
async def compose(settings: ReportsSettings, bus: Bus, _pool: asyncpg.Pool | None) -> AsyncIterator[Service]:
    """The service, ready to be served; its processes end with the context. It has no table yet."""
    rendering = RenderingPool(settings.workers, settings.recycle_after, settings.waiting)
    reports = Reports(
        bus=bus,
        store=ObjectStore(settings.documents),
        pool=rendering,
        fonts=settings.fonts,
        render_seconds=settings.render_seconds,
        edition=edition(),
    )
    try:
        yield Service("reports", reports.bindings())
    finally:
        await rendering.close()


PROGRAM = Program("reports", ReportsSettings, compose, None)
