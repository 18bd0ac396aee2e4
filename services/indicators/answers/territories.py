"""Asks geo, over the bus, for the territories of a question: their communes, and what old codes became."""

import asyncio
from collections.abc import Sequence

from services.indicators.membership import BATCH
from shared.bus.port import Bus
from shared.errors import Problem
from shared.schemas.geo import FIND_CURRENT_CODES, CurrentCodes
from shared.schemas.geo_facts import GroupKind
from shared.schemas.geo_outline import (
    MEASURE_GROUPS,
    TRACE_OUTLINE,
    GivenGroup,
    GivenTerritory,
    ListMeasures,
    MeasuredGroup,
    Outline,
)


async def ask_outline(bus: Bus, asked: GivenTerritory) -> Outline:
    """Communes of a territory. Raises what GIVEN_ERRORS lists."""
    plain = GivenTerritory(communes=asked.communes, groupe=asked.groupe, nom=asked.nom)
    return await bus.call(TRACE_OUTLINE, plain)


async def ask_outlines(bus: Bus, asked: Sequence[GivenTerritory]) -> list[Outline]:
    """Communes of several territories. Raises the problem of the first at fault, with its rank and name."""
    found = await asyncio.gather(*(ask_outline(bus, one) for one in asked), return_exceptions=True)
    outlines: list[Outline] = []
    for rank, (one, outline) in enumerate(zip(asked, found, strict=True), start=1):
        if isinstance(outline, Problem):
            raise _at_fault(outline, rank, one.nom) from outline
        if isinstance(outline, BaseException):
            raise outline
        outlines.append(outline)
    return outlines


async def ask_groups(bus: Bus, nature: GroupKind) -> tuple[MeasuredGroup, ...]:
    """Every group of a kind with its size; none where no such layer is loaded."""
    return (await bus.call(MEASURE_GROUPS, ListMeasures(nature=nature))).groupes


async def ask_group_outlines(bus: Bus, nature: GroupKind, codes: Sequence[str]) -> list[Outline]:
    """Communes of groups, in the order given."""
    return await ask_outlines(
        bus, [GivenTerritory(groupe=GivenGroup(nature=nature, code=code)) for code in codes]
    )


async def ask_current_codes(bus: Bus, codes: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Today's code(s) of codes of any year of the COG."""
    found: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(codes), BATCH):
        batch = tuple(codes[start : start + BATCH])
        found |= (await bus.call(FIND_CURRENT_CODES, CurrentCodes(codes=batch))).actuels
    return found


def _at_fault(problem: Problem, rank: int, nom: str | None) -> Problem:
    named = f" («\u00a0{nom}\u00a0»)" if nom else ""
    return type(problem)(
        f"Territoire {rank}{named}\u00a0: {problem.detail}", **{**problem.extensions, "territoire": rank}
    )
