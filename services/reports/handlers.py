"""Answers the bus for reports: asks indicators and geo, has the document rendered once, and says where it lies."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from services.reports.fingerprint import filename, fingerprint, key
from services.reports.pool import RenderingPool
from services.reports.subject import Subject
from services.reports.worker import Job
from shared.bus.port import Bus
from shared.contract import Binding
from shared.objects import ObjectStore
from shared.schemas.catalogue import LIST_CATALOGUE, CatalogueRequest
from shared.schemas.geo import DRAW_TERRITORY, MapRequest
from shared.schemas.indicators import DIAGNOSE, DiagnosticRequest
from shared.schemas.reports import MAKE_REPORT, MEDIA_TYPES, ReportFormat, ReportMade, ReportRequest

log = structlog.get_logger(__name__)

# The frame that the page leaves to the map, in millimetres.
MAP_WIDTH, MAP_HEIGHT = 170.0, 180.0


@dataclass
class Reports:
    """Makes documents. `making` holds those under way, so that two callers of one document share its rendering."""

    bus: Bus
    store: ObjectStore
    pool: RenderingPool
    fonts: Path
    render_seconds: int
    edition: str
    making: dict[str, "asyncio.Task[bytes]"] = field(default_factory=dict)

    def bindings(self) -> tuple[Binding[Any, Any], ...]:
        """The contracts that reports answers."""
        return (MAKE_REPORT.handled_by(self.make),)

    async def make(self, request: ReportRequest) -> ReportMade:
        """Find or make the document; raises what indicators and geo raise, and what the pool does."""
        subject = await self._subject(request)
        place = key(subject.fingerprint, request.format)
        if await self.store.exists(place):
            made = await self.store.get(place)
            log.info("report_reused", format=request.format.value)
        else:
            made = await self._made_once(place, subject, request.format)
            log.info("report_made", format=request.format.value, size=len(made))
        return ReportMade(
            key=place,
            format=request.format,
            media_type=MEDIA_TYPES[request.format],
            filename=filename(subject, request.format),
            size=len(made),
            sha256=hashlib.sha256(made).hexdigest(),
            fingerprint=subject.fingerprint,
        )

    async def _subject(self, request: ReportRequest) -> Subject:
        diagnostic, catalogue, territory_map = await asyncio.gather(
            self.bus.call(
                DIAGNOSE,
                DiagnosticRequest(
                    communes=request.communes,
                    nom=request.nom,
                    focus=request.focus,
                    release=request.release,
                ),
            ),
            self.bus.call(LIST_CATALOGUE, CatalogueRequest()),
            self.bus.call(
                DRAW_TERRITORY,
                MapRequest(communes=request.communes, width_mm=MAP_WIDTH, height_mm=MAP_HEIGHT),
            ),
        )
        digest = fingerprint(diagnostic, catalogue, territory_map, request.format, self.edition)
        return Subject(diagnostic, catalogue, territory_map, digest, self.edition)

    async def _made_once(self, place: str, subject: Subject, form: ReportFormat) -> bytes:
        if place not in self.making:
            task = asyncio.create_task(self._render_and_store(place, subject, form))
            self.making[place] = task
            task.add_done_callback(lambda _: self.making.pop(place, None))
        # A caller that gives up does not take the document away from the others.
        return await asyncio.shield(self.making[place])

    async def _render_and_store(self, place: str, subject: Subject, form: ReportFormat) -> bytes:
        made = await self.pool.render(Job(subject, form, self.fonts, self.render_seconds))
        await self.store.put(place, made, MEDIA_TYPES[form])
        return made
