"""The servers that the other tests stand on are what they claim to be."""

import asyncio
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from services.local_postgres import LocalPostgres
from tests.broker import LOCAL, PrivateBroker, answers, any_broker

ROOT = Path(__file__).resolve().parents[2]


def test_the_shared_broker_opens_the_amqp_handshake(amqp_url: str) -> None:
    assert answers(amqp_url)


async def test_a_server_that_does_not_speak_amqp_is_not_a_broker() -> None:
    async def impostor(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(impostor, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert not await asyncio.to_thread(answers, f"amqp://127.0.0.1:{port}")


def test_a_private_broker_is_stopped_killed_and_started_again_at_the_same_address(
    private_broker: PrivateBroker,
) -> None:
    url = private_broker.url
    assert url != LOCAL
    private_broker.stop()
    assert not answers(url)
    private_broker.start()
    assert answers(url)
    private_broker.kill()
    assert not answers(url)


def test_the_next_test_finds_the_private_broker_up_again(private_broker: PrivateBroker) -> None:
    assert answers(private_broker.url)


def test_a_given_broker_comes_first(private_broker: PrivateBroker) -> None:
    with any_broker({"AMQP_URL": private_broker.url}) as url:
        assert url == private_broker.url


def test_a_given_broker_that_does_not_answer_is_said_without_its_password_and_another_is_used(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        given = f"amqp://guest:secret@127.0.0.1:{closed.getsockname()[1]}"
        with any_broker({"AMQP_URL": given}) as url:
            assert url != given
            assert answers(url)
    said = capsys.readouterr().err
    assert "ne répond pas" in said
    assert "secret" not in said


async def test_each_module_has_a_database_of_its_own(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        assert await connection.fetchval("SELECT current_database()") == urlsplit(database_url).path.strip(
            "/"
        )
    finally:
        await connection.close()


async def test_a_private_postgres_is_stopped_and_started_again_at_the_same_address(
    private_postgres: LocalPostgres,
) -> None:
    url = private_postgres.url
    private_postgres.stop()
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncpg.connect(url)
    private_postgres.start()
    assert private_postgres.url == url


def test_a_test_run_that_is_killed_leaves_no_broker_behind() -> None:
    script = (
        "from tests.broker import PrivateBroker\nwith PrivateBroker() as b: print(b.url, flush=True); input()"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as run:
        assert run.stdout is not None
        url = run.stdout.readline().strip()
        assert answers(url)
        run.kill()
    deadline = time.monotonic() + 30
    while answers(url):
        assert time.monotonic() < deadline
        time.sleep(0.05)
