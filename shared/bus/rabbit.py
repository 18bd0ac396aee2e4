"""The bus over RabbitMQ: composes the connection, calls, events and tasks. aio-pika stays inside shared/bus."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from shared import trace
from shared.bus import codec, dispatch
from shared.bus.amqp import Intake
from shared.bus.codec import Wire
from shared.bus.connection import Link
from shared.bus.events import Events
from shared.bus.in_hand import InHand
from shared.bus.port import Depth
from shared.bus.rpc import Caller, Server
from shared.bus.tasks import Queues, Worker
from shared.bus.topology import QUEUE_EXPIRES, Topology
from shared.contract import Binding, Contract, Event, MessageT, RequestT, ResponseT, Task
from shared.metrics import Metrics, process_metrics


class RabbitBus:
    """Bus of one process over RabbitMQ, named `name` there; call `connect` first.

    `namespace` begins every name on the broker; `queue_expires` (seconds) is how long a service may be
    gone before its callers learn it at once.
    """

    def __init__(
        self,
        url: str,
        *,
        name: str,
        namespace: str = "rezone",
        metrics: Metrics | None = None,
        queue_expires: float = QUEUE_EXPIRES,
        retry_pause: float = 1.0,
    ) -> None:
        self._metrics = metrics or process_metrics()
        self._link = Link(url, name, self._metrics)
        # Tasks have a connection of their own: what blocks a quorum queue must not stop the calls.
        self._task_link = Link(url, f"{name}-tasks", self._metrics)
        self._in_hand = InHand()
        self._intake = Intake(self._in_hand)
        topology = Topology(namespace, queue_expires)
        self._caller = Caller(self._link, topology, name)
        self._server = Server(topology, self._intake, self._metrics)
        self._events = Events(self._link, topology, self._intake, name)
        self._queues = Queues(self._task_link, topology)
        self._worker = Worker(topology, self._intake, self._in_hand, self._metrics, retry_pause)

    async def connect(self, *, wait: bool = False) -> None:
        """Connect to the broker, or raise ServiceUnavailable; `wait` tries until it is there instead.

        Meanwhile `unready_reason` says why. Once connected, a lost connection is remade by itself.
        """
        for setup in (self._caller.setup, self._events.setup):
            await self._link.add(setup)
        await self._task_link.add(self._queues.setup)
        await self._link.open(wait=wait)
        await self._task_link.open(wait=wait)

    async def call(self, contract: Contract[RequestT, ResponseT], request: RequestT) -> ResponseT:
        """Answer of the service that handles the contract; see Bus.call."""
        return await dispatch.ask(contract, request, self._caller.exchange, dispatch.read, self._metrics)

    async def relay(self, contract: Contract[RequestT, ResponseT], request: RequestT) -> Wire:
        """The same answer as it travelled, unread; see Bus.relay."""
        return await dispatch.ask(contract, request, self._caller.exchange, dispatch.relay, self._metrics)

    async def publish(self, event: Event[MessageT], message: MessageT) -> None:
        """Tell the processes connected now; returns once the broker has it."""
        await self._events.publish(event, codec.encode(message, trace.traceparent()))

    async def enqueue(self, task: Task[MessageT], message: MessageT) -> None:
        """Queue work; returns once a quorum of the broker has it on disk."""
        await self._queues.enqueue(task, codec.encode(message, trace.traceparent()))

    async def serve(self, bindings: Iterable[Binding[Any, Any]]) -> None:
        """Answer these contracts; returns when requests can come in."""
        await self._server.serve(self._link, bindings)

    async def subscribe(
        self, event: Event[MessageT], listener: Callable[[MessageT], Awaitable[None]]
    ) -> None:
        """Hear every message of this event published from now on, while connected."""
        await self._events.subscribe(event, listener)

    async def work(
        self, task: Task[MessageT], worker: Callable[[MessageT], Awaitable[None]], *, concurrency: int = 1
    ) -> None:
        """Take tasks one by one, `concurrency` (1 to 4) at once."""
        await self._worker.work(self._task_link, task, worker, concurrency)

    async def depth(self, task: Task[Any]) -> Depth:
        """How many messages of the task wait, and how many are in its dead letters."""
        depth = await self._queues.depth(task)
        self._metrics.queue_depth(task.key, depth.waiting, depth.dead)
        return depth

    async def drain(self, grace: float) -> None:
        """Take no more requests, events nor tasks, and wait for those in hand."""
        self._in_hand.begin_drain()
        await self._intake.stop()
        await self._in_hand.idle(grace)

    async def close(self) -> None:
        """Fail the calls that wait, abandon what is in hand, and disconnect."""
        self._caller.close()
        await self._intake.close()
        await self._link.close()
        await self._task_link.close()

    def unready_reason(self) -> str | None:
        """None when calls and events can flow, else why not."""
        return "Ce programme est en train de s’arrêter." if self._in_hand.draining else self._link.reason
