"""Prometheus metrics of one process. Labels are bounded: contract keys, problem codes and queue names, no more.

It must not know a service, nor label anything by territory, commune or caller.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from time import perf_counter

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)

from shared import __version__

# Seconds: from a call in memory to a bulk document.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

# A caller may invent methods; a label may not.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(slots=True)
class Call:
    """How a call ended: ok, a problem's code, or cancelled when nobody said."""

    outcome: str = "cancelled"


class Metrics:
    """The instruments of a process on one registry (its own unless one is given, so two never collide)."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        if registry is None:
            registry = CollectorRegistry()
            ProcessCollector(registry=registry)
        self.registry = registry
        self._calls = Counter(
            "rezone_bus_calls",
            "Calls of a contract, by side (asked, answered) and outcome (ok or the problem's code)",
            ["contract", "side", "outcome"],
            registry=registry,
        )
        self._duration = Histogram(
            "rezone_bus_call_seconds",
            "Duration of a call, seen by the caller (asked) or the handler (answered)",
            ["contract", "side"],
            buckets=BUCKETS,
            registry=registry,
        )
        self._in_flight = Gauge(
            "rezone_bus_calls_in_flight", "Calls under way", ["contract", "side"], registry=registry
        )
        self._requests = Counter(
            "rezone_http_requests", "HTTP requests", ["method", "route", "status"], registry=registry
        )
        self._request_duration = Histogram(
            "rezone_http_request_seconds",
            "Duration of an HTTP request",
            ["method", "route"],
            buckets=BUCKETS,
            registry=registry,
        )
        # Looking labels up takes longer than counting: the pairs met are kept, as few as the routes.
        self._http: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._reconnects = Counter("rezone_bus_reconnects", "Connections lost and remade", registry=registry)
        self._tasks = Counter(
            "rezone_tasks",
            "Deliveries of tasks: done, failed (given back) or dead (to the dead letters)",
            ["task", "outcome"],
            registry=registry,
        )
        self._depth = Gauge(
            "rezone_queue_depth", "Messages of a task, waiting or dead", ["task", "state"], registry=registry
        )
        self._release = Gauge(
            "rezone_active_release", "1 for the release of data that serves", ["release"], registry=registry
        )
        Info("rezone_build", "Version of the suite", registry=registry).info({"version": __version__})

    @contextmanager
    def call(self, contract: str, side: str) -> Iterator[Call]:
        """Time one call; `side` is asked or answered. Set `outcome` inside to ok or a code of the contract."""
        call = Call()
        in_flight = self._in_flight.labels(contract, side)
        in_flight.inc()
        started = perf_counter()
        try:
            yield call
        finally:
            in_flight.dec()
            self._calls.labels(contract, side, call.outcome).inc()
            self._duration.labels(contract, side).observe(perf_counter() - started)

    def http(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one HTTP request. `route` is the pattern that matched, never the path asked for."""
        counted = self._http.get((method, route, status))
        if counted is None:
            counted = self._http_children(method, route, status)
        counted[0].inc()
        counted[1].observe(seconds)

    def _http_children(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        known = method if method in METHODS else "other"
        children = (
            self._requests.labels(known, route, status),
            self._request_duration.labels(known, route),
        )
        if known == method:
            self._http[method, route, status] = children
        return children

    def reconnected(self) -> None:
        """Count one connection to the broker that was lost and remade."""
        self._reconnects.inc()

    def task_ended(self, task: str, outcome: str) -> None:
        """Count one delivery of a task; `outcome` is done, failed or dead."""
        self._tasks.labels(task, outcome).inc()

    def queue_depth(self, task: str, waiting: int, dead: int) -> None:
        """Say how many messages of a task wait, and how many are in its dead letters."""
        self._depth.labels(task, "waiting").set(waiting)
        self._depth.labels(task, "dead").set(dead)

    def active_release(self, release: str | None) -> None:
        """Name the release that serves, alone; None when there is none."""
        self._release.clear()
        if release is not None:
            self._release.labels(release).set(1)

    def render(self) -> tuple[bytes, str]:
        """Return the page that Prometheus scrapes, and its content type."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST


@cache
def process_metrics() -> Metrics:
    """Return the metrics of this process, made once; tests make their own `Metrics()` instead."""
    return Metrics()
