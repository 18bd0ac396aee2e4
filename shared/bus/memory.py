"""The bus of one process, the embedded default: same wire format, limits, timeouts and redelivery as the broker's.

Nothing it holds survives the process: PostgreSQL is the truth of tasks.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from shared import trace
from shared.bus import codec, dispatch
from shared.bus.codec import Wire
from shared.bus.delivery import Outcome, Work, deliver, pause_before_retry, tell
from shared.bus.in_hand import InHand
from shared.bus.pending import Pending, closing
from shared.bus.port import Depth
from shared.contract import Binding, Contract, Event, MessageT, RequestT, ResponseT, Task
from shared.errors import Overloaded
from shared.metrics import Metrics, process_metrics

# Set inside a handler: what is in hand may still call others while the process drains.
_answering: ContextVar[bool] = ContextVar("answering", default=False)


@dataclass
class _Served:
    binding: Binding[Any, Any]
    slots: asyncio.Semaphore


@dataclass
class _Queue:
    waiting: asyncio.Queue[tuple[Wire, int]]
    dead: list[Wire] = field(default_factory=list)


class MemoryBus:
    """Bus within one process. `concurrency` bounds the requests in hand of each contract."""

    def __init__(
        self,
        *,
        metrics: Metrics | None = None,
        concurrency: int = 32,
        max_waiting: int = 10_000,
        retry_pause: float = 1.0,
    ) -> None:
        self._metrics = metrics or process_metrics()
        self._concurrency = concurrency
        self._retry_pause = retry_pause
        self._served: dict[str, _Served] = {}
        self._listeners: dict[str, list[Work]] = defaultdict(list)
        self._events: asyncio.Queue[tuple[Event[Any], Wire]] = asyncio.Queue()
        self._queues: dict[str, _Queue] = defaultdict(lambda: _Queue(asyncio.Queue(max_waiting)))
        self._pending = Pending()
        self._in_hand = InHand()
        self._running: set[asyncio.Task[None]] = set()
        self._teller: asyncio.Task[None] | None = None
        self._closed = False

    async def call(self, contract: Contract[RequestT, ResponseT], request: RequestT) -> ResponseT:
        """Answer of the handler in this process; see Bus.call."""
        return await dispatch.ask(contract, request, self._exchange, dispatch.read, self._metrics)

    async def relay(self, contract: Contract[RequestT, ResponseT], request: RequestT) -> Wire:
        """The same answer as it travelled, unread; see Bus.relay."""
        return await dispatch.ask(contract, request, self._exchange, dispatch.relay, self._metrics)

    async def _exchange(self, contract: Contract[Any, Any], request: Wire) -> Wire:
        if self._closed or (self._in_hand.draining and not _answering.get()):
            raise closing()
        served = self._served.get(contract.key)
        if served is None:
            raise dispatch.nobody_serves(contract)
        with self._pending.waiting() as (correlation, reply):
            answering = self._start(self._answer(served, request, correlation))
            try:
                async with asyncio.timeout(contract.timeout):
                    return await reply
            except TimeoutError as error:
                raise dispatch.too_late(contract) from error
            finally:
                answering.cancel()

    async def _answer(self, served: _Served, request: Wire, correlation: str) -> None:
        _answering.set(True)
        with self._in_hand.one():
            async with served.slots:
                reply = await dispatch.answer(served.binding, request, self._metrics)
            self._pending.resolve(correlation, reply)

    async def publish(self, event: Event[MessageT], message: MessageT) -> None:
        """Tell every listener, in the order of publication; returns before they have heard."""
        wire = codec.encode(message, trace.traceparent())
        if self._closed:
            raise closing()
        if event.key in self._listeners:
            self._events.put_nowait((event, wire))

    async def enqueue(self, task: Task[MessageT], message: MessageT) -> None:
        """Queue work in memory. Raises Overloaded when too much of it waits."""
        wire = codec.encode(message, trace.traceparent())
        if self._closed:
            raise closing()
        try:
            self._queues[task.key].waiting.put_nowait((wire, 1))
        except asyncio.QueueFull as error:
            raise Overloaded(
                "Trop de travaux attendent déjà. Réessayez plus tard.", retry_after=60
            ) from error
        await self.depth(task)

    async def serve(self, bindings: Iterable[Binding[Any, Any]]) -> None:
        """Answer these contracts from now on."""
        for binding in bindings:
            self._served[binding.contract.key] = _Served(binding, asyncio.Semaphore(self._concurrency))

    async def subscribe(
        self, event: Event[MessageT], listener: Callable[[MessageT], Awaitable[None]]
    ) -> None:
        """Hear every message of this event published from now on."""
        self._listeners[event.key].append(listener)
        if self._teller is None:
            self._teller = self._start(self._tell())

    async def _tell(self) -> None:
        while True:
            event, wire = await self._events.get()
            await tell(event, tuple(self._listeners[event.key]), wire)

    async def work(
        self, task: Task[MessageT], worker: Callable[[MessageT], Awaitable[None]], *, concurrency: int = 1
    ) -> None:
        """Take tasks one by one, `concurrency` at once."""
        for _ in range(concurrency):
            self._start(self._work(task, worker))

    async def _work(self, task: Task[Any], worker: Work) -> None:
        queue = self._queues[task.key]
        while not self._in_hand.draining:
            wire, attempt = await queue.waiting.get()
            if self._in_hand.draining:
                queue.waiting.put_nowait((wire, attempt))
                return
            with self._in_hand.one():
                await self._deliver(task, worker, wire, attempt)
            await self.depth(task)

    async def _deliver(self, task: Task[Any], worker: Work, wire: Wire, attempt: int) -> None:
        outcome = await deliver(task, worker, wire, attempt, self._metrics)
        queue = self._queues[task.key]
        if outcome is Outcome.DEAD:
            queue.dead.append(wire)
        elif outcome is Outcome.FAILED:
            await self._in_hand.pause(pause_before_retry(self._retry_pause, attempt))
            await queue.waiting.put((wire, attempt + 1))

    async def depth(self, task: Task[Any]) -> Depth:
        """How many messages of this task wait, and how many are dead."""
        queue = self._queues[task.key]
        depth = Depth(queue.waiting.qsize(), len(queue.dead))
        self._metrics.queue_depth(task.key, depth.waiting, depth.dead)
        return depth

    async def drain(self, grace: float) -> None:
        """Refuse new calls and wait for those in hand; what they call in turn is still answered."""
        self._in_hand.begin_drain()
        await self._in_hand.idle(grace)

    async def close(self) -> None:
        """Fail the calls that wait and stop everything."""
        self._closed = True
        self._pending.close()
        running = tuple(self._running)
        for started in running:
            started.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def unready_reason(self) -> str | None:
        """None until the bus drains or closes."""
        return "Ce programme est en train de s’arrêter." if self._closed or self._in_hand.draining else None

    def _start(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        started = asyncio.create_task(coroutine)
        self._running.add(started)
        started.add_done_callback(self._running.discard)
        return started
