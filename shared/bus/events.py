"""Events over the broker: one queue per process. An event told while the process is disconnected is not heard."""

from collections import defaultdict
from typing import Any

import structlog
from aio_pika.abc import AbstractExchange, AbstractIncomingMessage, AbstractQueue

from shared.bus.amqp import Intake, to_message, to_wire
from shared.bus.codec import Wire
from shared.bus.connection import Link, confirming, opened
from shared.bus.delivery import Work, tell
from shared.bus.failures import LOST, lost_is_not_cancelled
from shared.bus.topology import TIMEOUT, Topology
from shared.contract import Event

log = structlog.get_logger(__name__)


class Events:
    """Tells events with the broker's confirm, and hears those of this process in order, one at a time."""

    def __init__(self, link: Link, topology: Topology, intake: Intake, process: str) -> None:
        self._link, self._topology, self._intake, self._process = link, topology, intake, process
        self._listeners: dict[str, list[Work]] = defaultdict(list)
        self._events: dict[str, Event[Any]] = {}
        self._telling: AbstractExchange | None = None
        self._queue: AbstractQueue | None = None

    async def setup(self, link: Link) -> None:
        """Rebuild the queue and its consumer on a new connection, before its bindings."""
        self._telling = await self._topology.declare_events(await link.channel(confirms=True))
        channel = await link.channel(confirms=False, prefetch=1)
        self._queue = await self._topology.declare_own(channel, "events", self._process)
        await self._intake.consume(self._queue, self._hear)

    async def publish(self, event: Event[Any], wire: Wire) -> None:
        """Publish an event; it is heard by the processes that are connected. Raises ServiceUnavailable."""
        async with confirming(self._link):
            await opened(self._telling).publish(
                to_message(wire), routing_key=event.key, mandatory=False, timeout=TIMEOUT
            )

    async def subscribe(self, event: Event[Any], listener: Work) -> None:
        """Bind the event on this connection and those to come."""
        self._events[event.key] = event
        self._listeners[event.key].append(listener)

        async def setup(_: Link) -> None:
            await opened(self._queue).bind(opened(self._telling), event.key, timeout=TIMEOUT)

        await self._link.add(setup)

    async def _hear(self, message: AbstractIncomingMessage) -> None:
        event = self._events.get(message.routing_key or "")
        if event is not None:
            await tell(event, tuple(self._listeners[event.key]), to_wire(message))
        try:
            with lost_is_not_cancelled():
                await message.ack()
        except LOST as error:
            log.warning("event_not_acknowledged", cause=repr(error))
