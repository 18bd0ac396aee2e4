"""Vector tiles over HTTP."""

from collections.abc import Callable

from aiohttp import web

from services.geo.in_service import InService


def routes(current: Callable[[], InService]) -> tuple[web.RouteDef, ...]:
    """Routes of the tiles of each collection; `current` gives what is in service, or raises NoReference."""
    del current
    return ()
