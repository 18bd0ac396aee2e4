"""Calls that wait for their reply, by correlation id: each ends with a reply, its timeout, or the bus closing."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from shared.bus.codec import Wire
from shared.errors import Problem, ServiceUnavailable


class Pending:
    """The futures of one process's calls. Ids are unique in the process, which alone reads its replies."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._futures: dict[str, asyncio.Future[Wire]] = {}
        self._closed = False

    @contextmanager
    def waiting(self) -> Iterator[tuple[str, asyncio.Future[Wire]]]:
        """Open a call: its correlation id and the future of its reply, forgotten on leaving."""
        if self._closed:
            raise closing()
        correlation = str(next(self._numbers))
        future = asyncio.get_running_loop().create_future()
        self._futures[correlation] = future
        try:
            yield correlation, future
        finally:
            del self._futures[correlation]
            if not future.cancel() and not future.cancelled():
                # Seen, though nobody awaited it: the call had ended otherwise.
                future.exception()

    def resolve(self, correlation: str | None, reply: Wire) -> None:
        """Give a call its reply; a reply that came too late is dropped."""
        future = self._futures.get(correlation or "")
        if future is not None and not future.done():
            future.set_result(reply)

    def close(self) -> None:
        """Fail every waiting call, and those to come."""
        self._closed = True
        for future in self._futures.values():
            if not future.done():
                future.set_exception(closing())


def closing() -> Problem:
    """Build the problem of a call made or waiting while this process stops."""
    return ServiceUnavailable("Ce programme est en train de s’arrêter. Réessayez dans un instant.")
