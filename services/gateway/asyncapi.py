"""AsyncAPI 3 of the whole suite, generated from every contract and event of shared."""

from typing import Any

from shared.asyncapi import asyncapi
from shared.contract import Contract, Event, Task
from shared.schemas import (
    catalogue,
    geo,
    geo_codes,
    geo_groups,
    geo_locate,
    geo_outline,
    geo_structures,
    indicators,
    indicators_compare,
    indicators_profile,
    indicators_trend,
    reports,
)

SCHEMAS = (
    *(geo, geo_codes, geo_groups, geo_locate, geo_outline, geo_structures),
    *(catalogue, indicators, indicators_profile, indicators_compare, indicators_trend),
    reports,
)


def asyncapi_document(version: str) -> dict[str, Any]:
    """AsyncAPI document of every contract, event and task declared in the schemas."""
    declared = [value for module in SCHEMAS for value in vars(module).values()]
    contracts = {one.key: one for one in declared if isinstance(one, Contract)}
    events = {one.key: one for one in declared if isinstance(one, Event)}
    tasks = {one.key: one for one in declared if isinstance(one, Task)}
    return asyncapi(
        [contracts[key] for key in sorted(contracts)],
        [events[key] for key in sorted(events)],
        [tasks[key] for key in sorted(tasks)],
        version,
    )
