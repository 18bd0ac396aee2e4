"""Geo's read face over HTTP: it only puts together what portals, GIS clients and maps each read."""

from collections.abc import Callable

from aiohttp import web

from services.geo.in_service import InService
from services.geo.ogc.web import routes as ogc_routes
from services.geo.read.web import routes as read_routes
from services.geo.tiles.web import routes as tile_routes
from shared.origins import open_to_all


def routes(current: Callable[[], InService]) -> tuple[web.RouteDef, ...]:
    """Every route of the face, open to all; `current` gives what is in service, or raises NoReference."""
    return tuple(open_to_all((*read_routes(current), *tile_routes(current), *ogc_routes(current))))
