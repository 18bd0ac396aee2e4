"""The service over the memory bus, with real rendering processes and a real store."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.reports.app import compose
from services.reports.settings import ReportsSettings
from shared.bus.memory import MemoryBus
from shared.errors import UnknownCommunes
from shared.objects import ObjectStore
from shared.schemas.catalogue import LIST_CATALOGUE, Catalogue, CatalogueRequest
from shared.schemas.geo import DRAW_TERRITORY, MapRequest, TerritoryMap
from shared.schemas.indicators import DIAGNOSE, Diagnostic, DiagnosticRequest
from shared.schemas.reports import MAKE_REPORT, ReportFormat, ReportRequest
from tests.integration.reports_assets import FONTS
from tests.reports_samples import catalogue, diagnostic
from tests.reports_samples_geo import VAR_COMMUNES, territory_map

CODES = tuple(code for code, *_ in VAR_COMMUNES)


async def diagnose(request: DiagnosticRequest) -> Diagnostic:
    unknown = [code for code in request.communes if code not in CODES]
    if unknown:
        raise UnknownCommunes("Codes inconnus.", codes=unknown)
    return diagnostic(len(request.communes), nom=request.nom)


async def list_catalogue(_: CatalogueRequest) -> Catalogue:
    return catalogue()


async def draw(request: MapRequest) -> TerritoryMap:
    return territory_map(min(len(request.communes), len(CODES)))


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[MemoryBus]:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "fonts").symlink_to(FONTS)
    bus = MemoryBus()
    answering = (
        DIAGNOSE.handled_by(diagnose),
        LIST_CATALOGUE.handled_by(list_catalogue),
        DRAW_TERRITORY.handled_by(draw),
    )
    await bus.serve(answering)
    async with compose(ReportsSettings(data_dir=tmp_path), bus, None) as service:
        await bus.serve(service.bindings)
        yield bus
        await bus.close()


async def test_a_document_lies_in_the_store_under_its_key(bus: MemoryBus, tmp_path: Path) -> None:
    store = ObjectStore(str(tmp_path / "documents"))
    for form, beginning in (
        (ReportFormat.PDF, b"%PDF"),
        (ReportFormat.HTML, b"<!doctype"),
        (ReportFormat.JSON, b"{"),
    ):
        made = await bus.call(MAKE_REPORT, ReportRequest(communes=CODES, format=form))
        content = await store.get(made.key)
        assert content.startswith(beginning)
        assert (made.size, made.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        assert made.fingerprint in made.key
        assert made.filename.endswith(f".{form.value}")


async def test_an_identical_document_is_made_once(bus: MemoryBus, tmp_path: Path) -> None:
    request = ReportRequest(communes=CODES, format=ReportFormat.HTML)
    together = await asyncio.gather(*(bus.call(MAKE_REPORT, request) for _ in range(5)))
    written = (tmp_path / "documents" / together[0].key).stat().st_mtime_ns
    again = await bus.call(MAKE_REPORT, request)
    assert {answer.sha256 for answer in together} == {again.sha256}
    assert (tmp_path / "documents" / again.key).stat().st_mtime_ns == written


async def test_a_problem_of_another_service_reaches_the_caller(bus: MemoryBus) -> None:
    with pytest.raises(UnknownCommunes) as raised:
        await bus.call(MAKE_REPORT, ReportRequest(communes=("83061", "99999")))
    assert raised.value.extensions["codes"] == ["99999"]


async def test_a_store_says_what_it_holds(tmp_path: Path) -> None:
    store = ObjectStore(str(tmp_path / "with spaces"))
    assert not await store.exists("a/b")
    await store.put("a/b", b"x" * 1_000_000)
    assert await store.size("a/b") == 1_000_000
    assert sum([len(piece) async for piece in store.stream("a/b")]) == 1_000_000
