"""What a vintage in service forbids, how one is retired, and what cuts, haste and keys leave behind."""

import asyncio
import logging
import sys
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from services.indicators.releases.active_release import ActiveRelease
from services.indicators.releases.demonstration import is_needed, make_demonstration
from services.indicators.releases.key import vintage_key
from services.indicators.releases.release_commands import Wanted, activate, build_release, list_releases
from services.indicators.releases.retire import retire
from shared.bus.memory import MemoryBus
from shared.errors import MissingSecrecyKey, NoRelease, ReleaseConflict, UnknownRelease
from tests.golden import of_another_year, write_golden_folder
from tests.integration.indicators.world import ask, serving

MASTER = SecretStr("0123456789abcdef" * 4)
ONE_SIDED, TWO_SIDED = Wanted(), Wanted(two_sided=True)
ATOMS = Wanted("atoms", master=MASTER)
ROOT = Path(__file__).resolve().parents[3]
WAIT_SECONDS = 60.0


def renamed(folder: Path) -> Path:
    """The very same counts under the name of another year."""
    toml = folder / "release.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("var-2022", "var-2023"), encoding="utf-8")
    return folder


async def outdate(pool: asyncpg.Pool, release: str) -> None:
    """Make a release one of an earlier version of the code."""
    await pool.execute("UPDATE release SET layout = layout || '{\"format\": 1}' WHERE id = $1", release)


async def until_refused(bus: MemoryBus, release: str) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        with suppress(UnknownRelease):
            while True:
                await ask(bus, release)
                await asyncio.sleep(0.02)


async def in_service(folder: Path, bus: MemoryBus, pool: asyncpg.Pool, wanted: Wanted = ONE_SIDED) -> str:
    facts = await build_release(folder, bus=bus, pool=pool, wanted=wanted)
    await activate(pool, facts.id, unaudited=True)
    return facts.id


async def test_a_vintage_is_frozen_once_in_service(bus: MemoryBus, pool: asyncpg.Pool, folder: Path) -> None:
    one_sided = await build_release(folder, bus=bus, pool=pool)
    two_sided = await build_release(folder, bus=bus, pool=pool, wanted=TWO_SIDED)
    await activate(pool, one_sided.id, unaudited=True)
    with pytest.raises(ReleaseConflict, match="figé"):
        await activate(pool, two_sided.id, unaudited=True)
    for other in (TWO_SIDED, ATOMS):
        with pytest.raises(ReleaseConflict, match="figé"):
            await build_release(folder, bus=bus, pool=pool, wanted=other)
    assert (await build_release(folder, bus=bus, pool=pool)).id == one_sided.id
    await activate(pool, one_sided.id, unaudited=True)


async def test_other_counts_of_a_frozen_vintage_are_refused(
    bus: MemoryBus, pool: asyncpg.Pool, folder: Path, tmp_path: Path
) -> None:
    await in_service(folder, bus, pool)
    corrected = of_another_year(write_golden_folder(tmp_path / "corrige"), vintage="var-2022")
    with pytest.raises(ReleaseConflict, match="figé"):
        await build_release(corrected, bus=bus, pool=pool)
    assert len(await list_releases(pool)) == 1


async def test_the_same_counts_under_another_name_are_refused(
    bus: MemoryBus, pool: asyncpg.Pool, folder: Path
) -> None:
    first = await in_service(folder, bus, pool)
    with pytest.raises(ReleaseConflict, match="gardez leur identifiant") as refused:
        await build_release(renamed(folder), bus=bus, pool=pool, wanted=TWO_SIDED)
    assert refused.value.extensions["release"] == first
    assert {"sans_mt_17_plus", "patients.infirmier"} <= set(refused.value.extensions["indicators"])


async def test_two_drafts_of_the_same_counts_cannot_both_serve(
    bus: MemoryBus, pool: asyncpg.Pool, folder: Path
) -> None:
    first = await build_release(folder, bus=bus, pool=pool)
    second = await build_release(renamed(folder), bus=bus, pool=pool)
    await activate(pool, second.id, unaudited=True)
    with pytest.raises(ReleaseConflict, match="déjà mis en service"):
        await activate(pool, first.id, unaudited=True)


async def test_another_year_is_welcome(bus: MemoryBus, pool: asyncpg.Pool, folder: Path) -> None:
    first = await in_service(folder, bus, pool)
    second = await in_service(of_another_year(folder), bus, pool)
    await activate(pool, first, unaudited=True)
    async with serving(bus, pool):
        assert (await ask(bus)).release.id == first
        assert (await ask(bus, second)).release.id == second


async def test_a_release_is_retired_only_when_told_so_and_out_of_service(
    bus: MemoryBus, pool: asyncpg.Pool, folder: Path, tmp_path: Path
) -> None:
    first = await in_service(folder, bus, pool)
    with pytest.raises(ReleaseConflict, match="est en service"):
        await retire(pool, first, definitively=True)
    await in_service(of_another_year(write_golden_folder(tmp_path / "suivant")), bus, pool)
    with pytest.raises(ReleaseConflict, match=r"Rien n’a été fait.*déjà produits.*--definitivement"):
        await retire(pool, first, definitively=False)
    async with serving(bus, pool):
        assert (await ask(bus, first)).release.id == first
        assert await retire(pool, first, definitively=True) == "var-2022"
        for table in ("release", "published_array", "raw_array", "release_audit"):
            column = "id" if table == "release" else "release"
            assert await pool.fetchval(f"SELECT count(*) FROM {table} WHERE {column} = $1", first) == 0
        # The process that serves hears of it.
        await until_refused(bus, first)
        with pytest.raises(UnknownRelease, match="a été retiré le"):
            await ask(bus, first)
    with pytest.raises(UnknownRelease):
        await retire(pool, first, definitively=True)
    said: list[str] = []
    # The vintage is free again, for another mask too; an id that comes back is told.
    await build_release(folder, bus=bus, pool=pool, wanted=TWO_SIDED)
    again = await build_release(folder, bus=bus, pool=pool, progress=said.append)
    assert again.id == first
    assert any("retiré le" in sentence for sentence in said)


async def test_the_only_release_can_be_retired_once_this_version_cannot_read_it(
    bus: MemoryBus, pool: asyncpg.Pool, folder: Path
) -> None:
    first = await in_service(folder, bus, pool)
    await outdate(pool, first)
    with pytest.raises(ReleaseConflict, match="rezone release retire"):
        await build_release(folder, bus=bus, pool=pool)
    await retire(pool, first, definitively=True)
    assert await in_service(folder, bus, pool) == first


async def test_what_served_a_retired_release_stops(bus: MemoryBus, pool: asyncpg.Pool, folder: Path) -> None:
    first = await in_service(folder, bus, pool)

    async def hear(_: str) -> None:
        return None

    active = ActiveRelease(pool, 2, hear)
    await active.load()
    await outdate(pool, first)
    await retire(pool, first, definitively=True)
    await active.refresh()
    with pytest.raises(NoRelease):
        await active.get(None)


async def test_real_counts_are_joined_in_a_secret_order_alone(
    bus: MemoryBus, pool: asyncpg.Pool, folder: Path
) -> None:
    with pytest.raises(MissingSecrecyKey, match="openssl rand -hex 32"):
        await build_release(folder, bus=bus, pool=pool, wanted=Wanted("atoms"))
    facts = await build_release(folder, bus=bus, pool=pool, wanted=ATOMS)
    assert (facts.policy, facts.two_sided) == ("atoms", True)
    assert (await build_release(folder, bus=bus, pool=pool, wanted=ATOMS)).id == facts.id


async def test_the_key_is_nowhere_but_in_the_setting(
    bus: MemoryBus,
    pool: asyncpg.Pool,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    facts = await build_release(folder, bus=bus, pool=pool, wanted=ATOMS, progress=said.append)
    await activate(pool, facts.id, unaudited=True)
    master = MASTER.get_secret_value()
    derived = vintage_key(master.encode(), "var-2022")
    secrets = [master.encode(), bytes.fromhex(master), derived, derived.hex().encode()]
    columns = await pool.fetch(
        "SELECT table_name AS t, column_name AS c, data_type AS kind FROM information_schema.columns "
        "WHERE table_schema = 'indicators'"
    )
    assert {"bytea", "jsonb", "text"} <= {column["kind"] for column in columns}
    for column in columns:
        as_bytes = column["c"] if column["kind"] == "bytea" else f"convert_to({column['c']}::text, 'UTF8')"
        for secret in secrets:
            held = f"SELECT count(*) FROM {column['t']} WHERE position($1::bytea IN {as_bytes}) > 0"
            assert await pool.fetchval(held, secret) == 0, column
    printed = capsys.readouterr()
    shown = f"{caplog.text}{printed.out}{printed.err}{said}{ATOMS!r}{ATOMS.choices('var-2022', synthetic=False)!r}"
    for text in (master, derived.hex(), repr(derived)):
        assert text not in shown


async def test_two_builds_at_once_store_one_release(bus: MemoryBus, pool: asyncpg.Pool, folder: Path) -> None:
    one, other = await asyncio.gather(*(build_release(folder, bus=bus, pool=pool) for _ in range(2)))
    assert one.id == other.id
    assert len(await list_releases(pool)) == 1


async def test_two_activations_at_once_of_one_vintage_let_one_serve(
    bus: MemoryBus, pool: asyncpg.Pool, folder: Path
) -> None:
    drafts = [
        await build_release(folder, bus=bus, pool=pool, wanted=wanted) for wanted in (ONE_SIDED, TWO_SIDED)
    ]
    tried = await asyncio.gather(
        *(activate(pool, draft.id, unaudited=True) for draft in drafts), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in tried) == ["NoneType", "ReleaseConflict"]
    assert sum(known.active for known in await list_releases(pool)) == 1


BUILDER = """
import asyncio, sys
from pathlib import Path
from services.indicators.releases.release_commands import build_release
from shared.database import open_pool
from tests.integration.indicators.world import bus_with_geo

async def main():
    async with bus_with_geo() as bus, open_pool(sys.argv[1], "indicators") as pool:
        await build_release(Path(sys.argv[2]), bus=bus, pool=pool)

asyncio.run(main())
"""


async def test_a_builder_killed_as_it_writes_leaves_nothing(
    bus: MemoryBus, pool: asyncpg.Pool, folder: Path, database_url: str
) -> None:
    waiting = (
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'indicators.raw_array'::regclass"
    )
    async with pool.acquire() as holder, holder.transaction():
        # Its facts and published arrays are written by then: it waits to write the raw ones.
        await holder.execute("LOCK TABLE raw_array IN ACCESS EXCLUSIVE MODE")
        command = (sys.executable, "-c", BUILDER, database_url, str(folder))
        builder = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                while not await pool.fetchval(waiting):
                    assert builder.returncode is None
                    await asyncio.sleep(0.05)
        finally:
            builder.kill()
            await builder.wait()
    assert not await list_releases(pool)
    async with asyncio.timeout(WAIT_SECONDS):
        facts = await build_release(folder, bus=bus, pool=pool)
    assert [known.facts.id for known in await list_releases(pool)] == [facts.id]
    assert await pool.fetchval("SELECT count(DISTINCT release) FROM published_array") == 1


async def test_setup_replaces_its_own_release_of_an_earlier_version(
    bus: MemoryBus, pool: asyncpg.Pool
) -> None:
    assert await is_needed(pool)
    first = await make_demonstration(bus, pool, print)
    assert not await is_needed(pool)
    await outdate(pool, first.id)
    assert await is_needed(pool)
    said: list[str] = []
    assert (await make_demonstration(bus, pool, said.append)).id == first.id
    assert any("autre version" in sentence for sentence in said)
    (known,) = await list_releases(pool)
    assert (known.active, known.readable, known.facts.synthetic) == (True, True, True)


async def test_setup_never_replaces_a_real_release(bus: MemoryBus, pool: asyncpg.Pool, folder: Path) -> None:
    first = await in_service(folder, bus, pool)
    await outdate(pool, first)
    assert not await is_needed(pool)
