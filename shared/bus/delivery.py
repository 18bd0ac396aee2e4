"""One delivery of a task or an event to the code that handles it, the same on every bus.

It must not know how messages come back: it only says what should become of this one.
"""

from collections.abc import Awaitable, Callable, Iterable
from enum import Enum
from typing import Any

import structlog
from structlog.contextvars import bound_contextvars

from shared import trace
from shared.bus import codec
from shared.bus.codec import Wire
from shared.contract import Event, Task
from shared.errors import InvalidRequest, MessageTooLarge
from shared.metrics import Metrics

log = structlog.get_logger(__name__)

Work = Callable[[Any], Awaitable[None]]
MAX_PAUSE = 30.0


class Outcome(Enum):
    """What becomes of a delivered task: acknowledged, given back, or moved to the dead letters."""

    DONE = "done"
    FAILED = "failed"
    DEAD = "dead"


async def deliver(task: Task[Any], worker: Work, wire: Wire, attempt: int, metrics: Metrics) -> Outcome:
    """Run the worker on delivery number `attempt` (from 1); only cancellation is raised.

    A worker that raises fails the delivery; the one numbered `task.delivery_limit` is the last.
    A message that is not of the task's shape is dead at once: trying again would not mend it.
    """
    with trace.joined(wire.traceparent), bound_contextvars(task=task.key, attempt=attempt):
        outcome = Outcome.FAILED if attempt < task.delivery_limit else Outcome.DEAD
        try:
            message = codec.decode(task.message, wire)
        except (InvalidRequest, MessageTooLarge) as problem:
            log.warning("task_unreadable", detail=problem.detail)
            outcome = Outcome.DEAD
        else:
            try:
                await worker(message)
            except Exception:
                log.exception("task_failed", outcome=outcome.value)
            else:
                outcome = Outcome.DONE
        metrics.task_ended(task.key, outcome.value)
        return outcome


def pause_before_retry(first: float, attempt: int) -> float:
    """Seconds to wait after failed delivery number `attempt`: doubling, so that a short outage is outlived."""
    return min(first * 2.0 ** (attempt - 1), MAX_PAUSE)


async def tell(event: Event[Any], listeners: Iterable[Work], wire: Wire) -> None:
    """Tell each listener of this process in turn; one that raises is logged and spoils nothing for others."""
    with trace.joined(wire.traceparent), bound_contextvars(event_key=event.key):
        try:
            message = codec.decode(event.message, wire)
        except (InvalidRequest, MessageTooLarge) as problem:
            log.warning("event_unreadable", detail=problem.detail)
            return
        for listener in listeners:
            try:
                await listener(message)
            except Exception:
                log.exception("listener_failed")
