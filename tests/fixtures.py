"""The servers that tests talk to, as fixtures; tests/conftest.py exposes them. Nothing here is a stand-in."""

import asyncio
import os
import secrets
import sys
from collections.abc import Coroutine, Iterator
from urllib.parse import urlsplit

import asyncpg
import pytest

from services.local_postgres import LocalPostgres
from tests.broker import PrivateBroker, answers, any_broker

__all__ = ["amqp_url", "database_url", "postgres_url", "private_broker", "private_node", "private_postgres"]


def _servers() -> list[str]:
    """The embedded server always, and DATABASE_URL too where it answers."""
    given = os.environ.get("DATABASE_URL")
    if not given:
        return ["embedded"]
    try:
        _run(_execute(given, "SELECT 1"))
    except (OSError, TimeoutError, asyncpg.PostgresError) as reason:
        sys.stderr.write(
            f"DATABASE_URL ne répond pas ({reason})\u00a0: essais sur le serveur intégré seul.\n"
        )
        return ["embedded"]
    return ["embedded", "DATABASE_URL"]


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url, timeout=5)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _run(work: Coroutine[object, object, None]) -> None:
    """Run to the end in a loop of its own, whatever loop the tests have."""
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(work)
    finally:
        loop.close()


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The embedded server of this session, as its superuser."""
    with LocalPostgres(tmp_path_factory.mktemp("base intégrée")) as server:
        yield server.url


@pytest.fixture(scope="module", params=_servers())
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh database for this module, dropped at its end: on the embedded server, then on DATABASE_URL if set."""
    embedded = request.param == "embedded"
    server = request.getfixturevalue("postgres_url") if embedded else os.environ["DATABASE_URL"]
    name = f"rezone_test_{secrets.token_hex(6)}"
    _run(_execute(server, f"CREATE DATABASE {name}"))
    yield urlsplit(server)._replace(path=f"/{name}").geturl()
    _run(_execute(server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def private_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPostgres]:
    """A started server that the test may stop, kill and start again; it keeps its port."""
    with LocalPostgres(tmp_path_factory.mktemp("base privée")) as server:
        yield server


@pytest.fixture(scope="session")
def amqp_url() -> Iterator[str]:
    """A broker that other tests may share."""
    with any_broker() as url:
        yield url


@pytest.fixture(scope="session")
def private_node() -> Iterator[PrivateBroker]:
    """The one private node of this session; tests use `private_broker`."""
    with PrivateBroker() as broker:
        yield broker


@pytest.fixture
def private_broker(private_node: PrivateBroker) -> PrivateBroker:
    """A started broker that the test may stop, kill and start again; it keeps its port and durable queues."""
    if not answers(private_node.url):
        private_node.stop()
        private_node.start()
    return private_node
