"""W3C Trace Context, kept in a context variable so that every message and log line of one request share it.

It must not sample, export or time anything: ids only.
"""

import re
from contextvars import ContextVar, Token
from random import getrandbits
from types import TracebackType
from typing import NamedTuple

TRACEPARENT = re.compile(r"^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$")


class Trace(NamedTuple):
    """One span of one trace: 32 and 16 hexadecimal digits, and the flags byte as it came."""

    trace_id: str
    span_id: str
    flags: str = "01"

    @property
    def traceparent(self) -> str:
        """The header value of https://www.w3.org/TR/trace-context/, version 00."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"

    def child(self) -> "Trace":
        """Return a new span of the same trace."""
        return Trace(self.trace_id, _span_id(), self.flags)


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def make() -> Trace:
    """Start a new trace with random ids."""
    return Trace(f"{getrandbits(128):032x}", _span_id())


def parse(header: str | None) -> Trace | None:
    """Read a traceparent header; None when it is absent or malformed (the standard says to start afresh)."""
    found = TRACEPARENT.match(header or "")
    if found is None:
        return None
    version, trace_id, span_id, flags, rest = found.groups()
    if version == "ff" or (version == "00" and rest) or not (int(trace_id, 16) and int(span_id, 16)):
        return None
    return Trace(trace_id, span_id, flags)


def current() -> Trace:
    """Return the trace of this request, or start one for this context when there is none."""
    trace = _current.get()
    if trace is None:
        trace = make()
        _current.set(trace)
    return trace


def traceparent() -> str:
    """Return the header for a message sent on behalf of this request: a new span of its trace."""
    return current().child().traceparent


def correlation_id() -> str:
    """Return the id that a caller is given and that the logs carry: the trace id."""
    return current().trace_id


def ids() -> dict[str, str]:
    """What the logs carry of the trace of this context; nothing outside of one."""
    trace = _current.get()
    return {} if trace is None else {"correlation_id": trace.trace_id, "span_id": trace.span_id}


def joined(header: str | None) -> "Joined":
    """Continue the trace of a message or HTTP request (or start one) while the context lasts."""
    parent = parse(header) if header else None
    return Joined(parent.child() if parent else make())


class Joined:
    """A context manager in plain methods: every request goes through it."""

    __slots__ = ("_token", "_trace")

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def __enter__(self) -> Trace:
        self._token: Token[Trace | None] = _current.set(self._trace)
        return self._trace

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _current.reset(self._token)


def _span_id() -> str:
    # Ids tell spans apart, they protect nothing: no need of the system's entropy.
    return f"{getrandbits(64):016x}"
