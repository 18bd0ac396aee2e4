"""Rendering processes: started on first need, kept warm, replaced after a number of documents or when one dies."""

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import structlog

from services.reports.worker import Failure, Job, render, start
from shared.errors import RenderingFailed

log = structlog.get_logger(__name__)


class RenderingPool:
    """At most `workers` spawned processes; `recycle_after` documents a worker on average before they are replaced."""

    def __init__(self, workers: int, recycle_after: int) -> None:
        self._workers = workers
        self._recycle_after = recycle_after
        self._executor: ProcessPoolExecutor | None = None
        self._made = 0

    async def render(self, job: Job) -> bytes:
        """Bytes of the document. Raises RenderingFailed (a dead worker included), MissingAsset."""
        executor = self._ready()
        try:
            made = await asyncio.get_running_loop().run_in_executor(executor, render, job)
        except BrokenProcessPool as error:
            log.warning("rendering_worker_died")
            self._retire(executor)
            raise RenderingFailed(
                "La production du document s’est interrompue. Essayez de nouveau.", reason="worker died"
            ) from error
        if isinstance(made, Failure):
            raise made.problem.from_wire(made.body)
        return made

    def _ready(self) -> ProcessPoolExecutor:
        # Replacing the whole executor, not a child at a time: max_tasks_per_child can leave work waiting for ever.
        if self._executor is not None and self._made >= self._recycle_after * self._workers:
            self._retire(self._executor)
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                self._workers, mp_context=multiprocessing.get_context("spawn"), initializer=start
            )
            self._made = 0
        self._made += 1
        return self._executor

    def _retire(self, executor: ProcessPoolExecutor) -> None:
        # What it has in hand is finished; several callers may see the same death.
        executor.shutdown(wait=False)
        if self._executor is executor:
            self._executor = None

    async def close(self) -> None:
        """Let the processes finish what they have in hand, and end them."""
        if self._executor is not None:
            await asyncio.to_thread(self._executor.shutdown, wait=True, cancel_futures=True)
            self._executor = None
