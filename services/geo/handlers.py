"""Translates geo's messages to calls on the Atlas in service. No rule of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import BaseModel

from services.geo.atlas import Atlas
from services.geo.territory.codes import tell_codes
from services.geo.territory.drawing import draw
from services.geo.territory.funding import published_scales
from services.geo.territory.groups import find_groups, list_groups, open_groups
from services.geo.territory.located import locate_disc, locate_points, locate_polygon
from services.geo.territory.memberships import find_current_codes, list_memberships
from services.geo.territory.outline import measure_groups, outline
from services.geo.territory.resolve import resolve
from services.geo.territory.structures import count_structures, list_structures, near_structures
from shared.contract import Binding
from shared.schemas.geo import (
    DRAW_TERRITORY,
    FIND_CURRENT_CODES,
    LIST_MEMBERSHIPS,
    RESOLVE_TERRITORY,
    MapRequest,
    ResolveTerritory,
    Territory,
    TerritoryMap,
)
from shared.schemas.geo_codes import TELL_CODES
from shared.schemas.geo_groups import FIND_GROUPS, LIST_GROUPS, OPEN_GROUPS
from shared.schemas.geo_locate import LOCATE_DISC, LOCATE_POINTS, LOCATE_POLYGON
from shared.schemas.geo_outline import MEASURE_GROUPS, TRACE_OUTLINE, GivenTerritory, Outline
from shared.schemas.geo_structures import (
    COUNT_STRUCTURES,
    LIST_STRUCTURES,
    NEAR_STRUCTURES,
    CountStructures,
    ListStructures,
    StructureCounts,
    StructureList,
)

RequestT = TypeVar("RequestT", bound=BaseModel)
ResponseT = TypeVar("ResponseT", bound=BaseModel)


def bindings(current: Callable[[], Atlas], max_communes: int) -> tuple[Binding[Any, Any], ...]:
    """Every contract that geo answers; `current` gives the Atlas in service, or raises NoReference."""
    scales = published_scales()

    def at_once(answer: Callable[[Atlas, RequestT], ResponseT]) -> Callable[[RequestT], Awaitable[ResponseT]]:
        async def handle(request: RequestT) -> ResponseT:
            return answer(current(), request)

        return handle

    def in_a_thread(
        answer: Callable[[Atlas, RequestT], ResponseT],
    ) -> Callable[[RequestT], Awaitable[ResponseT]]:
        # Tens of milliseconds, for few communes too where they are far apart: not on the event loop.
        async def handle(request: RequestT) -> ResponseT:
            return await asyncio.to_thread(answer, current(), request)

        return handle

    def territory(atlas: Atlas, request: ResolveTerritory) -> Territory:
        return resolve(atlas, request, scales=scales, max_communes=max_communes)

    def territory_map(atlas: Atlas, request: MapRequest) -> TerritoryMap:
        return draw(atlas, request, max_communes=max_communes)

    def traced(atlas: Atlas, request: GivenTerritory) -> Outline:
        return outline(atlas, request, max_communes=max_communes)

    def counts(atlas: Atlas, request: CountStructures) -> StructureCounts:
        return count_structures(atlas, request, max_communes=max_communes)

    def structures(atlas: Atlas, request: ListStructures) -> StructureList:
        return list_structures(atlas, request, max_communes=max_communes)

    return (
        RESOLVE_TERRITORY.handled_by(in_a_thread(territory)),
        DRAW_TERRITORY.handled_by(in_a_thread(territory_map)),
        LIST_MEMBERSHIPS.handled_by(at_once(list_memberships)),
        FIND_CURRENT_CODES.handled_by(at_once(find_current_codes)),
        TELL_CODES.handled_by(in_a_thread(tell_codes)),
        LIST_GROUPS.handled_by(in_a_thread(list_groups)),
        OPEN_GROUPS.handled_by(at_once(open_groups)),
        FIND_GROUPS.handled_by(at_once(find_groups)),
        TRACE_OUTLINE.handled_by(in_a_thread(traced)),
        MEASURE_GROUPS.handled_by(in_a_thread(measure_groups)),
        LOCATE_POINTS.handled_by(in_a_thread(locate_points)),
        LOCATE_POLYGON.handled_by(in_a_thread(locate_polygon)),
        LOCATE_DISC.handled_by(in_a_thread(locate_disc)),
        COUNT_STRUCTURES.handled_by(at_once(counts)),
        LIST_STRUCTURES.handled_by(at_once(structures)),
        NEAR_STRUCTURES.handled_by(in_a_thread(near_structures)),
    )
