"""Calls over the broker: the asking side and the answering side. It must not know what a contract means."""

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import Any

import structlog
from aio_pika import DeliveryMode
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import DeliveryError

from shared.bus import dispatch
from shared.bus.amqp import Intake, to_message, to_wire
from shared.bus.codec import Wire
from shared.bus.connection import Link, opened
from shared.bus.failures import LOST, lost_is_not_cancelled
from shared.bus.pending import Pending
from shared.bus.topology import PREFETCH, TIMEOUT, Topology
from shared.contract import Binding, Contract
from shared.metrics import Metrics

log = structlog.get_logger(__name__)


class Caller:
    """Sends requests and gives each reply to the call that waits for it, through one queue of this process."""

    def __init__(self, link: Link, topology: Topology, process: str) -> None:
        self._link, self._topology, self._process = link, topology, process
        self._pending = Pending()
        self._channel: AbstractChannel | None = None
        self._replies = ""

    async def setup(self, link: Link) -> None:
        """Rebuild the reply queue and its consumer on a new connection."""
        channel = await link.channel(confirms=True)
        queue = await self._topology.declare_own(channel, "reply", self._process)
        await queue.consume(self._on_reply, no_ack=True, exclusive=True, timeout=TIMEOUT)
        self._channel, self._replies = channel, queue.name

    async def exchange(self, contract: Contract[Any, Any], request: Wire) -> Wire:
        """Send a request and wait for its reply. Raises ServiceUnavailable at the timeout, or at once if unroutable."""
        with self._pending.waiting() as (correlation, reply):
            try:
                async with asyncio.timeout(contract.timeout):
                    await self._link.up()
                    await self._send(contract, request, correlation)
                    return await reply
            except TimeoutError as error:
                raise dispatch.too_late(contract) from error
            except DeliveryError as error:
                raise dispatch.nobody_serves(contract) from error

    async def _send(self, contract: Contract[Any, Any], request: Wire, correlation: str) -> None:
        message = to_message(
            request,
            correlation_id=correlation,
            reply_to=self._replies,
            expiration=contract.timeout,
            delivery_mode=DeliveryMode.NOT_PERSISTENT,
        )
        try:
            with lost_is_not_cancelled():
                await opened(self._channel).default_exchange.publish(
                    message,
                    routing_key=self._topology.requests(contract.key),
                    mandatory=True,
                    timeout=contract.timeout,
                )
        except (DeliveryError, TimeoutError):
            raise
        except LOST:
            # It may have left or not, and sending it twice could do it twice: wait until its time is up.
            log.warning("request_in_doubt", contract=contract.key)

    async def _on_reply(self, message: AbstractIncomingMessage) -> None:
        self._pending.resolve(message.correlation_id, to_wire(message))

    def close(self) -> None:
        """Fail the calls that wait."""
        self._pending.close()


class Server:
    """Answers the requests of the contracts bound here, at most 32 at once for each."""

    def __init__(self, topology: Topology, intake: Intake, metrics: Metrics) -> None:
        self._topology, self._intake, self._metrics = topology, intake, metrics

    async def serve(self, link: Link, bindings: Iterable[Binding[Any, Any]]) -> None:
        """Answer these contracts on this connection and those to come."""
        added = tuple(bindings)

        async def setup(link: Link) -> None:
            # Replies need no confirm: a caller whose queue has gone waits for nothing any more.
            channel = await link.channel(confirms=False, prefetch=PREFETCH)
            for binding in added:
                queue = await self._topology.declare_requests(channel, binding.contract.key)
                await self._intake.consume(queue, partial(self._answer, channel, binding))

        await link.add(setup)

    async def _answer(
        self, channel: AbstractChannel, binding: Binding[Any, Any], message: AbstractIncomingMessage
    ) -> None:
        reply = await dispatch.answer(binding, to_wire(message), self._metrics)
        try:
            with lost_is_not_cancelled():
                if message.reply_to:
                    await channel.default_exchange.publish(
                        to_message(reply, correlation_id=message.correlation_id),
                        routing_key=message.reply_to,
                        mandatory=False,
                        timeout=TIMEOUT,
                    )
                await message.ack()
        except LOST as error:
            log.warning("reply_lost", contract=binding.contract.key, cause=repr(error))
