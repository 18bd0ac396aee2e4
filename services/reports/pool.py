"""The rendering processes and the queue before them. Nothing waits inside a process: its death costs one document."""

import asyncio

from services.reports.renderer import Renderer
from services.reports.worker import Job
from shared.errors import Overloaded, ServiceUnavailable

RETRY_AFTER = 10


class RenderingPool:
    """At most `workers` processes, each replaced after `recycle_after` documents; at most `waiting` jobs queue."""

    def __init__(self, workers: int, recycle_after: int, waiting: int) -> None:
        self._renderers = tuple(Renderer(recycle_after) for _ in range(workers))
        # Last in, first out: a warm process serves before one that has not started.
        self._idle: asyncio.LifoQueue[Renderer] = asyncio.LifoQueue()
        for renderer in self._renderers:
            self._idle.put_nowait(renderer)
        self._room = waiting
        self._waiting = 0
        self._closed = False

    async def render(self, job: Job) -> bytes:
        """Bytes of the document, first come first served.

        Raises Overloaded when too many wait, RenderingFailed, MissingAsset, ServiceUnavailable when closing.
        """
        if self._idle.empty() and self._waiting >= self._room:
            raise Overloaded(
                "Trop de documents attendent déjà d’être produits. Réessayez dans un instant.",
                retry_after=RETRY_AFTER,
            )
        self._waiting += 1
        try:
            renderer = await self._idle.get()
        finally:
            self._waiting -= 1
        try:
            if self._closed:
                raise ServiceUnavailable("Le service des documents s’arrête.")
            return await renderer.render(job)
        finally:
            self._idle.put_nowait(renderer)

    async def close(self) -> None:
        """Let the processes finish what they have in hand, and end them; what still waits is refused."""
        self._closed = True
        await asyncio.gather(*(renderer.close() for renderer in self._renderers))
