"""Asks geo, over the bus, what each commune belongs to and what became of old codes."""

from collections.abc import Iterable

from services.indicators.geography import Geography, geography_of
from shared.bus.port import Bus
from shared.schemas.geo import (
    FIND_CURRENT_CODES,
    LIST_MEMBERSHIPS,
    CurrentCodes,
    Dataset,
    ListMemberships,
    Membership,
)

BATCH = 1000
LONGEST_CODE = 12


async def ask_memberships(bus: Bus) -> tuple[list[Membership], Dataset]:
    """Every commune and arrondissement, département by département. Raises NoReference."""
    listed = await bus.call(LIST_MEMBERSHIPS, ListMemberships())
    communes: list[Membership] = []
    for departement in listed.departements:
        answer = await bus.call(LIST_MEMBERSHIPS, ListMemberships(departement=departement.code))
        communes += answer.communes
    return communes, listed.dataset


async def ask_geography(bus: Bus) -> Geography:
    """Return the geography of the reference in service. Raises NoReference."""
    memberships, dataset = await ask_memberships(bus)
    return geography_of(memberships, dataset.cog, dataset.id)


async def ask_history(bus: Bus, codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Current codes of each code that was once a commune; codes that never were are left out."""
    found: dict[str, tuple[str, ...]] = {}
    # What is longer than any code of any COG is not worth a question.
    asked = sorted(code for code in set(codes) if len(code) <= LONGEST_CODE)
    for start in range(0, len(asked), BATCH):
        batch = tuple(asked[start : start + BATCH])
        history = await bus.call(FIND_CURRENT_CODES, CurrentCodes(codes=batch))
        found |= {code: current for code, current in history.actuels.items() if current}
    return found
