"""Questions about any territory (profile, comparison, similar ones, trend) translated to calls. No rule of its own."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from services.indicators import store
from services.indicators.answers.compare import compare
from services.indicators.answers.profile import make_profile, summary_of
from services.indicators.answers.similar import resemble
from services.indicators.answers.territories import (
    ask_current_codes,
    ask_group_outlines,
    ask_groups,
    ask_outline,
    ask_outlines,
)
from services.indicators.answers.trend import Look, make_trend
from services.indicators.answers.trend_look import codes_around, look_of
from services.indicators.catalogue import Catalogue
from services.indicators.release import Release
from services.indicators.releases.active_release import ActiveRelease
from services.indicators.store import Pool
from shared.bus.port import Bus
from shared.contract import Binding
from shared.errors import NotFound, ServiceUnavailable, UnknownRelease
from shared.notifications import LOST
from shared.schemas.geo_outline import Outline
from shared.schemas.indicators_compare import (
    COMPARE,
    FIND_SIMILAR,
    Comparison,
    ComparisonRequest,
    Similar,
    SimilarRequest,
    SimilarTerritory,
)
from shared.schemas.indicators_profile import MAKE_PROFILE, Profile, ProfileRequest
from shared.schemas.indicators_trend import MAKE_TREND, Trend, TrendRequest

Answer = TypeVar("Answer")
# Above this many communes an answer takes tens of milliseconds: not on the event loop.
LARGE = 300
# Vintages of a trend: the last ones.
VINTAGES = 6


def territory_bindings(
    catalogue: Catalogue, releases: ActiveRelease, bus: Bus, pool: Pool
) -> tuple[Binding[Any, Any], ...]:
    """Contracts that take a list of communes or a whole group."""

    async def profile(request: ProfileRequest) -> Profile:
        release = await releases.get(request.release)
        outline = await ask_outline(bus, request)
        return await _made([outline], lambda: make_profile(release, outline, catalogue))

    async def comparison(request: ComparisonRequest) -> Comparison:
        release = await releases.get(request.release)
        outlines = await ask_outlines(bus, request.territoires)
        return await _made(outlines, lambda: compare(release, outlines, catalogue))

    async def similar(request: SimilarRequest) -> Similar:
        release = await releases.get(request.release)
        outline, groups = await asyncio.gather(ask_outline(bus, request), ask_groups(bus, request.parmi))
        found = await asyncio.to_thread(resemble, release, outline, groups, request.nombre)
        if found is None:
            raise NotFound(
                f"Aucun regroupement de nature {request.parmi} n’est comparable à ce territoire\u00a0: aucun n’est "
                "chargé, ou tous ont une commune en commun avec lui. Donnez une autre nature («\u00a0parmi\u00a0»).",
                parmi=request.parmi,
            )
        others = await ask_group_outlines(bus, request.parmi, [group.code for group in found.groups])
        table = await _made([outline, *others], lambda: compare(release, [outline, *others], catalogue))
        return Similar(
            methode=found.method,
            parmi=request.parmi,
            regroupements=found.compared,
            criteres=found.criteria,
            semblables=tuple(
                SimilarTerritory(territoire=summary_of(other), distance=distance, valeurs=values)
                for other, distance, values in zip(others, found.distances, found.values, strict=True)
            ),
            comparaison=table,
        )

    async def trend(request: TrendRequest) -> Trend:
        active = await releases.get(None)
        outline = await ask_outline(bus, request)
        looks = [await _look(bus, release, outline) for release in await _vintages(releases, active, pool)]
        return await asyncio.to_thread(make_trend, looks, outline, catalogue)

    return (
        MAKE_PROFILE.handled_by(profile),
        COMPARE.handled_by(comparison),
        FIND_SIMILAR.handled_by(similar),
        MAKE_TREND.handled_by(trend),
    )


async def _made(outlines: list[Outline], make: Callable[[], Answer]) -> Answer:
    if sum(len(outline.codes) for outline in outlines) > LARGE:
        return await asyncio.to_thread(make)
    return make()


async def _vintages(releases: ActiveRelease, active: Release, pool: Pool) -> list[Release]:
    """Releases once in service, of the last vintages, the oldest first; a real one never beside a synthetic one."""
    try:
        known = await store.listed(pool)
    except LOST as error:
        raise ServiceUnavailable("La base des millésimes ne répond pas.") from error
    ids = {
        one.facts.vintage: one.facts.id
        for one in known
        if one.activated and one.readable and one.facts.synthetic == active.facts.synthetic
    }
    ids[active.facts.vintage] = active.facts.id
    found = []
    for vintage in sorted(ids)[-VINTAGES:]:
        # One may have been retired since they were listed.
        with suppress(UnknownRelease):
            found.append(await releases.get(ids[vintage]))
    return found


async def _look(bus: Bus, release: Release, outline: Outline) -> Look:
    same = release.facts.cog == outline.dataset.cog
    history = {} if same else await ask_current_codes(bus, codes_around(release, outline))
    return look_of(release, outline, history)
