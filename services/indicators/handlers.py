"""Translates the messages of indicators to calls on the release in service. No rule of its own."""

import asyncio
from typing import Any

from services.indicators import store
from services.indicators.answers.catalogue_answer import describe
from services.indicators.answers.diagnostic import check_focus, diagnose
from services.indicators.catalogue import Catalogue
from services.indicators.releases.active_release import ActiveRelease
from services.indicators.store import Pool
from services.indicators.territory_handlers import LARGE, territory_bindings
from shared.bus.port import Bus
from shared.contract import Binding
from shared.errors import ServiceUnavailable
from shared.notifications import LOST
from shared.schemas.catalogue import LIST_CATALOGUE, CatalogueRequest
from shared.schemas.catalogue import Catalogue as PublicCatalogue
from shared.schemas.geo import RESOLVE_TERRITORY, ResolveTerritory
from shared.schemas.indicators import (
    DIAGNOSE,
    LIST_RELEASES,
    Diagnostic,
    DiagnosticRequest,
    ReleaseList,
    ReleaseListRequest,
)


def bindings(
    catalogue: Catalogue, releases: ActiveRelease, bus: Bus, pool: Pool
) -> tuple[Binding[Any, Any], ...]:
    """Every contract that indicators answers."""
    described = describe(catalogue)

    async def make_diagnostic(request: DiagnosticRequest) -> Diagnostic:
        check_focus(request.focus, catalogue)
        release = await releases.get(request.release)
        territory = await bus.call(
            RESOLVE_TERRITORY, ResolveTerritory(communes=request.communes, nom=request.nom)
        )
        if len(territory.communes) > LARGE:
            return await asyncio.to_thread(diagnose, release, territory, catalogue, request.focus)
        return diagnose(release, territory, catalogue, request.focus)

    async def list_catalogue(_: CatalogueRequest) -> PublicCatalogue:
        return described

    async def list_activated_releases(_: ReleaseListRequest) -> ReleaseList:
        try:
            known = await store.listed(pool)
        except LOST as error:
            raise ServiceUnavailable("La base des millésimes ne répond pas.") from error
        # One never activated was never cleared: only the commands of the person who builds it list it.
        return ReleaseList(releases=store.entries(release for release in known if release.activated))

    return (
        DIAGNOSE.handled_by(make_diagnostic),
        LIST_CATALOGUE.handled_by(list_catalogue),
        LIST_RELEASES.handled_by(list_activated_releases),
        *territory_bindings(catalogue, releases, bus, pool),
    )
