"""OGC API Features over HTTP."""

from collections.abc import Callable

from aiohttp import web

from services.geo.in_service import InService


def routes(current: Callable[[], InService]) -> tuple[web.RouteDef, ...]:
    """Routes under /ogc; `current` gives what is in service, or raises NoReference."""
    del current
    return ()
