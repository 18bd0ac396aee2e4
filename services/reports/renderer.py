"""One rendering process: started on first need, kept warm, replaced after a number of documents or when it dies."""

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from ctypes import c_bool

import structlog

from services.reports.worker import Failure, Job, render, start
from shared.errors import RenderingFailed

log = structlog.get_logger(__name__)


class Renderer:
    """A process that renders one document at a time."""

    def __init__(self, recycle_after: int) -> None:
        self._recycle_after = recycle_after
        self._executor: ProcessPoolExecutor | None = None
        # Set by the process when it begins a document. Without a lock: a process killed with one would keep it.
        self._begun: c_bool = multiprocessing.get_context("spawn").RawValue(c_bool)
        self._made = 0

    async def render(self, job: Job) -> bytes:
        """Bytes of the document. Raises RenderingFailed where the process dies of it or over it, MissingAsset.

        A process found dead before it began is replaced, once.
        """
        try:
            return await self._rendered(job)
        except BrokenProcessPool as error:
            if self._begun.value:
                raise _interrupted() from error
        try:
            return await self._rendered(job)
        except BrokenProcessPool as error:
            raise _interrupted() from error

    async def _rendered(self, job: Job) -> bytes:
        executor = self._ready()
        self._begun.value = False
        try:
            made = await asyncio.get_running_loop().run_in_executor(executor, render, job)
        except BrokenProcessPool:
            log.warning("rendering_worker_died")
            executor.shutdown(wait=False)
            self._executor = None
            raise
        if isinstance(made, Failure):
            raise made.problem.from_wire(made.body)
        return made

    def _ready(self) -> ProcessPoolExecutor:
        # Replacing the executor, not its child: max_tasks_per_child can leave work waiting for ever.
        if self._executor is not None and self._made >= self._recycle_after:
            self._executor.shutdown(wait=False)
            self._executor = None
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                1,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=start,
                initargs=(self._begun,),
            )
            self._made = 0
        self._made += 1
        return self._executor

    async def close(self) -> None:
        """Let the process finish what it has in hand, and end it."""
        if self._executor is not None:
            await asyncio.to_thread(self._executor.shutdown, wait=True)
            self._executor = None


def _interrupted() -> RenderingFailed:
    return RenderingFailed(
        "La production du document s’est interrompue. Essayez de nouveau.", reason="worker died"
    )
