"""A wire to an AMQP message and back, and the consumers of a process. It must not know what a message means."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any
from uuid import uuid4

from aio_pika import Message
from aio_pika.abc import AbstractIncomingMessage, AbstractQueue

from shared.bus.codec import JSON, Wire
from shared.bus.failures import LOST
from shared.bus.in_hand import InHand
from shared.bus.topology import TIMEOUT

TRACEPARENT = "traceparent"

Handle = Callable[[AbstractIncomingMessage], Coroutine[Any, Any, None]]


def to_message(wire: Wire, **properties: Any) -> Message:
    """AMQP message of a wire; the message id is new each time, since a repeated one gives false confirms."""
    return Message(
        wire.body,
        content_type=wire.content_type,
        content_encoding=wire.encoding,
        headers={TRACEPARENT: wire.traceparent} if wire.traceparent else None,
        message_id=uuid4().hex,
        **properties,
    )


def to_wire(message: AbstractIncomingMessage) -> Wire:
    """Wire of an AMQP message."""
    traceparent = message.headers.get(TRACEPARENT)
    return Wire(
        message.body,
        message.content_type or JSON,
        message.content_encoding or None,
        traceparent if isinstance(traceparent, str) else None,
    )


class Intake:
    """Consumers of shared queues, each message handled in a task of ours.

    aio-pika would cancel its own tasks with the channel; a handler outlives it and is counted in hand.
    """

    def __init__(self, in_hand: InHand) -> None:
        self._in_hand = in_hand
        self._consumers: dict[str, tuple[AbstractQueue, str]] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def consume(self, queue: AbstractQueue, handle: Handle) -> None:
        """Handle every message of this queue, unless the process is stopping."""

        async def receive(message: AbstractIncomingMessage) -> None:
            self._in_hand.take()
            handling = asyncio.create_task(handle(message))
            self._running.add(handling)
            handling.add_done_callback(self._ended)

        if self._in_hand.draining:
            return
        self._consumers[queue.name] = queue, await queue.consume(receive, timeout=TIMEOUT)
        if self._in_hand.draining:  # begun meanwhile
            await self.stop()

    def _ended(self, handling: asyncio.Task[None]) -> None:
        self._running.discard(handling)
        self._in_hand.release()

    async def stop(self) -> None:
        """Take no more messages; those delivered already are handled."""
        while self._consumers:
            _, (queue, tag) = self._consumers.popitem()
            with suppress(*LOST):
                await queue.cancel(tag, timeout=TIMEOUT)

    async def close(self) -> None:
        """Abandon what is in hand: the broker gives it to another process."""
        running = tuple(self._running)
        for handling in running:
            handling.cancel()
        await asyncio.gather(*running, return_exceptions=True)
