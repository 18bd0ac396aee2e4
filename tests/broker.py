"""A RabbitMQ for the tests: AMQP_URL, else the local port, else a private node. Never skipped in silence."""

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Self
from urllib.parse import urlsplit

LOCAL = "amqp://guest:guest@127.0.0.1:5672/"
# Debian's wrapper in /usr/sbin insists on the account rabbitmq; the script it wraps runs as anybody.
SERVERS = "/usr/lib/rabbitmq/bin"
PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"
METHOD_FRAME = b"\x01"
# A test run that is killed cleans up nothing: this process sees its pipe close, and does.
GUARD = """
import contextlib, os, pathlib, shutil, signal, sys
sys.stdin.read()
home = pathlib.Path(sys.argv[1])
with contextlib.suppress(FileNotFoundError, ProcessLookupError):
    os.killpg(int((home / "group").read_text()), signal.SIGKILL)
os.kill(int(sys.argv[2]), signal.SIGTERM)
shutil.rmtree(home, ignore_errors=True)
"""
TIMEOUT = 90.0
PAUSE = 0.05


def answers(url: str) -> bool:
    """Whether a broker, not just any server, answers at `url`: it must open the AMQP 0-9-1 handshake."""
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 5672), timeout=2) as connection:
            connection.sendall(PROTOCOL_HEADER)
            return connection.recv(1) == METHOD_FRAME
    except OSError:
        return False


@contextlib.contextmanager
def any_broker(environment: Mapping[str, str] = os.environ) -> Iterator[str]:
    """Yield the URL of the first broker that answers, in the order above; a private one is stopped at the end."""
    given = environment.get("AMQP_URL")
    if given and answers(given):
        yield given
        return
    if given:
        sys.stderr.write(f"AMQP_URL ({_without_password(given)}) ne répond pas : essai du broker local.\n")
    if answers(LOCAL):
        yield LOCAL
        return
    with PrivateBroker() as broker:
        yield broker.url


class PrivateBroker:
    """A RabbitMQ node of our own, that a test may stop, kill and start again: it keeps its port and its data."""

    def __init__(self) -> None:
        self.program = _rabbitmq_server()
        self.home = Path(tempfile.mkdtemp(prefix="rezone-broker-"))
        self.port, self._dist_port, self._epmd_port = _free_ports(3)
        self._epmd: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._node: subprocess.Popen[bytes] | None = None
        cookie = self.home / ".erlang.cookie"
        cookie.write_text(secrets.token_hex(16))
        cookie.chmod(0o400)
        (self.home / "enabled_plugins").write_text("[].\n")
        (self.home / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\ndisk_free_limit.absolute = 50MB\n"
        )

    @property
    def url(self) -> str:
        """Where the node listens while it runs."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start the node and return when it answers; raises RuntimeError with its last words when it dies."""
        log = (self.home / "node.log").open("ab")
        with log:
            if self._epmd is None:
                epmd = ["epmd", "-address", "127.0.0.1", "-port", str(self._epmd_port)]
                self._epmd = subprocess.Popen(epmd, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
                guard = [sys.executable, "-I", "-c", GUARD, str(self.home), str(self._epmd.pid)]
                self._guard = subprocess.Popen(guard, stdin=subprocess.PIPE, start_new_session=True)
            self._node = subprocess.Popen(
                [self.program],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        (self.home / "group").write_text(str(self._node.pid))
        deadline = time.monotonic() + TIMEOUT
        while not answers(self.url):
            if self._node.poll() is not None or time.monotonic() > deadline:
                said = (self.home / "node.log").read_text(errors="replace")[-3000:]
                raise RuntimeError(f"the private RabbitMQ node does not start:\n{said}")
            time.sleep(PAUSE)

    def stop(self) -> None:
        """Stop the node in order: connections are closed, durable queues are kept."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the node as a failing machine would."""
        self._signal(signal.SIGKILL)

    def close(self) -> None:
        """Stop everything and remove the node's files."""
        self.stop()
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.close()
            self._guard.wait()
        if self._epmd is not None:
            self._epmd.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def _signal(self, number: signal.Signals) -> None:
        """The script and its Erlang machine share one process group, ours to signal and nobody else's."""
        if self._node is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._node.pid, number)
        try:
            self._node.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self._node.pid, signal.SIGKILL)
            self._node.wait()
        deadline = time.monotonic() + TIMEOUT
        while answers(self.url) and time.monotonic() < deadline:
            time.sleep(PAUSE)
        (self.home / "group").unlink()
        self._node = None

    def _environment(self) -> dict[str, str]:
        ours = {
            name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_"))
        }
        return ours | {
            "HOME": str(self.home),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"rezone-{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "RABBITMQ_BASE": str(self.home),
            "RABBITMQ_MNESIA_BASE": str(self.home / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.home / "log"),
            "RABBITMQ_PID_FILE": str(self.home / "pid"),
            "RABBITMQ_CONFIG_FILE": str(self.home / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.home / "enabled_plugins"),
        }

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def bootstrap() -> ModuleType:
    """Return deploy/bootstrap.py, which is a script and no package."""
    script = Path(__file__).resolve().parent.parent / "deploy" / "bootstrap.py"
    spec = importlib.util.spec_from_file_location("rezone_bootstrap", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _rabbitmq_server() -> str:
    path = f"{SERVERS}:{os.environ.get('PATH', '')}"
    if shutil.which("rabbitmq-server", path=path) is None:
        bootstrap().provide_system_packages(["rabbitmq-server"])
    program = shutil.which("rabbitmq-server", path=path)
    if program is None:
        raise RuntimeError(
            "no broker: set AMQP_URL, or install one (sudo apt-get install -y rabbitmq-server)"
        )
    return program


def _free_ports(count: int) -> list[int]:
    """Return different free ports: all are held until the last is found."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or 5672}"
