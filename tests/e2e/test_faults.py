"""What falls comes back: a service, the broker and PostgreSQL are cut while requests run; callers learn it in time."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from services.local_postgres import LocalPostgres
from shared.schemas.geo import RESOLVE_TERRITORY
from shared.schemas.indicators import DIAGNOSE
from tests.broker import PrivateBroker
from tests.e2e.conftest import ASSETS
from tests.e2e.processes import SERVICES, Answer, Client, Process, eventually, running
from tests.e2e.territory import rezone
from tests.golden import of_another_year, write_golden_folder

VAR = {"communes": ["83061", "83118"]}
MARGIN = 1.5  # seconds above a contract's timeout that the HTTP edge may add on a busy machine


@dataclass
class Deployment:
    """Four processes on servers of their own, that a test may cut."""

    processes: dict[str, Process]
    broker: PrivateBroker
    postgres: LocalPostgres

    @property
    def gateway(self) -> Client:
        return self.processes["gateway"].client


@pytest.fixture(scope="module")
def deployment(
    tmp_path_factory: pytest.TempPathFactory,
    private_node: PrivateBroker,
    small_reference: Path,
    golden_folder: Path,
) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("pannes")
    (folder / "assets").symlink_to(ASSETS)
    with LocalPostgres(folder) as postgres:
        environment = {
            "REZONE_DATA_DIR": str(folder),
            "DATABASE_URL": postgres.url,
            "AMQP_URL": private_node.url,
        }
        for command in (
            ("import", "reference", "--from", str(small_reference)),
            ("release", "build", "--from", str(golden_folder), "--sans-audit", "--activate", "--unaudited"),
        ):
            done = rezone(environment, *command)
            assert done.returncode == 0, done.stderr
        with running(environment, folder / "journaux", *SERVICES) as processes:
            yield Deployment(processes, private_node, postgres)


@pytest.fixture
def whole(deployment: Deployment) -> Deployment:
    """The deployment, seen to answer before it is cut."""
    eventually(lambda: deployment.gateway.post("/v1/diagnostics", VAR).status == 200)
    return deployment


def metric(process: Process, name: str) -> float:
    """Sum of a metric of the process over its labels."""
    lines = process.operations.get("/metrics").body.decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.split("{")[0].split(" ")[0] == name)


def reconnects(process: Process) -> float:
    return metric(process, "rezone_bus_reconnects_total")


def in_hand(process: Process) -> float:
    return metric(process, "rezone_bus_calls_in_flight")


class Callers:
    """Callers that ask without pause in threads, and keep each answer with its duration."""

    def __init__(self, client: Client, path: str, count: int = 4) -> None:
        self.answers: list[tuple[Answer, float]] = []
        self._client, self._path = client, path
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(count)]

    def _ask(self) -> None:
        while not self._stop.is_set():
            started = time.monotonic()
            answer = self._client.post(self._path, VAR)
            self.answers.append((answer, time.monotonic() - started))
            time.sleep(0.02)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def check(self, timeout: float) -> Counter[int]:
        """Statuses met: 200 or 503 problems alone, each within `timeout` seconds and a margin."""
        statuses = Counter(answer.status for answer, _ in self.answers)
        assert set(statuses) <= {200, 503}, statuses
        for answer, seconds in self.answers:
            assert seconds < timeout + MARGIN
            if answer.status == 503:
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.json()["code"] == "service-unavailable"
                assert int(answer.headers["retry-after"]) > 0
        return statuses


def test_a_killed_service_is_a_503_in_time_then_comes_back(whole: Deployment) -> None:
    with Callers(whole.gateway, "/v1/territories") as callers:
        time.sleep(0.5)
        whole.processes["geo"].kill()
        eventually(lambda: any(answer.status == 503 for answer, _ in list(callers.answers)))
        whole.processes["geo"].start().wait_ready()
        eventually(lambda: callers.answers[-1][0].status == 200)
    assert callers.check(RESOLVE_TERRITORY.timeout)[503] > 0


def test_a_killed_indicators_service_leaves_territories_and_searches_answering(whole: Deployment) -> None:
    whole.processes["indicators"].kill()
    assert whole.gateway.post("/v1/diagnostics", VAR).status == 503
    assert whole.gateway.post("/v1/territories", VAR).status == 200
    assert whole.gateway.get("/geo/communes/83061").status == 200
    whole.processes["indicators"].start().wait_ready()
    eventually(lambda: whole.gateway.post("/v1/diagnostics", VAR).status == 200)


def test_geo_gone_is_a_503_on_its_read_face_too(whole: Deployment) -> None:
    whole.processes["geo"].kill()
    refused = whole.gateway.get("/geo/communes/83061")
    assert (refused.status, refused.json()["code"]) == (503, "service-unavailable")
    whole.processes["geo"].start().wait_ready()
    assert whole.gateway.get("/geo/communes/83061").status == 200


def test_a_restarted_broker_is_a_503_in_time_and_everyone_comes_back(whole: Deployment) -> None:
    with Callers(whole.gateway, "/v1/diagnostics") as callers:
        time.sleep(0.5)
        whole.broker.stop()
        eventually(lambda: callers.answers[-1][0].status == 503)
        reasons = whole.processes["gateway"].operations.get("/readyz")
        assert reasons.status == 503
        assert reasons.json()["reasons"]
        whole.broker.start()
        eventually(lambda: callers.answers[-1][0].status == 200)
    assert callers.check(DIAGNOSE.timeout)[503] > 0
    for process in whole.processes.values():
        eventually(lambda process=process: process.operations.get("/readyz").status == 200)
    assert reconnects(whole.processes["gateway"]) > 0


def test_postgresql_restarted_is_not_noticed_by_callers(whole: Deployment) -> None:
    with Callers(whole.gateway, "/v1/diagnostics") as callers:
        whole.postgres.stop()
        time.sleep(1.0)
        whole.postgres.start()
        time.sleep(1.0)
    assert set(callers.check(DIAGNOSE.timeout)) == {200}


def test_after_postgresql_restarted_a_new_release_still_reaches_the_services(
    whole: Deployment, tmp_path: Path
) -> None:
    whole.postgres.stop()
    whole.postgres.start()
    folder = of_another_year(write_golden_folder(tmp_path / "suivant"), vintage="var-2023")
    environment = {"DATABASE_URL": whole.postgres.url, "AMQP_URL": ""}
    built = rezone(
        environment, "release", "build", "--from", str(folder), "--sans-audit", "--activate", "--unaudited"
    )
    assert built.returncode == 0, built.stderr
    eventually(lambda: whole.gateway.post("/v1/diagnostics", VAR).json()["release"]["vintage"] == "var-2023")


def test_a_stopped_service_finishes_the_report_it_has_in_hand(whole: Deployment) -> None:
    # The first report of a process starts a rendering worker: it takes long enough to be stopped on the way.
    whole.processes["reports"].stop()
    whole.processes["reports"].start().wait_ready()
    answers: list[Answer] = []
    asking = threading.Thread(
        target=lambda: answers.append(whole.gateway.post("/v1/reports?f=pdf", {**VAR, "nom": "En main"}))
    )
    asking.start()
    eventually(lambda: in_hand(whole.processes["reports"]) > 0)
    assert whole.processes["reports"].stop() == 0
    asking.join()
    assert (answers[0].status, answers[0].body[:5]) == (200, b"%PDF-")
    whole.processes["reports"].start().wait_ready()


def test_a_stopped_gateway_finishes_the_request_it_has_in_hand(whole: Deployment) -> None:
    answers: list[Answer] = []
    asking = threading.Thread(
        target=lambda: answers.append(whole.gateway.post("/v1/reports?f=pdf", {**VAR, "nom": "Passerelle"}))
    )
    asking.start()
    eventually(lambda: in_hand(whole.processes["reports"]) > 0 or bool(answers))
    assert whole.processes["gateway"].stop() == 0
    asking.join()
    assert (answers[0].status, answers[0].body[:5]) == (200, b"%PDF-")
    whole.processes["gateway"].start().wait_ready()
