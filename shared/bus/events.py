"""Events over the broker: one queue per process. An event told while the process is disconnected is not heard."""

from collections import defaultdict
from typing import Any

import structlog
from aio_pika.abc import AbstractExchange, AbstractIncomingMessage, AbstractQueue

from shared.bus.amqp import Intake, to_wire
from shared.bus.connection import LOST, Link, lost_is_not_cancelled
from shared.bus.delivery import Work, tell
from shared.bus.topology import TIMEOUT, Topology
from shared.contract import Event

log = structlog.get_logger(__name__)


class Listener:
    """Hears the events of this process in order, one at a time."""

    def __init__(self, topology: Topology, intake: Intake, process: str) -> None:
        self._topology, self._intake, self._process = topology, intake, process
        self._listeners: dict[str, list[Work]] = defaultdict(list)
        self._events: dict[str, Event[Any]] = {}
        self._exchange: AbstractExchange | None = None
        self._queue: AbstractQueue | None = None

    async def setup(self, link: Link) -> None:
        """Rebuild the queue and its consumer on a new connection, before its bindings."""
        channel = await link.channel(confirms=False, prefetch=1)
        self._exchange = await self._topology.declare_events(channel)
        self._queue = await self._topology.declare_own(channel, "events", self._process)
        await self._intake.consume(self._queue, self._hear)

    async def subscribe(self, link: Link, event: Event[Any], listener: Work) -> None:
        """Bind the event on this connection and those to come."""
        self._events[event.key] = event
        self._listeners[event.key].append(listener)

        async def setup(_: Link) -> None:
            if self._queue is None or self._exchange is None:
                raise ConnectionError("no queue")
            await self._queue.bind(self._exchange, event.key, timeout=TIMEOUT)

        await link.add(setup)

    async def _hear(self, message: AbstractIncomingMessage) -> None:
        event = self._events.get(message.routing_key or "")
        if event is not None:
            await tell(event, tuple(self._listeners[event.key]), to_wire(message))
        try:
            with lost_is_not_cancelled():
                await message.ack()
        except LOST as error:
            log.warning("event_not_acknowledged", cause=repr(error))
