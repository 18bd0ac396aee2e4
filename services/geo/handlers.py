"""Translates geo's messages to calls on the Atlas in service. No rule of its own."""

import asyncio
from collections.abc import Callable
from typing import Any

from services.geo.atlas import Atlas
from services.geo.drawing import draw
from services.geo.funding import published_scales
from services.geo.memberships import find_current_codes, list_memberships
from services.geo.territory import resolve
from shared.contract import Binding
from shared.schemas.geo import (
    DRAW_TERRITORY,
    FIND_CURRENT_CODES,
    LIST_MEMBERSHIPS,
    RESOLVE_TERRITORY,
    CodeHistory,
    CurrentCodes,
    ListMemberships,
    MapRequest,
    Memberships,
    ResolveTerritory,
    Territory,
    TerritoryMap,
)


def bindings(current: Callable[[], Atlas], max_communes: int) -> tuple[Binding[Any, Any], ...]:
    """Every contract that geo answers; `current` gives the Atlas in service, or raises NoReference."""
    scales = published_scales()

    async def resolve_territory(request: ResolveTerritory) -> Territory:
        return resolve(current(), request, scales=scales, max_communes=max_communes)

    async def draw_territory(request: MapRequest) -> TerritoryMap:
        # Tens of milliseconds of geometry for a large territory: not on the event loop.
        return await asyncio.to_thread(draw, current(), request, max_communes=max_communes)

    async def memberships(request: ListMemberships) -> Memberships:
        return list_memberships(current(), request)

    async def current_codes(request: CurrentCodes) -> CodeHistory:
        return find_current_codes(current(), request)

    return (
        RESOLVE_TERRITORY.handled_by(resolve_territory),
        DRAW_TERRITORY.handled_by(draw_territory),
        LIST_MEMBERSHIPS.handled_by(memberships),
        FIND_CURRENT_CODES.handled_by(current_codes),
    )
