"""What a service may ask of the bus, whichever bus it is."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple, Protocol

from shared.bus.codec import Wire
from shared.contract import Binding, Contract, Event, MessageT, RequestT, ResponseT, Task


class Depth(NamedTuple):
    """Messages of a task: those that wait for a worker, and those in its dead letters."""

    waiting: int
    dead: int


class Bus(Protocol):
    """Calls, events and tasks. Every message is encoded, bounded (1 MiB on the wire) and validated."""

    async def call(self, contract: Contract[RequestT, ResponseT], request: RequestT) -> ResponseT:
        """Answer of the service that handles the contract.

        Raises the contract's declared problems; ServiceUnavailable when nobody answers within
        `contract.timeout` seconds; Internal for anything the handler did not declare.
        """
        ...

    async def relay(self, contract: Contract[RequestT, ResponseT], request: RequestT) -> Wire:
        """The same answer as it travelled, unread: for an edge that passes it on. Raises as `call` does."""
        ...

    async def publish(self, event: Event[MessageT], message: MessageT) -> None:
        """Tell every subscribed process; returns once the bus has it. Raises ServiceUnavailable."""
        ...

    async def enqueue(self, task: Task[MessageT], message: MessageT) -> None:
        """Queue work durably; returns once the bus has confirmed it. Raises ServiceUnavailable, Overloaded."""
        ...

    async def serve(self, bindings: Iterable[Binding[Any, Any]]) -> None:
        """Start answering these contracts; returns when requests can come in."""
        ...

    async def subscribe(
        self, event: Event[MessageT], listener: Callable[[MessageT], Awaitable[None]]
    ) -> None:
        """Hear every message of this event published from now on, in this process."""
        ...

    async def work(
        self, task: Task[MessageT], worker: Callable[[MessageT], Awaitable[None]], *, concurrency: int = 1
    ) -> None:
        """Take tasks one by one (`concurrency` at once); a worker that raises gives the task back.

        After `task.delivery_limit` deliveries the message goes to the task's dead letters.
        """
        ...

    async def drain(self, grace: float) -> None:
        """Stop taking requests and tasks, and wait at most `grace` seconds for those in hand."""
        ...

    async def close(self) -> None:
        """Release everything; calls still waiting fail with ServiceUnavailable."""
        ...

    async def depth(self, task: Task[Any]) -> Depth:
        """How many messages of the task wait, and how many are in its dead letters. Raises ServiceUnavailable."""
        ...

    def unready_reason(self) -> str | None:
        """None when messages can flow, else why not, in French (shown by /readyz)."""
        ...
