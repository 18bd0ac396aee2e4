"""Every operation that geo publishes has a handler, which answers from the Atlas in service."""

import asyncio

import pytest

from services.gateway.routes import ROUTES
from services.geo.atlas import Atlas
from services.geo.handlers import bindings
from shared.errors import NoReference
from shared.schemas.geo import RESOLVE_TERRITORY, ResolveTerritory, Territory
from shared.schemas.geo_locate import LOCATE_POINTS, LocatePoints
from tests.unit.geo.world import atlas, commune, square

WIDE = atlas({commune(f"83{number:03}"): square(number, 0) for number in range(5)})
HANDLERS = {binding.contract.key: binding.handler for binding in bindings(lambda: WIDE, 2000)}


def test_every_route_to_geo_has_a_handler() -> None:
    routed = {route.contract.key for route in ROUTES if route.contract.service == "geo"}
    assert routed <= HANDLERS.keys()


async def test_a_territory_leaves_the_event_loop_free() -> None:
    turned = asyncio.Event()
    asyncio.get_running_loop().call_soon(turned.set)
    answer = await HANDLERS[RESOLVE_TERRITORY.key](ResolveTerritory(communes=("83000", "83001")))
    assert isinstance(answer, Territory)
    assert (len(answer.communes), answer.d_un_seul_tenant) == (2, True)
    assert turned.is_set()


async def test_without_reference_every_question_is_refused_as_such() -> None:
    def nothing() -> Atlas:
        raise NoReference("Aucun référentiel n’est chargé.")

    handlers = {binding.contract.key: binding.handler for binding in bindings(nothing, 2000)}
    for key, request in (
        (RESOLVE_TERRITORY.key, ResolveTerritory(communes=("83001",))),
        (LOCATE_POINTS.key, LocatePoints(points=((6.0, 43.0),))),
    ):
        with pytest.raises(NoReference):
            await handlers[key](request)
