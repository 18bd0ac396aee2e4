"""Real processes for end-to-end tests: started as an organisation starts them, stopped by pid."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

TIMEOUT = 60.0
SERVICES = ("geo", "indicators", "reports", "gateway")


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Answer:
    """An HTTP answer: status, headers (lower case), body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Body as JSON."""
        return json.loads(self.body)


@dataclass
class Client:
    """A plain HTTP client of one base URL."""

    base: str

    def get(self, path: str, **headers: str) -> Answer:
        """Answer of a GET; header names with underscores for hyphens."""
        return self._ask(urllib.request.Request(self.base + path, headers=_named(headers)))

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        """Answer of a POST; bytes go as they are, anything else as JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Content-Type": "application/json", **_named(headers)}
        return self._ask(urllib.request.Request(self.base + path, data=data, headers=given, method="POST"))

    def _ask(self, request: urllib.request.Request) -> Answer:
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                return Answer(answer.status, _lower(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, _lower(error.headers), error.read())


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@dataclass
class Process:
    """One `rezone serve` process, its ports, and its log file."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    port: int = field(default_factory=free_port)
    metrics_port: int = field(default_factory=free_port)
    popen: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Start it, on the same ports each time."""
        ports = ("--port", str(self.port), "--metrics-port", str(self.metrics_port))
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "services.cli", "serve", *self.arguments, *ports],
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
            )
        return self

    def kill(self) -> None:
        """Kill it with -9, as a crash would."""
        assert self.popen is not None
        self.popen.kill()
        self.popen.wait()

    def stop(self) -> int:
        """Ask it to stop and return its exit code."""
        assert self.popen is not None
        self.popen.send_signal(signal.SIGTERM)
        try:
            return self.popen.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()
            return -9

    def wait_ready(self) -> None:
        """Wait for /readyz of its operations port; fail with its last reasons and log."""
        client = Client(f"http://127.0.0.1:{self.metrics_port}")
        deadline = time.monotonic() + TIMEOUT
        said: object = "rien"
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                answer = client.get("/readyz")
                if answer.status == 200:
                    return
                said = answer.json()
            assert self.popen is not None
            if self.popen.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"{self.arguments} pas prêt ({said})\n{self.log.read_text()[-4000:]}")

    @property
    def client(self) -> Client:
        """Client of its HTTP face."""
        return Client(f"http://127.0.0.1:{self.port}")

    @property
    def operations(self) -> Client:
        """Client of its operations port."""
        return Client(f"http://127.0.0.1:{self.metrics_port}")


@contextlib.contextmanager
def running(environment: Mapping[str, str], logs: Path, *names: str) -> Iterator[dict[str, Process]]:
    """Processes of the named services (or the whole suite in one, when none), ready; stopped at the end."""
    logs.mkdir(parents=True, exist_ok=True)
    if names:
        geo_port = free_port()
        given = {**environment, "REZONE_GATEWAY_GEO_URL": f"http://127.0.0.1:{geo_port}"}
        processes = {name: Process((name,), given, logs / f"{name}.log") for name in names}
        processes["geo"].port = geo_port
    else:
        processes = {"suite": Process((), environment, logs / "suite.log")}
    try:
        for process in processes.values():
            process.start()
        for process in processes.values():
            process.wait_ready()
        yield processes
    finally:
        for process in processes.values():
            if process.popen is not None and process.popen.poll() is None:
                process.stop()


def eventually(check: Any, *, seconds: float = 60.0) -> None:
    """Call `check` until it returns true, failing after `seconds`."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "la condition attendue n’est pas venue"
        time.sleep(0.1)
