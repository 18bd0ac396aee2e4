"""What a composed service is, to the process that runs it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from shared.contract import Binding


@dataclass(frozen=True)
class Service:
    """A service ready to run: its bindings, its own HTTP routes if any, and why it is not ready.

    `unready_reason` returns None when the service can answer, else a French sentence.
    """

    name: str
    bindings: tuple[Binding[Any, Any], ...] = ()
    routes: tuple[web.RouteDef, ...] = field(default=())
    unready_reason: Callable[[], str | None] = lambda: None
