"""The watchdog's rules, with small shell commands in the place of the server."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.local_postgres import locks
from services.local_postgres.watchdog import Watchdog


@pytest.fixture(autouse=True)
def signals_given_back() -> Iterator[None]:
    """The watchdog takes its process's signals over; this process wants them back."""
    taken = (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)
    before = {number: signal.getsignal(number) for number in taken}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def descriptor(tmp_path: Path) -> Iterator[int]:
    with (tmp_path / "server.lock").open("w") as lock:
        yield lock.fileno()


@contextlib.contextmanager
def in_use(path: Path) -> Iterator[None]:
    use = locks.take(path, locks.SHARED)
    assert use is not None
    yield
    locks.release(use)


def shell(script: str) -> list[str]:
    return ["/bin/sh", "-c", script]


def test_a_server_that_nobody_uses_is_stopped_in_order(tmp_path: Path, descriptor: int) -> None:
    script = "trap 'exit 0' INT; while :; do sleep 0.05; done"
    (tmp_path / "users.lock").touch()
    assert Watchdog(tmp_path / "users.lock", shell(script), descriptor).run() == 0


def test_a_server_that_fails_by_itself_is_not_started_again(tmp_path: Path, descriptor: int) -> None:
    with in_use(tmp_path / "users.lock"):
        assert Watchdog(tmp_path / "users.lock", shell("exit 4"), descriptor).run() == 4


def test_a_killed_server_is_started_again_until_the_dead_one_has_left(
    tmp_path: Path, descriptor: int
) -> None:
    runs = tmp_path / "runs"
    third = f"kill -TERM {os.getpid()}; while :; do sleep 0.05; done"
    script = f"echo run >> {runs}; case $(wc -l < {runs}) in 1) kill -9 $$;; 2) exit 1;; 3) {third};; esac"
    with in_use(tmp_path / "users.lock"):
        assert Watchdog(tmp_path / "users.lock", shell(script), descriptor).run() == 0
    assert runs.read_text().count("run") == 3


# Not a shell: one cannot trap a signal that was ignored when it started, as under nohup or in the background.
OBSTINATE = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGQUIT, lambda *_: sys.exit(0))
os.kill(int(sys.argv[1]), signal.SIGTERM)
while True:
    time.sleep(0.05)
"""


def test_a_server_that_will_not_stop_in_order_is_stopped_at_once(tmp_path: Path, descriptor: int) -> None:
    command = [sys.executable, "-c", OBSTINATE, str(os.getpid())]
    with in_use(tmp_path / "users.lock"):
        assert Watchdog(tmp_path / "users.lock", command, descriptor, patience=1).run() == 0
