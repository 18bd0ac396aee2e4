"""One operation of the bus, defined once: its key, shapes, errors and timeout.

Everything else (OpenAPI, AsyncAPI, validation, metric labels, both buses) reads these values.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

from shared.errors import Internal, InvalidRequest, MessageTooLarge, Problem, ServiceUnavailable

RequestT = TypeVar("RequestT", bound=BaseModel)
ResponseT = TypeVar("ResponseT", bound=BaseModel)
MessageT = TypeVar("MessageT", bound=BaseModel)

KEY = re.compile(r"^[a-z]+(\.[a-z_]+){2}\.v[0-9]+$")

# What any call may meet, whatever its contract.
COMMON_ERRORS: tuple[type[Problem], ...] = (InvalidRequest, MessageTooLarge, ServiceUnavailable, Internal)


def _checked(key: str) -> str:
    if not KEY.match(key):
        raise ValueError(f"key {key!r} is not <service>.<noun>.<verb>.v<n>")
    return key


@dataclass(frozen=True)
class Contract(Generic[RequestT, ResponseT]):
    """A request and its answer. `timeout` is in seconds; `errors` are the problems declared by the handler."""

    key: str
    request: type[RequestT]
    response: type[ResponseT]
    errors: tuple[type[Problem], ...] = ()
    timeout: float = 2.0
    summary: str = ""

    def __post_init__(self) -> None:
        _checked(self.key)

    @property
    def service(self) -> str:
        """Name of the service that answers, the first word of the key."""
        return self.key.split(".", 1)[0]

    @property
    def problems(self) -> dict[str, type[Problem]]:
        """Problem types by code, the contract's own and the common ones."""
        return {problem.code: problem for problem in (*COMMON_ERRORS, *self.errors)}

    def handled_by(
        self, handler: Callable[[RequestT], Awaitable[ResponseT]]
    ) -> "Binding[RequestT, ResponseT]":
        """Bind the contract to the coroutine function that answers it."""
        return Binding(self, handler)


@dataclass(frozen=True)
class Binding(Generic[RequestT, ResponseT]):
    """A contract and the handler that answers it."""

    contract: Contract[RequestT, ResponseT]
    handler: Callable[[RequestT], Awaitable[ResponseT]]


@dataclass(frozen=True)
class Event(Generic[MessageT]):
    """A fact told to whoever listens; every subscribed process hears it, nobody answers."""

    key: str
    message: type[MessageT]
    summary: str = ""

    def __post_init__(self) -> None:
        _checked(self.key)


@dataclass(frozen=True)
class Task(Generic[MessageT]):
    """A piece of work queued durably and done by one worker; delivered at most `delivery_limit` times."""

    key: str
    message: type[MessageT]
    delivery_limit: int = 5
    summary: str = ""

    def __post_init__(self) -> None:
        _checked(self.key)


@dataclass(frozen=True)
class Read:
    """A read of geo's HTTP face, whose bytes do not ride the bus; described here for OpenAPI and validation.

    `query` is the shape of the query string, `response` that of one item, `many` whether a list is answered;
    one with a `body` is asked by POST, which changes nothing either.
    """

    key: str
    path: str
    response: type[BaseModel]
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    many: bool = False
    errors: tuple[type[Problem], ...] = ()
    summary: str = ""

    def __post_init__(self) -> None:
        _checked(self.key)

    @property
    def method(self) -> str:
        """HTTP method."""
        return "GET" if self.body is None else "POST"
