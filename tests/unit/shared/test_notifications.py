"""Following a channel: woken by each notification, and ended by its cancellation whenever that comes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest

from shared import notifications
from shared.notifications import follow

Heard = Callable[..., None]
ENDED_SECONDS = 5


@dataclass
class Line:
    """The connection and pool of a server that notifies when the test says so."""

    listeners: list[Heard] = field(default_factory=list)
    ended: bool = False

    async def acquire(self) -> "Line":
        return self

    async def release(self, connection: "Line") -> None:
        assert connection is self

    def add_termination_listener(self, heard: Heard) -> None:
        self.listeners.append(heard)

    async def add_listener(self, channel: str, heard: Heard) -> None:
        assert channel == "canal"
        self.listeners.append(heard)

    def is_closed(self) -> bool:
        return self.ended

    def terminate(self) -> None:
        self.ended = True

    def notify(self) -> None:
        for heard in self.listeners:
            heard(self)


@dataclass
class SlowLine(Line):
    """A server that takes its time to connect; `given_up`: whether it was left in the middle."""

    connecting: asyncio.Event = field(default_factory=asyncio.Event)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    given_up: bool = False
    released: bool = False

    async def acquire(self) -> "Line":
        self.connecting.set()
        try:
            await self.connected.wait()
        except asyncio.CancelledError:
            self.given_up = True
            raise
        return self

    async def release(self, connection: "Line") -> None:
        self.released = True


async def told() -> None:
    """Take a change."""


@dataclass
class Following:
    """A task that follows a line, and how many changes it was told of."""

    line: Line
    task: asyncio.Task[None]
    changes: list[None]

    async def settled(self) -> None:
        """Let the task go as far as it can: it has no other wait than the next notification."""
        for _ in range(10):
            await asyncio.sleep(0)


@pytest.fixture
async def following() -> AsyncIterator[Following]:
    line, changes = Line(), list[None]()

    async def changed() -> None:
        changes.append(None)

    found = Following(line, asyncio.create_task(follow(line, "canal", changed)), changes)
    await found.settled()
    yield found
    while not found.task.done():
        found.task.cancel()
        await asyncio.wait({found.task}, timeout=ENDED_SECONDS)


async def test_each_notification_is_a_change_told_of(following: Following) -> None:
    assert len(following.changes) == 1
    following.line.notify()
    await following.settled()
    assert len(following.changes) == 2


async def test_a_cancellation_ends_it_and_its_connection(following: Following) -> None:
    following.task.cancel()
    await asyncio.wait({following.task}, timeout=ENDED_SECONDS)
    assert following.task.cancelled()
    assert following.line.ended


@pytest.mark.parametrize("steps", range(4))
async def test_a_cancellation_is_heard_even_as_a_notification_wakes_it(
    following: Following, steps: int
) -> None:
    # asyncio.wait_for of Python 3.11 lost it, and whoever waited for the task to end waited forever.
    following.line.notify()
    for _ in range(steps):
        await asyncio.sleep(0)
    following.task.cancel()
    await asyncio.wait({following.task}, timeout=ENDED_SECONDS)
    assert following.task.cancelled()
    assert following.line.ended


async def test_a_cancellation_waits_for_the_connection_on_its_way_and_gives_it_back() -> None:
    line = SlowLine()
    task = asyncio.create_task(follow(line, "canal", told))
    await line.connecting.wait()
    task.cancel()
    await asyncio.sleep(0)
    line.connected.set()
    await asyncio.wait({task}, timeout=ENDED_SECONDS)
    assert task.cancelled()
    assert (line.given_up, line.released) == (False, True)


async def test_a_connection_that_never_comes_does_not_hold_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifications, "ENDING_SECONDS", 0.05)
    line = SlowLine()
    task = asyncio.create_task(follow(line, "canal", told))
    await line.connecting.wait()
    task.cancel()
    await asyncio.wait({task}, timeout=ENDED_SECONDS)
    assert task.cancelled()
    assert (line.given_up, line.released) == (True, False)
