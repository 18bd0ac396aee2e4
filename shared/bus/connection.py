"""One connection to the broker that comes back by itself, and rebuilds all that was declared on it.

It must not know what is declared: each part gives a `setup`, run on the first connection and on every new one.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import (
    DeliveryError,
    PublishError,
)
from yarl import URL

from shared.bus.failures import LOST, lost_is_not_cancelled, why
from shared.bus.pending import closing
from shared.bus.topology import TIMEOUT
from shared.errors import Overloaded, ServiceUnavailable
from shared.metrics import Metrics

log = structlog.get_logger(__name__)

FIRST_PAUSE, LAST_PAUSE = 0.1, 5.0
# Seconds between heartbeats: a broker whose host vanished is noticed after three of them.
HEARTBEAT = 20
CANCEL_PAUSE = 0.5

OpenedT = TypeVar("OpenedT")
Setup = Callable[["Link"], Awaitable[None]]


class Link:
    """The connection of a process, named `name` on the broker. `reason` is None while it is up."""

    def __init__(self, url: str, name: str, metrics: Metrics) -> None:
        self._url = URL(url).update_query(heartbeat=HEARTBEAT)
        self._name = name
        self._metrics = metrics
        self._setups: list[Setup] = []
        self._connection: AbstractConnection | None = None
        self._up = asyncio.Event()
        self._down = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._closed = False
        self.reason: str | None = self._because("la connexion n’est pas ouverte")

    def _because(self, why: str) -> str:
        return f"RabbitMQ ({self._url.host}:{self._url.port or 5672})\u00a0: {why}."

    async def open(self, *, wait: bool) -> None:
        """Connect. Raises ServiceUnavailable when the broker is absent, or tries until it is there (`wait`)."""
        if wait:
            await self._connect_in_the_end()
        else:
            try:
                await self._connect()
            except LOST as error:
                self.reason = self._because(why(error))
                raise ServiceUnavailable(
                    f"{self.reason} Vérifiez AMQP_URL et que le serveur tourne."
                ) from error
        self._keeper = asyncio.create_task(self._keep())

    async def add(self, setup: Setup) -> None:
        """Run a setup now and on every new connection; returns once it has succeeded (or been noted, before `open`)."""
        self._setups.append(setup)
        if self._keeper is None:
            return
        if self._up.is_set():
            try:
                with lost_is_not_cancelled():
                    await setup(self)
            except LOST as error:
                self.lose(why(error), error)
        await self.up()

    async def up(self) -> None:
        """Wait until messages can flow; the caller sets the limit. Raises ServiceUnavailable once closed."""
        await self._up.wait()
        if self._closed:
            raise closing()

    def lose(self, why: str, cause: object = None) -> None:
        """Give this connection up: everything is rebuilt on a new one. `cause` is for the logs alone."""
        self._down.set()
        if self._up.is_set() and not self._closed:
            self._up.clear()
            self.reason = self._because(why)
            log.warning("broker_lost", reason=self.reason, cause=repr(cause))

    async def channel(self, *, confirms: bool, prefetch: int = 0) -> AbstractChannel:
        """Open a channel, per-consumer prefetch; its loss, or a consumer cancelled by the broker, loses the link."""
        connection = self._connection
        if connection is None:
            raise ConnectionError("no connection")
        channel = await connection.channel(publisher_confirms=confirms, on_return_raises=confirms)
        await channel.set_qos(prefetch_count=prefetch, timeout=TIMEOUT)
        underlay = await channel.get_underlay_channel()

        def lost(*cause: object) -> None:
            if self._connection is connection:
                self.lose("un canal s’est fermé", cause[-1])

        channel.close_callbacks.add(lost)
        underlay.on_consumer_cancel_callbacks.add(lost)
        return channel

    async def close(self) -> None:
        """Close for good; those who wait for the connection learn it."""
        self._closed = True
        # aiormq swallows a cancellation that falls while its connection drops: it is said until it is heard.
        while self._keeper is not None and not self._keeper.done():
            self._keeper.cancel()
            await asyncio.wait({self._keeper}, timeout=CANCEL_PAUSE)
        self._up.set()
        self.reason = self._because("la connexion est fermée")
        await self._discard()

    async def _keep(self) -> None:
        while not self._closed:
            await self._down.wait()
            await self._discard()
            await self._connect_in_the_end()
            self._metrics.reconnected()
            log.info("broker_back")

    async def _connect_in_the_end(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                return await self._connect()
            except LOST as error:
                self.reason = self._because(why(error))
                log.warning("broker_unreachable", reason=self.reason, retry_in=pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LAST_PAUSE)

    async def _connect(self) -> None:
        self._down.clear()
        with lost_is_not_cancelled():
            connection = await aio_pika.connect(
                self._url, timeout=TIMEOUT, client_properties={"connection_name": self._name}
            )
            self._connection = connection

            def lost(*cause: object) -> None:
                if self._connection is connection:
                    self.lose("la connexion est coupée", cause[-1])

            connection.close_callbacks.add(lost)
            try:
                done = 0
                # One may be added while another runs.
                while done < len(self._setups):
                    await self._setups[done](self)
                    done += 1
                self._check_not_lost()
            except BaseException:
                await self._discard()
                raise
        self.reason = None
        self._up.set()

    def _check_not_lost(self) -> None:
        if self._down.is_set():
            raise ConnectionError("lost while it was set up")

    async def _discard(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*LOST):
                async with asyncio.timeout(TIMEOUT):
                    await connection.close()


@asynccontextmanager
async def confirming(link: Link) -> AsyncIterator[None]:
    """Publish with confirm, or declare, inside: at most 5 s, the connection awaited included.

    Raises Overloaded when the broker refuses the message, ServiceUnavailable for anything else.
    """
    try:
        async with asyncio.timeout(TIMEOUT):
            await link.up()
            with lost_is_not_cancelled():
                yield
    except PublishError as error:
        raise ServiceUnavailable("La file de messages n’existe plus sur RabbitMQ.") from error
    except DeliveryError as error:
        raise Overloaded(
            "RabbitMQ refuse de nouveaux messages. Réessayez plus tard.", retry_after=60
        ) from error
    except LOST as error:
        raise ServiceUnavailable(link.reason or "RabbitMQ n’a pas confirmé le message à temps.") from error


def opened(part: OpenedT | None) -> OpenedT:
    """Return what a setup has opened. Raises ConnectionError before the first one."""
    if part is None:
        raise ConnectionError("not connected yet")
    return part
