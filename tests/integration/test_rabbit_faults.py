"""RabbitBus on a broker that fails: callers and servers come back by themselves, and every call ends in time."""

import asyncio
import sys
import uuid
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from time import monotonic

import aio_pika
import pytest

from shared.bus.rabbit import RabbitBus
from shared.contract import Contract
from shared.errors import ServiceUnavailable
from shared.metrics import Metrics
from tests.broker import PrivateBroker
from tests.contract.echo import CHORE, ECHO, SAID, Echoed, Words, forget

HELLO = Words(words=("bonjour",), number=7)
# Recovery is awaited this long on a slow machine; it takes well under a second once the broker is back.
PATIENCE = 60.0

ANOTHER_PROCESS = """
import asyncio, sys
from shared.bus.rabbit import RabbitBus
from tests.contract.echo import ECHO, Echoed

async def answer(asked):
    if asked.number:
        await asyncio.sleep(60)
    return Echoed(words=asked.words)

async def main():
    bus = RabbitBus(sys.argv[1], name="server", namespace=sys.argv[2], queue_expires=float(sys.argv[3]))
    await bus.connect()
    await bus.serve([ECHO.handled_by(answer)])
    print("ready", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""

MakeBus = Callable[..., Awaitable[RabbitBus]]


async def repeat(asked: Words) -> Echoed:
    return Echoed(words=asked.words, number=asked.number)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.05)


async def answers(bus: RabbitBus) -> bool:
    try:
        return (await bus.call(ECHO, HELLO)).number == HELLO.number
    except ServiceUnavailable:
        return False


@asynccontextmanager
async def another_server(url: str, namespace: str) -> AsyncIterator[Process]:
    """A process that serves ECHO: at once for number 0, never for another."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ANOTHER_PROCESS, url, namespace, "5", stdout=PIPE
    )
    assert server.stdout is not None
    await server.stdout.readline()
    try:
        yield server
    finally:
        with suppress(ProcessLookupError):
            server.kill()
        await server.wait()


@pytest.fixture
def namespace() -> str:
    return f"test-{uuid.uuid4().hex}"


@pytest.fixture
async def make_bus(request: pytest.FixtureRequest, namespace: str) -> AsyncIterator[MakeBus]:
    async with AsyncExitStack() as stack:

        async def make(url: str, name: str = "test", **options: float) -> RabbitBus:
            bus = RabbitBus(
                url, name=name, namespace=namespace, metrics=Metrics(), retry_pause=0.01, **options
            )
            stack.push_async_callback(bus.close)
            await bus.connect()
            return bus

        yield make
    if "amqp_url" in request.fixturenames:
        await forget(request.getfixturevalue("amqp_url"), namespace)


async def test_everything_comes_back_after_the_broker_restarts(
    private_broker: PrivateBroker, make_bus: MakeBus
) -> None:
    asking, answering = await make_bus(private_broker.url), await make_bus(private_broker.url)
    heard: list[int] = []
    done: list[int] = []

    async def hear(said: Words) -> None:
        heard.append(said.number)

    async def sort(words: Words) -> None:
        done.append(words.number)

    await answering.serve([ECHO.handled_by(repeat)])
    await answering.subscribe(SAID, hear)
    await answering.work(CHORE, sort)
    assert await answers(asking)

    await asyncio.to_thread(private_broker.stop)
    assert asking.unready_reason() is not None
    assert "RabbitMQ" in str(answering.unready_reason())
    with pytest.raises(ServiceUnavailable):
        await asking.call(Contract(ECHO.key, Words, Echoed, timeout=0.2), HELLO)
    with pytest.raises(ServiceUnavailable):
        await asking.enqueue(CHORE, HELLO)
    await asyncio.to_thread(private_broker.start)

    await until(lambda: answers(asking))
    assert asking.unready_reason() is None

    async def ready() -> bool:
        return answering.unready_reason() is None

    await until(ready)
    await asking.publish(SAID, Words(words=(), number=1))
    await asking.enqueue(CHORE, Words(words=(), number=2))

    async def all_came() -> bool:
        return heard == [1] and done == [2]

    await until(all_came)


async def test_a_task_queued_before_the_broker_restarts_is_done_after_it(
    private_broker: PrivateBroker, make_bus: MakeBus
) -> None:
    done = asyncio.Event()

    async def sort(_: Words) -> None:
        done.set()

    bus = await make_bus(private_broker.url)
    await bus.enqueue(CHORE, HELLO)
    await asyncio.to_thread(private_broker.stop)
    await asyncio.to_thread(private_broker.start)
    async with asyncio.timeout(PATIENCE):
        await bus.work(CHORE, sort)
        await done.wait()


async def test_a_call_in_flight_when_the_broker_dies_fails_at_its_timeout_and_the_next_succeeds(
    private_broker: PrivateBroker, make_bus: MakeBus
) -> None:
    begun = asyncio.Event()
    timeout = 3.0
    slow = Contract(ECHO.key, Words, Echoed, timeout=timeout)

    async def first_hangs(asked: Words) -> Echoed:
        if not begun.is_set():
            begun.set()
            await asyncio.sleep(60)
        return await repeat(asked)

    asking, answering = await make_bus(private_broker.url), await make_bus(private_broker.url)
    await answering.serve([slow.handled_by(first_hangs)])
    started = monotonic()
    call = asyncio.create_task(asking.call(slow, HELLO))
    await begun.wait()
    await asyncio.to_thread(private_broker.kill)
    with pytest.raises(ServiceUnavailable) as caught:
        await call
    assert monotonic() - started >= timeout - 0.1
    assert "n’a pas répondu en 3" in caught.value.detail
    await asyncio.to_thread(private_broker.start)
    await until(lambda: answers(asking))


async def test_a_call_made_while_the_broker_restarts_succeeds_if_it_is_back_in_time(
    private_broker: PrivateBroker, make_bus: MakeBus
) -> None:
    patient = Contract(ECHO.key, Words, Echoed, timeout=PATIENCE)
    asking, answering = await make_bus(private_broker.url), await make_bus(private_broker.url)
    await answering.serve([patient.handled_by(repeat)])
    await asyncio.to_thread(private_broker.stop)
    call = asyncio.create_task(asking.call(patient, HELLO))
    await asyncio.to_thread(private_broker.start)
    assert (await call).number == HELLO.number


async def test_closing_ends_the_calls_that_wait_for_a_broker_that_is_away(
    private_broker: PrivateBroker, make_bus: MakeBus
) -> None:
    bus = await make_bus(private_broker.url)
    await asyncio.to_thread(private_broker.stop)
    call = asyncio.create_task(bus.call(Contract(ECHO.key, Words, Echoed, timeout=PATIENCE), HELLO))
    await asyncio.sleep(0)
    await bus.close()
    async with asyncio.timeout(PATIENCE / 2):
        with pytest.raises(ServiceUnavailable, match="s’arrêter"):
            await call


async def test_a_service_whose_queue_has_expired_is_unavailable_at_once(
    amqp_url: str, make_bus: MakeBus
) -> None:
    asking, answering = await make_bus(amqp_url), await make_bus(amqp_url, queue_expires=0.2)
    await answering.serve([ECHO.handled_by(repeat)])
    assert await answers(asking)
    await answering.close()

    async def unavailable_at_once() -> bool:
        started = monotonic()
        return not await answers(asking) and monotonic() - started < ECHO.timeout / 2

    await until(unavailable_at_once)


async def test_a_killed_service_is_unavailable_within_the_timeout_and_another_takes_over(
    amqp_url: str, namespace: str, make_bus: MakeBus
) -> None:
    asking = await make_bus(amqp_url)
    async with another_server(amqp_url, namespace) as server:
        assert (await asking.call(ECHO, Words(words=("1",)))).words == ("1",)
        call = asyncio.create_task(asking.call(ECHO, HELLO))
        await asyncio.sleep(0.2)
        server.kill()
        async with asyncio.timeout(ECHO.timeout + 2):
            with pytest.raises(ServiceUnavailable):
                await call
    successor = await make_bus(amqp_url, queue_expires=5)
    await successor.serve([ECHO.handled_by(repeat)])
    assert await answers(asking)


async def test_a_request_left_by_a_killed_service_is_answered_by_its_twin(
    amqp_url: str, namespace: str, make_bus: MakeBus
) -> None:
    asking = await make_bus(amqp_url)
    async with another_server(amqp_url, namespace) as server:
        call = asyncio.create_task(asking.call(ECHO, HELLO))
        await asyncio.sleep(0.2)
        twin = await make_bus(amqp_url, queue_expires=5)
        await twin.serve([ECHO.handled_by(repeat)])
        server.kill()
        assert (await call).number == HELLO.number


async def test_a_served_queue_that_is_deleted_is_declared_again(
    amqp_url: str, namespace: str, make_bus: MakeBus
) -> None:
    asking, answering = await make_bus(amqp_url), await make_bus(amqp_url, queue_expires=5)
    await answering.serve([ECHO.handled_by(repeat)])
    async with await aio_pika.connect(amqp_url) as connection, connection.channel() as channel:
        await channel.queue_delete(f"{namespace}.rpc.{ECHO.key}")
    await until(lambda: answers(asking))


async def test_an_absent_broker_is_said_in_french_at_the_start() -> None:
    bus = RabbitBus("amqp://guest:sesame@127.0.0.1:1/", name="test", metrics=Metrics())
    with pytest.raises(ServiceUnavailable) as caught:
        await bus.connect()
    assert "127.0.0.1:1" in caught.value.detail
    assert "AMQP_URL" in caught.value.detail
    assert "sesame" not in caught.value.detail
    await bus.close()


async def test_a_wrong_password_is_said_to_be(amqp_url: str) -> None:
    wrong = amqp_url.replace("guest:guest@", "guest:sesame@")
    bus = RabbitBus(wrong, name="test", metrics=Metrics())
    with pytest.raises(ServiceUnavailable) as caught:
        await bus.connect()
    assert "refusé" in caught.value.detail
    await bus.close()


async def test_a_service_may_wait_for_its_broker_and_say_why_meanwhile(
    private_broker: PrivateBroker, namespace: str
) -> None:
    await asyncio.to_thread(private_broker.stop)
    bus = RabbitBus(private_broker.url, name="test", namespace=namespace, metrics=Metrics())
    connecting = asyncio.create_task(bus.connect(wait=True))
    await asyncio.sleep(0.5)
    assert not connecting.done()
    assert "injoignable" in str(bus.unready_reason())
    await asyncio.to_thread(private_broker.start)
    async with asyncio.timeout(PATIENCE):
        await connecting
    assert bus.unready_reason() is None
    await bus.close()


async def test_a_task_whose_worker_is_killed_is_done_by_another(amqp_url: str, namespace: str) -> None:
    begun = asyncio.Event()
    done = asyncio.Event()

    async def hang(_: Words) -> None:
        begun.set()
        await asyncio.sleep(60)

    async def sort(_: Words) -> None:
        done.set()

    killed, other = (
        RabbitBus(amqp_url, name=name, namespace=namespace, metrics=Metrics()) for name in ("a", "b")
    )
    await killed.connect()
    await other.connect()
    await killed.work(CHORE, hang)
    await other.enqueue(CHORE, HELLO)
    await begun.wait()
    await killed.close()
    await other.work(CHORE, sort)
    async with asyncio.timeout(PATIENCE):
        await done.wait()
    await other.drain(grace=5)
    assert await other.depth(CHORE) == (0, 0)
    await other.close()
    await forget(amqp_url, namespace)
