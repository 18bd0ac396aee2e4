"""Tasks over the broker: queued with confirms, worked on with redelivery.

It must not hold the state of a job: PostgreSQL does.
"""

import asyncio
from functools import partial
from typing import Any

import structlog
from aio_pika import DeliveryMode
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from shared.bus.amqp import Intake, to_message, to_wire
from shared.bus.codec import Wire
from shared.bus.connection import Link, confirming, opened
from shared.bus.delivery import Outcome, Work, deliver, pause_before_retry
from shared.bus.failures import LOST, lost_is_not_cancelled
from shared.bus.in_hand import InHand
from shared.bus.port import Depth
from shared.bus.topology import TIMEOUT, Topology
from shared.contract import Task
from shared.metrics import Metrics

log = structlog.get_logger(__name__)

MAX_UNCONFIRMED = 100
COUNTS = ("x-delivery-count", "x-acquired-count")


class Queues:
    """Queues tasks and waits for the broker's confirm, up to 100 of them in flight."""

    def __init__(self, link: Link, topology: Topology) -> None:
        self._link, self._topology = link, topology
        self._slots = asyncio.Semaphore(MAX_UNCONFIRMED)
        self._channel: AbstractChannel | None = None
        self._declared: set[str] = set()

    async def setup(self, link: Link) -> None:
        """Rebuild the channel on a new connection; task queues are declared when first used."""
        self._channel = await link.channel(confirms=True)
        self._declared.clear()

    async def enqueue(self, task: Task[Any], wire: Wire) -> None:
        """Queue a task durably. Raises Overloaded when the broker refuses it, ServiceUnavailable."""
        message = to_message(wire, delivery_mode=DeliveryMode.PERSISTENT)
        async with self._slots, confirming(self._link):
            if task.key not in self._declared:
                await self._declare(task)
            await opened(self._channel).default_exchange.publish(
                message, routing_key=self._topology.tasks(task.key), mandatory=True, timeout=TIMEOUT
            )

    async def depth(self, task: Task[Any]) -> Depth:
        """How many messages of the task wait for a worker, and how many are dead."""
        async with confirming(self._link):
            return await self._declare(task)

    async def _declare(self, task: Task[Any]) -> Depth:
        waiting, dead = await self._topology.declare_tasks(
            opened(self._channel), task.key, task.delivery_limit
        )
        self._declared.add(task.key)
        counts = (queue.declaration_result.message_count or 0 for queue in (waiting, dead))
        return Depth(*counts)


class Worker:
    """Takes tasks from their queues, each on a channel of its own."""

    def __init__(
        self, topology: Topology, intake: Intake, in_hand: InHand, metrics: Metrics, retry_pause: float
    ) -> None:
        self._topology, self._intake, self._in_hand = topology, intake, in_hand
        self._metrics, self._retry_pause = metrics, retry_pause

    async def work(self, link: Link, task: Task[Any], worker: Work, concurrency: int) -> None:
        """Work on this connection and those to come."""

        async def setup(link: Link) -> None:
            channel = await link.channel(confirms=False, prefetch=concurrency)
            queue, _ = await self._topology.declare_tasks(channel, task.key, task.delivery_limit)
            await self._intake.consume(queue, partial(self._take, task, worker))

        await link.add(setup)

    async def _take(self, task: Task[Any], worker: Work, message: AbstractIncomingMessage) -> None:
        attempt = 1 + max(_count(message, header) for header in COUNTS)
        outcome = await deliver(task, worker, to_wire(message), attempt, self._metrics)
        if outcome is Outcome.FAILED:
            await self._in_hand.pause(pause_before_retry(self._retry_pause, attempt))
        try:
            with lost_is_not_cancelled():
                if outcome is Outcome.DONE:
                    await message.ack()
                else:
                    await message.reject(requeue=outcome is Outcome.FAILED)
        except LOST as error:
            # The broker gives it again: workers are idempotent.
            log.warning("task_not_acknowledged", task=task.key, cause=repr(error))


def _count(message: AbstractIncomingMessage, header: str) -> int:
    # Quorum queues count what came back; which header does depends on the broker's version.
    count = message.headers.get(header)
    return count if isinstance(count, int) else 0
