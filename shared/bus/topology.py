"""Names and declarations on the broker, valid on RabbitMQ 3.10 and 4.x alike. It must not consume or publish."""

from dataclasses import dataclass
from uuid import uuid4

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractQueue

# An operation of the broker's (declare, bind, publish) that takes longer has failed.
TIMEOUT = 5.0
# Requests that one process holds at once, per contract.
PREFETCH = 32
# A service gone for longer has lost its queue, and its callers learn it at once.
QUEUE_EXPIRES = 60.0


@dataclass(frozen=True)
class Topology:
    """Every name starts with `namespace`, so that two suites can share a broker. `expires` is in seconds."""

    namespace: str = "rezone"
    expires: float = QUEUE_EXPIRES

    def requests(self, contract: str) -> str:
        """Name of the queue where the requests of a contract wait."""
        return f"{self.namespace}.rpc.{contract}"

    def tasks(self, task: str) -> str:
        """Name of the queue of a task."""
        return f"{self.namespace}.task.{task}"

    def dead(self, task: str) -> str:
        """Name of the dead letters of a task."""
        return f"{self.tasks(task)}.dead"

    async def declare_requests(self, channel: AbstractChannel, contract: str) -> AbstractQueue:
        """Durable classic queue that expires once nobody has consumed from it for `expires` seconds."""
        return await channel.declare_queue(
            self.requests(contract),
            durable=True,
            arguments={"x-queue-type": "classic", "x-expires": int(self.expires * 1000)},
            timeout=TIMEOUT,
        )

    async def declare_own(self, channel: AbstractChannel, purpose: str, process: str) -> AbstractQueue:
        """Exclusive queue of this connection: it goes with it. A new name each time, so never locked by the old."""
        return await channel.declare_queue(
            f"{self.namespace}.{purpose}.{process}.{uuid4().hex}",
            exclusive=True,
            auto_delete=True,
            timeout=TIMEOUT,
        )

    async def declare_events(self, channel: AbstractChannel) -> AbstractExchange:
        """Durable topic exchange of the events; the routing key is the event's key."""
        return await channel.declare_exchange(
            f"{self.namespace}.events", ExchangeType.TOPIC, durable=True, timeout=TIMEOUT
        )

    async def declare_tasks(
        self, channel: AbstractChannel, task: str, limit: int
    ) -> tuple[AbstractQueue, AbstractQueue]:
        """Quorum queue of a task and that of its dead letters. `limit` counts redeliveries, by the broker alone."""
        dead = await channel.declare_queue(
            self.dead(task), durable=True, arguments={"x-queue-type": "quorum"}, timeout=TIMEOUT
        )
        queue = await channel.declare_queue(
            self.tasks(task),
            durable=True,
            arguments={
                "x-queue-type": "quorum",
                "x-delivery-limit": limit,
                "x-dead-letter-exchange": "",
                "x-dead-letter-routing-key": self.dead(task),
                "x-dead-letter-strategy": "at-least-once",
                "x-overflow": "reject-publish",
            },
            timeout=TIMEOUT,
        )
        return queue, dead
