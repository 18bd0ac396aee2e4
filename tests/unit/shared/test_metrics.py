import pytest
from prometheus_client import CollectorRegistry

from shared.metrics import Metrics, process_metrics


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_two_sets_of_metrics_do_not_collide() -> None:
    Metrics().reconnected()
    other = Metrics()
    assert value(other, "rezone_bus_reconnects_total") == 0


def test_the_process_has_one_set() -> None:
    assert process_metrics() is process_metrics()


def test_a_call_is_in_flight_then_counted_with_its_outcome() -> None:
    metrics = Metrics(CollectorRegistry())
    labels = {"contract": "geo.territory.resolve.v1", "side": "asked"}
    with metrics.call("geo.territory.resolve.v1", "asked") as call:
        assert value(metrics, "rezone_bus_calls_in_flight", **labels) == 1
        call.outcome = "ok"
    assert value(metrics, "rezone_bus_calls_in_flight", **labels) == 0
    assert value(metrics, "rezone_bus_calls_total", outcome="ok", **labels) == 1
    assert value(metrics, "rezone_bus_call_seconds_count", **labels) == 1


def test_a_call_that_nobody_finished_is_cancelled() -> None:
    metrics = Metrics()

    def interrupted() -> None:
        with metrics.call("geo.territory.resolve.v1", "asked"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    labels = {"contract": "geo.territory.resolve.v1", "side": "asked", "outcome": "cancelled"}
    assert value(metrics, "rezone_bus_calls_total", **labels) == 1


def test_one_release_is_active_at_a_time() -> None:
    metrics = Metrics()
    metrics.active_release("2022-a")
    metrics.active_release("2022-b")
    assert value(metrics, "rezone_active_release", release="2022-a") is None
    assert value(metrics, "rezone_active_release", release="2022-b") == 1
    metrics.active_release(None)
    assert value(metrics, "rezone_active_release", release="2022-b") is None


def test_a_method_that_a_caller_invents_makes_no_label() -> None:
    metrics = Metrics()
    for method in ("GET", "BREW", "PROPFIND"):
        metrics.http(method, "/v1/indicators", 405, 0.001)
    labels = {"route": "/v1/indicators", "status": "405"}
    assert value(metrics, "rezone_http_requests_total", method="other", **labels) == 2


def test_the_page_tells_the_build_and_the_queues() -> None:
    metrics = Metrics()
    metrics.queue_depth("reports.report.make.v1", 3, 1)
    metrics.task_ended("reports.report.make.v1", "done")
    page, content_type = metrics.render()
    assert content_type.startswith("text/plain")
    assert b"rezone_build_info{" in page
    assert b'rezone_queue_depth{state="dead",task="reports.report.make.v1"} 1.0' in page
