"""A small service for the tests of the bus: shapes and contracts of nothing but the bus itself."""

import aio_pika
from pydantic import BaseModel, ConfigDict, Field

from shared.bus.topology import TIMEOUT, Topology
from shared.contract import Contract, Event, Task
from shared.errors import NotFound


class Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    words: tuple[str, ...] = Field(max_length=100_000)
    number: int = 0


class Echoed(BaseModel):
    model_config = ConfigDict(frozen=True)

    words: tuple[str, ...]
    number: int = 0
    correlation: str = ""


ECHO = Contract("echo.words.repeat.v1", Words, Echoed, errors=(NotFound,), timeout=5.0)
SLOW = Contract("echo.words.wait.v1", Words, Echoed, timeout=0.3)
ABSENT = Contract("echo.words.lose.v1", Words, Echoed, timeout=5.0)
SAID = Event("echo.words.said.v1", Words)
CHORE = Task("echo.words.sort.v1", Words, delivery_limit=3)


async def forget(url: str, namespace: str) -> None:
    """Delete from a broker that others use what outlives the tests of this namespace."""
    topology = Topology(namespace)
    async with await aio_pika.connect(url, timeout=TIMEOUT) as connection, connection.channel() as channel:
        for queue in (topology.tasks(CHORE.key), topology.dead(CHORE.key)):
            await channel.queue_delete(queue, timeout=TIMEOUT)
        await channel.exchange_delete(f"{namespace}.events", timeout=TIMEOUT)
