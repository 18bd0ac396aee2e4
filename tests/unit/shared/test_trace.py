import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import trace

HEADER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_a_traceparent_is_read_and_written_back() -> None:
    parsed = trace.parse(HEADER)
    assert parsed is not None
    assert parsed.traceparent == HEADER


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "oops",
        HEADER.upper(),
        HEADER[:-1],
        HEADER + "-more",
        HEADER.replace("00-", "ff-", 1),
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-0af7651916cd43dd8448eb211c80319c-{'0' * 16}-01",
    ],
)
def test_a_malformed_traceparent_is_ignored(header: str | None) -> None:
    assert trace.parse(header) is None


def test_a_later_version_may_say_more() -> None:
    assert trace.parse(HEADER.replace("00-", "01-", 1) + "-more") is not None


@given(st.text(max_size=80))
def test_any_text_is_a_trace_or_nothing(header: str) -> None:
    parsed = trace.parse(header)
    assert parsed is None or trace.parse(parsed.traceparent) == parsed


def test_a_child_is_another_span_of_the_same_trace() -> None:
    parent = trace.make()
    child = parent.child()
    assert child.trace_id == parent.trace_id
    assert child.span_id != parent.span_id


def test_a_joined_trace_is_what_the_logs_carry_and_forgotten_after() -> None:
    with trace.joined(HEADER) as joined:
        assert trace.correlation_id() == joined.trace_id == "0af7651916cd43dd8448eb211c80319c"
        assert trace.ids()["correlation_id"] == joined.trace_id
        assert joined.trace_id in trace.traceparent()
    assert trace.ids() == {}
    assert trace.correlation_id() != joined.trace_id


async def test_two_requests_at_once_keep_their_own_trace() -> None:
    async def request() -> tuple[str, str]:
        with trace.joined(None) as joined:
            await asyncio.sleep(0)
            return joined.trace_id, trace.correlation_id()

    first, second = await asyncio.gather(request(), request())
    assert first[0] == first[1]
    assert second[0] == second[1]
    assert first != second
