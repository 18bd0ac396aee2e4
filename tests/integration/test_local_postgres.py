"""The embedded PostgreSQL, for real: started, joined, killed in every way, found again."""

import asyncio
import contextlib
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from services.local_postgres import LocalPostgres, PostgresFailed, locks

ANOTHER_PROCESS = """
import sys, time
from pathlib import Path
from services.local_postgres import LocalPostgres
server = LocalPostgres(Path(sys.argv[1]))
server.start()
print(server.running.pid, flush=True)
sys.stdin.read()
server.stop()
"""


async def ask(url: str, statement: str) -> object:
    connection = await asyncpg.connect(url, timeout=5)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def watchdog_of(pid: int) -> int:
    """The parent of the server's first process."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextlib.contextmanager
def another_process(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A second `rezone` that uses the server until its standard input is closed."""
    command = [sys.executable, "-c", ANOTHER_PROCESS, str(data_dir)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory, in a path with spaces and accents, whose cluster is made."""
    data_dir = tmp_path_factory.mktemp("données d’un bureau")
    with LocalPostgres(data_dir):
        pass
    return data_dir


async def test_a_server_is_started_with_a_password_of_its_own_and_stopped_with_its_last_user(
    tmp_path: Path,
) -> None:
    async with LocalPostgres(tmp_path) as server:
        pid = server.running.pid
        assert not server.joined
        assert (
            await ask(
                server.url, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'"
            )
            == 0
        )
        assert await ask(server.url, "SHOW fsync") == "on"
        assert await ask(server.url, "SHOW listen_addresses") == "127.0.0.1"
        wrong = server.url.replace(server.cluster.password, "motdepasse")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await ask(wrong, "SELECT 1")
        assert stat.S_IMODE((server.cluster.home / "password").stat().st_mode) == 0o600
    assert not alive(pid)


async def test_what_was_written_is_found_again_on_the_same_port(made: Path) -> None:
    server = LocalPostgres(made)
    server.start()
    port = server.running.port
    await ask(server.url, "CREATE TABLE commune AS SELECT '83061' AS code")
    server.stop()
    server.start()
    assert server.running.port == port
    assert await ask(server.url, "SELECT code FROM commune") == "83061"
    await ask(server.url, "DROP TABLE commune")
    server.stop()


async def test_a_second_process_joins_the_server_and_the_last_one_stops_it(made: Path) -> None:
    with another_process(made) as (first, pid):
        joining = LocalPostgres(made)
        joining.start()
        assert joining.joined
        assert joining.running.pid == pid
        assert first.stdin is not None
        first.stdin.close()
        first.wait()
        assert await ask(joining.url, "SELECT 1") == 1
        joining.stop()
        assert not alive(pid)


async def test_one_who_joined_does_not_stop_the_server_of_the_other(made: Path) -> None:
    with another_process(made) as (_, pid):
        with LocalPostgres(made) as joining:
            assert joining.joined
        assert alive(pid)
        with LocalPostgres(made) as again:
            assert again.running.pid == pid


async def test_ten_processes_that_start_together_share_one_server(made: Path) -> None:
    with contextlib.ExitStack() as stack:
        pids = {stack.enter_context(another_process(made))[1] for _ in range(3)}
        servers = [LocalPostgres(made) for _ in range(7)]
        await asyncio.gather(*(asyncio.to_thread(server.start) for server in servers))
        pids |= {server.running.pid for server in servers}
        for server in servers:
            server.stop()
    assert len(pids) == 1


def test_the_server_stops_when_the_only_process_that_uses_it_is_killed(made: Path) -> None:
    with another_process(made) as (process, pid):
        process.kill()
        wait_until(lambda: not alive(pid))
    wait_until(lambda: locks.is_free(LocalPostgres(made).cluster.server_lock, locks.ALONE))


def test_a_forked_child_that_outlives_its_parent_does_not_keep_the_server(made: Path) -> None:
    forking = ANOTHER_PROCESS.replace("sys.stdin.read()", "sys.stdin.read() if os.fork() else time.sleep(60)")
    command = [sys.executable, "-c", "import os\n" + forking, str(made)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, process_group=0
    ) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        process.kill()
        try:
            wait_until(lambda: not alive(pid))
        finally:
            os.killpg(process.pid, signal.SIGKILL)


async def test_a_killed_server_comes_back_by_itself_with_what_was_committed(made: Path) -> None:
    with LocalPostgres(made) as server:
        await ask(server.url, "CREATE TABLE IF NOT EXISTS commune (code text)")
        await ask(server.url, "INSERT INTO commune VALUES ('30334')")
        killed = server.running.pid
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: (now := server.cluster.running()) is not None and now.pid != killed)
        assert await ask(server.url, "SELECT code FROM commune") == "30334"
        await ask(server.url, "DROP TABLE commune")


async def test_a_stale_pid_file_that_names_a_living_process_is_no_obstacle(made: Path) -> None:
    server = LocalPostgres(made)
    stale = server.cluster.data / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{server.cluster.data}\n1\n1\n\n127.0.0.1\n0 0\nready   \n")
    with server:
        assert server.running.pid != os.getpid()
        assert await ask(server.url, "SELECT 1") == 1


async def test_the_server_stops_even_when_its_watchdog_is_killed_and_the_next_one_recovers(
    made: Path,
) -> None:
    with LocalPostgres(made) as server:
        pid = server.running.pid
        os.kill(watchdog_of(pid), signal.SIGKILL)
        wait_until(lambda: not alive(pid))
    with LocalPostgres(made) as server:
        assert await ask(server.url, "SELECT 1") == 1


async def test_a_watchdog_and_a_server_killed_together_leave_data_that_the_next_one_recovers(
    made: Path,
) -> None:
    server = LocalPostgres(made)
    server.start()
    watchdog = watchdog_of(server.running.pid)
    os.kill(watchdog, signal.SIGSTOP)
    os.kill(server.running.pid, signal.SIGKILL)
    os.kill(watchdog, signal.SIGKILL)
    server.stop()
    server.start()
    assert await ask(server.url, "SELECT 1") == 1
    server.stop()


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    server = LocalPostgres(tmp_path)
    with server:
        pass
    with (server.cluster.data / "postgresql.auto.conf").open("a") as settings:
        settings.write("reglage_inconnu = 1\n")
    with pytest.raises(PostgresFailed, match="reglage_inconnu"):
        server.start()


def test_data_of_another_version_are_refused_not_upgraded(tmp_path: Path) -> None:
    server = LocalPostgres(tmp_path)
    with server:
        pass
    (server.cluster.data / "PG_VERSION").write_text("15\n")
    with pytest.raises(PostgresFailed, match="PostgreSQL 15"):
        server.start()


def test_a_data_directory_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "postgres").write_text("")
    with pytest.raises(PostgresFailed, match="postgres"):
        LocalPostgres(tmp_path).start()


def test_an_initialisation_cut_short_is_begun_again(tmp_path: Path) -> None:
    unfinished = tmp_path / "postgres" / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with LocalPostgres(tmp_path) as server:
        assert server.running.port > 0


def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path: Path) -> None:
    data_dir = tmp_path / ("d" * 100) / ("e" * 100)
    with LocalPostgres(data_dir) as server:
        assert server.running.port > 0
        assert not any((server.cluster.home / "run").iterdir())


async def test_a_busy_port_is_left_to_whoever_has_it(made: Path) -> None:
    server = LocalPostgres(made)
    server.start()
    port = server.running.port
    server.stop()
    other = await asyncio.start_server(lambda *_: None, "127.0.0.1", port)
    async with other:
        server.start()
        assert server.running.port != port
        server.stop()


def test_before_it_starts_there_is_no_address_to_give(tmp_path: Path) -> None:
    with pytest.raises(PostgresFailed, match="pas démarrée"):
        _ = LocalPostgres(tmp_path).url
