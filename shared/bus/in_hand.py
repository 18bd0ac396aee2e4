"""What a process is working on right now, so that a drain can wait for it and no longer."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class InHand:
    """Counts requests and tasks under way; `draining` is set once no new one should be taken."""

    def __init__(self) -> None:
        self._count = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._draining = asyncio.Event()

    @property
    def draining(self) -> bool:
        """Whether the process is stopping."""
        return self._draining.is_set()

    def take(self) -> None:
        """Hold one more piece of work."""
        self._count += 1
        self._idle.clear()

    def release(self) -> None:
        """Let one piece of work go."""
        self._count -= 1
        if self._count == 0:
            self._idle.set()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold one piece of work for the length of the block."""
        self.take()
        try:
            yield
        finally:
            self.release()

    async def pause(self, seconds: float) -> None:
        """Wait before a retry, or until the drain begins."""
        try:
            async with asyncio.timeout(seconds):
                await self._draining.wait()
        except TimeoutError:
            return

    def begin_drain(self) -> None:
        """Say that nothing new should be taken; pauses end."""
        self._draining.set()

    async def idle(self, grace: float) -> bool:
        """Wait at most `grace` seconds until nothing is in hand; whether that came."""
        try:
            async with asyncio.timeout(grace):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True
