"""The wall between services in PostgreSQL: each sees its own schema and is refused every other one."""

import asyncio
from importlib.resources import files
from itertools import permutations
from pathlib import Path

import asyncpg
import pytest

from shared.database import migrate, open_pool
from shared.errors import ServiceUnavailable
from shared.notifications import follow

MIGRATED = ("geo", "indicators")


@pytest.fixture
async def migrated(database_url: str) -> str:
    for service in MIGRATED:
        await migrate(database_url, service, files(f"services.{service}").joinpath("sql/migrations"))
    return database_url


async def test_migrations_are_applied_once(migrated: str) -> None:
    for service in MIGRATED:
        again = await migrate(migrated, service, files(f"services.{service}").joinpath("sql/migrations"))
        assert again == []


@pytest.mark.parametrize(("reader", "owner"), list(permutations(MIGRATED, 2)))
async def test_a_foreign_select_is_refused(migrated: str, reader: str, owner: str) -> None:
    async with open_pool(migrated, owner) as pool:
        tables = [
            row["tablename"]
            for row in await pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = $1", owner)
        ]
        for table in tables:
            await pool.fetch(f"SELECT 1 FROM {owner}.{table} LIMIT 1")
    assert len(tables) > 1
    async with open_pool(migrated, reader) as pool:
        for table in tables:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await pool.fetch(f"SELECT 1 FROM {owner}.{table} LIMIT 1")


async def test_a_broken_migration_leaves_nothing_behind(migrated: str, tmp_path: Path) -> None:
    (tmp_path / "0001_tree.sql").write_text("CREATE TABLE tree (id int); SELECT broken;", encoding="utf-8")
    with pytest.raises(asyncpg.UndefinedColumnError):
        await migrate(migrated, "reports", tmp_path)
    (tmp_path / "0001_tree.sql").write_text("CREATE TABLE tree (id int);", encoding="utf-8")
    assert await migrate(migrated, "reports", tmp_path) == ["0001_tree.sql"]


async def test_an_absent_database_says_what_to_check() -> None:
    with pytest.raises(ServiceUnavailable, match="DATABASE_URL"):
        await migrate("postgresql://nobody@127.0.0.1:1/none", "geo", files("services.geo") / "sql/migrations")


async def test_a_change_that_cannot_be_taken_does_not_end_the_following(migrated: str) -> None:
    heard = asyncio.Event()
    tries = 0

    async def changed() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise TypeError("of another version")
        heard.set()

    async with open_pool(migrated, "geo") as pool:
        following = asyncio.create_task(follow(pool, "anything", changed))
        async with asyncio.timeout(20):
            await heard.wait()
        following.cancel()
        await asyncio.wait({following})
