"""RabbitBus against a bare aio-pika echo of the same bytes, same broker, same run.

Run: python -m tests.bench.bus_echo [AMQP_URL]
"""

import asyncio
import statistics
import sys
import time
import uuid
from collections.abc import Awaitable, Callable

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from shared.bus import codec
from shared.bus.rabbit import RabbitBus
from shared.metrics import Metrics
from tests.broker import any_broker
from tests.contract.echo import ECHO, Echoed, Words

ASKED = Words(words=tuple(f"{83000 + number}" for number in range(74)))
CALLS = {1: 1500, 50: 6000}
WARM_UP = 200
ROUNDS = 3

Call = Callable[[], Awaitable[object]]


async def bare_echo(url: str, size: int) -> tuple[Call, Callable[[], Awaitable[None]]]:
    """The least that aio-pika can do: default settings, an exclusive callback queue, no validation."""
    asking, answering = await aio_pika.connect(url), await aio_pika.connect(url)
    channel, serving = await asking.channel(), await answering.channel()
    await serving.set_qos(prefetch_count=32)
    requests = await serving.declare_queue(f"bench-{uuid.uuid4().hex}", exclusive=False, durable=True)
    replies = await channel.declare_queue(exclusive=True)
    futures: dict[str, asyncio.Future[bytes]] = {}
    body = b"x" * size

    async def serve(message: AbstractIncomingMessage) -> None:
        reply = aio_pika.Message(message.body, correlation_id=message.correlation_id)
        await serving.default_exchange.publish(reply, routing_key=message.reply_to or "")
        await message.ack()

    async def hear(message: AbstractIncomingMessage) -> None:
        futures.pop(message.correlation_id or "").set_result(message.body)

    consumer = await requests.consume(serve)
    await replies.consume(hear, no_ack=True)

    async def call() -> object:
        correlation = uuid.uuid4().hex
        futures[correlation] = asyncio.get_running_loop().create_future()
        message = aio_pika.Message(body, correlation_id=correlation, reply_to=replies.name)
        reply = futures[correlation]
        await channel.default_exchange.publish(message, routing_key=requests.name)
        return await reply

    async def close() -> None:
        await requests.cancel(consumer)
        await requests.delete(if_unused=False, if_empty=False)
        await asking.close()
        await answering.close()

    return call, close


async def bus_echo(url: str) -> tuple[Call, Callable[[], Awaitable[None]]]:
    """The same words through RabbitBus: contract, validation, trace, metrics, timeout."""
    namespace, metrics = f"bench-{uuid.uuid4().hex}", Metrics()
    asking, answering = (
        RabbitBus(url, name=name, namespace=namespace, metrics=metrics, queue_expires=5)
        for name in ("asking", "answering")
    )
    await asking.connect()
    await answering.connect()

    async def repeat(asked: Words) -> Echoed:
        return Echoed(words=asked.words)

    await answering.serve([ECHO.handled_by(repeat)])

    async def call() -> object:
        return await asking.call(ECHO, ASKED)

    async def close() -> None:
        await asking.close()
        await answering.close()

    return call, close


async def measure(call: Call, in_flight: int, calls: int) -> tuple[float, list[float]]:
    """Calls per second and the duration of each, in seconds."""
    durations: list[float] = []
    left = iter(range(calls))

    async def one_after_another() -> None:
        for _ in left:
            started = time.perf_counter()
            await call()
            durations.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*(one_after_another() for _ in range(in_flight)))
    return calls / (time.perf_counter() - started), durations


async def bench(url: str) -> None:
    """Print one line per peer and load, taken in turns so that both see the same machine."""
    size = len(codec.encode(ASKED).body)
    peers = {"aio-pika, bare": await bare_echo(url, size), "RabbitBus": await bus_echo(url)}
    print(f"echo of {size} bytes, both sides in one process, best of {ROUNDS} rounds")
    for in_flight, calls in CALLS.items():
        best: dict[str, tuple[float, list[float]]] = {}
        for _ in range(ROUNDS):
            for name, (call, _close) in peers.items():
                await measure(call, in_flight, WARM_UP)
                best[name] = max(best.get(name, (0.0, [])), await measure(call, in_flight, calls))
        for name, (rate, durations) in best.items():
            cuts = statistics.quantiles(durations, n=100)
            ratio = rate / best["aio-pika, bare"][0]
            print(
                f"{in_flight:3d} in flight  {name:15s} {rate:7.0f} calls/s"
                f"  p50 {cuts[49] * 1000:6.2f} ms  p99 {cuts[98] * 1000:6.2f} ms  ratio {ratio:.2f}"
            )
    for _call, close in peers.values():
        await close()


def main() -> None:
    """Bench on the broker named, or the first that answers."""
    if len(sys.argv) > 1:
        asyncio.run(bench(sys.argv[1]))
        return
    with any_broker() as url:
        asyncio.run(bench(url))


if __name__ == "__main__":
    main()
