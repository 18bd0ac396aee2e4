"""What every bus does, in memory and over RabbitMQ alike: one class, run on both."""

import asyncio
import secrets
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from shared import trace
from shared.bus.codec import MAX_WIRE
from shared.bus.memory import MemoryBus
from shared.bus.port import Bus
from shared.bus.rabbit import RabbitBus
from shared.errors import (
    EmptyTerritory,
    Internal,
    InvalidRequest,
    MessageTooLarge,
    NotFound,
    Overloaded,
    ServiceUnavailable,
)
from shared.metrics import Metrics
from tests.contract.echo import ABSENT, CHORE, ECHO, SAID, SLOW, Echoed, Words, forget

HELLO = Words(words=("bonjour", "Fréjus"), number=83061)


async def repeat(asked: Words) -> Echoed:
    return Echoed(words=asked.words, number=asked.number, correlation=trace.correlation_id())


def noise(size: int) -> Words:
    """Words that no compression brings below `size` bytes."""
    return Words(words=(secrets.token_urlsafe(size),))


def badly_shaped(words: Any) -> Words:
    """A message that another version of a program could send."""
    return Words.model_construct(words=words, number=0)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.02)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture(params=["memory", "rabbit"])
async def buses(request: pytest.FixtureRequest, metrics: Metrics) -> AsyncIterator[tuple[Bus, Bus]]:
    """The side that asks and the side that answers: one bus in memory, two processes' worth over RabbitMQ."""
    if request.param == "memory":
        memory = MemoryBus(metrics=metrics, retry_pause=0.01)
        yield memory, memory
        await memory.close()
        return
    url, namespace = request.getfixturevalue("amqp_url"), f"test-{uuid.uuid4().hex}"
    asking, answering = (
        RabbitBus(url, name=name, namespace=namespace, metrics=metrics, queue_expires=5, retry_pause=0.01)
        for name in ("asking", "answering")
    )
    await asking.connect()
    await answering.connect()
    yield asking, answering
    await asking.close()
    await answering.close()
    await forget(url, namespace)


class TestBus:
    async def test_a_call_is_answered_by_its_handler(self, buses: tuple[Bus, Bus]) -> None:
        asking, answering = buses
        await answering.serve([ECHO.handled_by(repeat)])
        answered = await asking.call(ECHO, HELLO)
        assert (answered.words, answered.number) == (HELLO.words, HELLO.number)

    async def test_a_declared_problem_comes_back_as_its_own_type(self, buses: tuple[Bus, Bus]) -> None:
        async def refuse(_: Words) -> Echoed:
            raise NotFound("Pas de commune 99999.", codes=["99999"])

        asking, answering = buses
        await answering.serve([ECHO.handled_by(refuse)])
        with pytest.raises(NotFound) as caught:
            await asking.call(ECHO, HELLO)
        assert caught.value.detail == "Pas de commune 99999."
        assert caught.value.extensions == {"codes": ["99999"]}

    @pytest.mark.parametrize(
        "error", [RuntimeError("secret"), EmptyTerritory("secret"), TimeoutError("secret")]
    )
    async def test_anything_undeclared_is_internal_with_a_correlation_id_and_no_more(
        self, buses: tuple[Bus, Bus], error: Exception
    ) -> None:
        async def fail(_: Words) -> Echoed:
            raise error

        asking, answering = buses
        await answering.serve([ECHO.handled_by(fail)])
        with trace.joined(None) as mine, capture_logs() as logs, pytest.raises(Internal) as caught:
            await asking.call(ECHO, HELLO)
        assert mine.trace_id in caught.value.detail
        assert "secret" not in str(caught.value.to_wire())
        assert [entry["exc_info"] for entry in logs if entry["log_level"] == "error"] == [True]

    async def test_a_handler_that_answers_another_shape_is_internal(self, buses: tuple[Bus, Bus]) -> None:
        async def mistaken(asked: Words) -> Any:
            return asked

        asking, answering = buses
        await answering.serve([ECHO.handled_by(mistaken)])
        with pytest.raises(Internal):
            await asking.call(ECHO, HELLO)

    async def test_a_slow_handler_is_unavailable_at_the_contracts_timeout(
        self, buses: tuple[Bus, Bus]
    ) -> None:
        stopped = asyncio.Event()

        async def sleep(asked: Words) -> Echoed:
            try:
                await asyncio.sleep(60)
            finally:
                stopped.set()
            return await repeat(asked)

        asking, answering = buses
        await answering.serve([SLOW.handled_by(sleep)])
        with pytest.raises(ServiceUnavailable) as caught:
            await asking.call(SLOW, HELLO)
        assert "0,3" in caught.value.detail
        async with asyncio.timeout(5):
            await stopped.wait()

    async def test_a_contract_that_nobody_serves_is_unavailable_at_once(self, buses: tuple[Bus, Bus]) -> None:
        asking, _ = buses
        async with asyncio.timeout(ABSENT.timeout / 2):
            with pytest.raises(ServiceUnavailable) as caught:
                await asking.call(ABSENT, HELLO)
        assert "echo" in caught.value.detail

    async def test_a_request_too_large_never_leaves(self, buses: tuple[Bus, Bus]) -> None:
        heard: list[Words] = []

        async def hear(asked: Words) -> Echoed:
            heard.append(asked)
            return await repeat(asked)

        asking, answering = buses
        await answering.serve([ECHO.handled_by(hear)])
        with pytest.raises(MessageTooLarge) as caught:
            await asking.call(ECHO, noise(2 * MAX_WIRE))
        assert caught.value.extensions["maximum"] == MAX_WIRE
        assert caught.value.extensions["received"] > MAX_WIRE
        assert heard == []

    async def test_a_reply_too_large_is_said_to_be(self, buses: tuple[Bus, Bus]) -> None:
        async def swell(_: Words) -> Echoed:
            return Echoed(words=noise(2 * MAX_WIRE).words)

        asking, answering = buses
        await answering.serve([ECHO.handled_by(swell)])
        with pytest.raises(MessageTooLarge) as caught:
            await asking.call(ECHO, HELLO)
        assert caught.value.extensions["maximum"] == MAX_WIRE

    async def test_a_long_list_of_codes_passes_deflated(self, buses: tuple[Bus, Bus]) -> None:
        asking, answering = buses
        await answering.serve([ECHO.handled_by(repeat)])
        codes = Words(words=tuple(f"{code:05d}" for code in range(90_000)))
        assert (await asking.call(ECHO, codes)).words == codes.words

    async def test_a_request_of_another_shape_is_refused_with_its_path(self, buses: tuple[Bus, Bus]) -> None:
        asking, answering = buses
        await answering.serve([ECHO.handled_by(repeat)])
        with pytest.raises(InvalidRequest) as caught:
            await asking.call(ECHO, badly_shaped(("83061", None)))
        assert [error["path"] for error in caught.value.extensions["errors"]] == ["words[1]"]
        assert "words[1]" in caught.value.detail

    async def test_two_hundred_calls_at_once_each_get_their_own_answer(self, buses: tuple[Bus, Bus]) -> None:
        async def shuffle(asked: Words) -> Echoed:
            await asyncio.sleep(asked.number * 7 % 10 / 1000)
            return await repeat(asked)

        asking, answering = buses
        await answering.serve([ECHO.handled_by(shuffle)])
        calls = (asking.call(ECHO, Words(words=(str(number),), number=number)) for number in range(200))
        answers = await asyncio.gather(*calls)
        assert [answer.number for answer in answers] == list(range(200))

    async def test_both_sides_log_the_same_correlation_id(self, buses: tuple[Bus, Bus]) -> None:
        asking, answering = buses
        await answering.serve([ECHO.handled_by(repeat)])
        with trace.joined("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"):
            answered = await asking.call(ECHO, HELLO)
        assert answered.correlation == "0af7651916cd43dd8448eb211c80319c"

    async def test_calls_are_counted_by_contract_and_outcome(
        self, buses: tuple[Bus, Bus], metrics: Metrics
    ) -> None:
        async def refuse(_: Words) -> Echoed:
            raise NotFound("Non.")

        asking, answering = buses
        await answering.serve([ECHO.handled_by(repeat), SLOW.handled_by(refuse)])
        await asking.call(ECHO, HELLO)
        with pytest.raises(Internal):
            await asking.call(SLOW, HELLO)
        for side in ("asked", "answered"):
            for key, outcome in ((ECHO.key, "ok"), (SLOW.key, "internal")):
                labels = {"contract": key, "side": side, "outcome": outcome}
                assert metrics.registry.get_sample_value("rezone_bus_calls_total", labels) == 1

    async def test_an_event_is_heard_by_every_subscriber_in_order(self, buses: tuple[Bus, Bus]) -> None:
        heard: list[tuple[str, int]] = []

        async def first(said: Words) -> None:
            heard.append(("first", said.number))

        async def failing(_: Words) -> None:
            raise RuntimeError("a listener that fails spoils nothing for the others")

        async def second(said: Words) -> None:
            heard.append(("second", said.number))

        asking, answering = buses
        await asking.subscribe(SAID, first)
        await asking.subscribe(SAID, failing)
        await answering.subscribe(SAID, second)
        for number in range(5):
            await answering.publish(SAID, Words(words=(), number=number))

        async def all_heard() -> bool:
            return len(heard) == 10

        await until(all_heard)
        for listener in ("first", "second"):
            assert [number for name, number in heard if name == listener] == list(range(5))

    async def test_an_event_that_nobody_hears_is_no_error(self, buses: tuple[Bus, Bus]) -> None:
        asking, _ = buses
        await asking.publish(SAID, HELLO)

    async def test_a_task_is_done_once(self, buses: tuple[Bus, Bus]) -> None:
        done: list[int] = []

        async def sort(words: Words) -> None:
            done.append(words.number)

        asking, answering = buses
        for number in range(20):
            await asking.enqueue(CHORE, Words(words=(), number=number))
        assert await asking.depth(CHORE) == (20, 0)
        await answering.work(CHORE, sort, concurrency=2)

        async def all_done() -> bool:
            return len(done) == 20 and await asking.depth(CHORE) == (0, 0)

        await until(all_done)
        assert sorted(done) == list(range(20))

    async def test_a_failing_task_comes_back_then_goes_to_the_dead_letters(
        self, buses: tuple[Bus, Bus], metrics: Metrics
    ) -> None:
        deliveries: list[int] = []

        async def sort(words: Words) -> None:
            deliveries.append(words.number)
            if words.number == 1 or (words.number == 2 and deliveries.count(2) == 1):
                raise RuntimeError("no")

        asking, answering = buses
        await answering.work(CHORE, sort)
        for number in (0, 1, 2):
            await asking.enqueue(CHORE, Words(words=(), number=number))

        async def settled() -> bool:
            return await asking.depth(CHORE) == (0, 1) and len(deliveries) == 6

        await until(settled)
        assert sorted(deliveries) == [0, 1, 1, 1, 2, 2]
        outcomes = {
            outcome: metrics.registry.get_sample_value(
                "rezone_tasks_total", {"task": CHORE.key, "outcome": outcome}
            )
            for outcome in ("done", "failed", "dead")
        }
        assert outcomes == {"done": 2, "failed": 3, "dead": 1}

    async def test_a_task_of_another_shape_is_dead_at_once(self, buses: tuple[Bus, Bus]) -> None:
        done: list[Words] = []

        async def sort(words: Words) -> None:
            done.append(words)

        asking, answering = buses
        await asking.enqueue(CHORE, badly_shaped("no"))
        await answering.work(CHORE, sort)

        async def dead() -> bool:
            return await asking.depth(CHORE) == (0, 1)

        await until(dead)
        assert done == []

    async def test_a_drain_waits_for_what_is_in_hand(self, buses: tuple[Bus, Bus]) -> None:
        begun, finish = asyncio.Event(), asyncio.Event()
        worked: list[int] = []

        async def wait(asked: Words) -> Echoed:
            begun.set()
            await finish.wait()
            return await repeat(asked)

        async def sort(words: Words) -> None:
            worked.append(words.number)

        asking, answering = buses
        await answering.serve([ECHO.handled_by(wait)])
        await answering.work(CHORE, sort)
        call = asyncio.create_task(asking.call(ECHO, HELLO))
        await begun.wait()
        drain = asyncio.create_task(answering.drain(grace=10))
        await asyncio.sleep(0.05)
        assert not drain.done()
        assert answering.unready_reason() is not None
        await asking.enqueue(CHORE, HELLO)
        finish.set()
        assert (await call).number == HELLO.number
        async with asyncio.timeout(5):
            await drain
        assert await asking.depth(CHORE) == (1, 0)
        assert worked == []

    async def test_a_drain_waits_no_longer_than_its_grace(self, buses: tuple[Bus, Bus]) -> None:
        begun = asyncio.Event()

        async def hang(asked: Words) -> Echoed:
            begun.set()
            await asyncio.sleep(60)
            return await repeat(asked)

        asking, answering = buses
        await answering.serve([ECHO.handled_by(hang)])
        call = asyncio.create_task(asking.call(ECHO, HELLO))
        await begun.wait()
        async with asyncio.timeout(ECHO.timeout / 2):
            await answering.drain(grace=0.05)
        call.cancel()

    async def test_closing_fails_the_calls_that_wait_and_those_to_come(self, buses: tuple[Bus, Bus]) -> None:
        begun = asyncio.Event()

        async def hang(asked: Words) -> Echoed:
            begun.set()
            await asyncio.sleep(60)
            return await repeat(asked)

        asking, answering = buses
        await answering.serve([ECHO.handled_by(hang)])
        call = asyncio.create_task(asking.call(ECHO, HELLO))
        await begun.wait()
        async with asyncio.timeout(ECHO.timeout / 2):
            await asking.close()
            with pytest.raises(ServiceUnavailable):
                await call
            with pytest.raises(ServiceUnavailable):
                await asking.call(ECHO, HELLO)
        assert asking.unready_reason() is not None

    async def test_a_handler_may_call_another_contract(self, buses: tuple[Bus, Bus]) -> None:
        asking, answering = buses

        async def relay(asked: Words) -> Echoed:
            return await answering.call(ECHO, asked)

        await answering.serve([ECHO.handled_by(repeat), SLOW.handled_by(relay)])
        assert (await asking.call(SLOW, HELLO)).number == HELLO.number

    async def test_a_caller_that_gives_up_leaves_no_trace(self, buses: tuple[Bus, Bus]) -> None:
        begun = asyncio.Event()

        async def hang(asked: Words) -> Echoed:
            begun.set()
            await asyncio.sleep(60)
            return await repeat(asked)

        asking, answering = buses
        await answering.serve([SLOW.handled_by(hang), ECHO.handled_by(repeat)])
        call = asyncio.create_task(asking.call(SLOW, HELLO))
        await begun.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert (await asking.call(ECHO, HELLO)).number == HELLO.number


async def test_a_full_queue_in_memory_refuses_more_work() -> None:
    bus = MemoryBus(metrics=Metrics(), max_waiting=1)
    await bus.enqueue(CHORE, HELLO)
    with pytest.raises(Overloaded):
        await bus.enqueue(CHORE, HELLO)
    await bus.close()


async def test_memory_holds_at_most_its_concurrency_of_a_contract() -> None:
    running, most = 0, 0

    async def count(asked: Words) -> Echoed:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1
        return await repeat(asked)

    bus = MemoryBus(metrics=Metrics(), concurrency=4)
    await bus.serve([ECHO.handled_by(count)])
    await asyncio.gather(*(bus.call(ECHO, HELLO) for _ in range(50)))
    assert most == 4
    await bus.close()
