"""The import of a reference and the service that follows it, on a real PostgreSQL: whole or not at all."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.resources import files
from pathlib import Path

import asyncpg
import orjson
import pytest

from services.geo import store
from services.geo.app import compose
from services.geo.assemble import assemble
from services.geo.imports.national import import_reference
from services.geo.settings import GeoSettings
from services.local_postgres import LocalPostgres
from shared.bus.memory import MemoryBus
from shared.database import migrate, open_pool
from shared.errors import BadReference, NoReference
from shared.schemas.geo import (
    DATASET_ACTIVATED,
    DRAW_TERRITORY,
    FIND_CURRENT_CODES,
    LIST_MEMBERSHIPS,
    RESOLVE_TERRITORY,
    CurrentCodes,
    DatasetActivated,
    ListMemberships,
    MapRequest,
    ResolveTerritory,
)
from tests.unit.geo.imports.files import record, small_reference

MIGRATIONS = files("services.geo").joinpath("sql/migrations")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small reference as files."""
    for name, content in small_reference().items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """Geo's pool on a schema without any dataset."""
    await migrate(database_url, "geo", MIGRATIONS)
    async with open_pool(database_url, "geo") as opened:
        await opened.execute("DELETE FROM dataset")
        yield opened


def another_vintage(folder: Path) -> None:
    """Change one population: other content, another dataset."""
    communes = orjson.loads((folder / "communes.json").read_bytes())
    communes[0]["population"] = 1234
    (folder / "communes.json").write_bytes(orjson.dumps(communes))


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait, at most twenty seconds, for something another task does."""
    for _ in range(1000):
        if await condition():
            return
        await asyncio.sleep(0.02)
    pytest.fail("what was waited for did not happen")


async def test_what_was_imported_is_what_the_atlas_serves(pool: asyncpg.Pool, folder: Path) -> None:
    steps: list[str] = []
    imported = await import_reference(folder, pool, progress=steps.append)
    assert imported.new
    assert (imported.communes, imported.arrondissements, imported.sans_contour) == (4, 2, ("83003",))
    assert len(steps) == 3
    stored = await store.load(pool)
    assert stored is not None
    atlas = assemble(stored)
    assert atlas.dataset.id == imported.dataset
    assert [one.code for one in atlas.communes] == ["83001", "83002", "83003", "83050", "83051", "83052"]
    assert [one.contour for one in atlas.communes] == [True, True, False, True, True, True]
    assert atlas.successors == {"83901": ("83001",), "83902": ("83002",)}
    assert atlas.old_names == {"83901": "Vieille"}
    assert [place.code for place in atlas.regions.values()] == ["93"]
    assert atlas.epcis["200"].nom == "CC"
    adjacency = atlas.shapes.adjacency
    assert [adjacency.of(position).tolist() for position in range(6)] == [
        [1],
        [0, 3, 4],
        [],
        [1],
        [1, 5],
        [4],
    ]
    assert atlas.tree.query(atlas.tree.geometries[1]).tolist() != []


async def test_no_reference_imported_is_no_atlas(pool: asyncpg.Pool) -> None:
    assert await store.load(pool) is None
    assert await store.active_dataset(pool) is None


async def test_the_same_files_again_change_nothing_unless_forced(pool: asyncpg.Pool, folder: Path) -> None:
    first = await import_reference(folder, pool)
    again = await import_reference(folder, pool)
    assert (again.dataset, again.new) == (first.dataset, False)
    forced = await import_reference(folder, pool, force=True)
    assert (forced.dataset, forced.new) == (first.dataset, True)
    assert await pool.fetchval("SELECT count(*) FROM dataset") == 1


async def test_another_vintage_is_a_version_beside_the_old_one_which_can_come_back(
    pool: asyncpg.Pool, folder: Path
) -> None:
    first = await import_reference(folder, pool)
    original = (folder / "communes.json").read_bytes()
    another_vintage(folder)
    second = await import_reference(folder, pool)
    assert second.dataset != first.dataset
    assert await store.active_dataset(pool) == second.dataset
    assert await pool.fetchval("SELECT count(*) FROM dataset") == 2
    (folder / "communes.json").write_bytes(original)
    assert not (await import_reference(folder, pool)).new
    assert await store.active_dataset(pool) == first.dataset


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("communes.csv.lzma", b"\x5d\x00", "illisible ou tronqué"),
        ("communes.json", b"[", "JSON illisible"),
        ("epci.json", None, "introuvable"),
        ("regions.json", b'[{"code": "11", "nom": "IDF", "zone": "metro"}]', "region 93 ne figure pas"),
        ("communes.json", orjson.dumps([record("83001", departement="84")]), "departement 84 ne figure pas"),
    ],
)
async def test_a_bad_folder_leaves_what_serves_unchanged(
    pool: asyncpg.Pool, folder: Path, name: str, content: bytes | None, reason: str
) -> None:
    first = await import_reference(folder, pool)
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    with pytest.raises(BadReference, match=reason) as refused:
        await import_reference(folder, pool)
    assert refused.value.extensions["file"]
    assert await store.active_dataset(pool) == first.dataset
    assert await pool.fetchval("SELECT count(*) FROM dataset") == 1


async def ask(bus: MemoryBus, *codes: str) -> str:
    territory = await bus.call(RESOLVE_TERRITORY, ResolveTerritory(communes=codes))
    return territory.dataset.id


async def test_the_service_is_unready_without_reference_and_follows_imports_by_itself(
    database_url: str, pool: asyncpg.Pool, folder: Path
) -> None:
    bus = MemoryBus()
    heard: list[str] = []

    async def listen(message: DatasetActivated) -> None:
        heard.append(message.dataset)

    async def heard_all(*datasets: str) -> bool:
        return heard == list(datasets)

    await bus.subscribe(DATASET_ACTIVATED, listen)
    async with compose(GeoSettings(), bus, pool) as service:
        await bus.serve(service.bindings)
        assert "make setup" in str(service.unready_reason())
        with pytest.raises(NoReference, match="make setup"):
            await ask(bus, "83001")
        async with open_pool(database_url, "geo") as importing:
            first = await import_reference(folder, importing)
            await until(lambda: heard_all(first.dataset))
            assert service.unready_reason() is None
            assert await ask(bus, "83001") == first.dataset
            another_vintage(folder)
            second = await import_reference(folder, importing)
            await until(lambda: heard_all(first.dataset, second.dataset))
        assert await ask(bus, "83001") == second.dataset
    await bus.close()


async def test_what_is_loaded_serves_while_the_database_is_away_and_the_listener_comes_back(
    private_postgres: LocalPostgres, folder: Path
) -> None:
    await migrate(private_postgres.url, "geo", MIGRATIONS)
    bus = MemoryBus()
    async with open_pool(private_postgres.url, "geo") as pool:
        first = await import_reference(folder, pool)
        async with compose(GeoSettings(), bus, pool) as service:
            await bus.serve(service.bindings)
            await asyncio.to_thread(private_postgres.stop)
            assert await ask(bus, "83001") == first.dataset
            assert service.unready_reason() is None
            await asyncio.to_thread(private_postgres.start)
            another_vintage(folder)
            async with open_pool(private_postgres.url, "geo") as importing:
                second = await import_reference(folder, importing)

            async def follows() -> bool:
                return await ask(bus, "83001") == second.dataset

            await until(follows)
    await bus.close()


async def test_arrays_that_another_version_laid_out_are_not_read(pool: asyncpg.Pool, folder: Path) -> None:
    await import_reference(folder, pool)
    await pool.execute("DELETE FROM atlas_array WHERE name = 'build'")
    async with compose(GeoSettings(), MemoryBus(), pool) as service:
        assert "make setup" in str(service.unready_reason())


async def test_every_contract_of_geo_answers_over_the_bus(pool: asyncpg.Pool, folder: Path) -> None:
    await import_reference(folder, pool)
    bus = MemoryBus()
    async with compose(GeoSettings(), bus, pool) as service:
        await bus.serve(service.bindings)
        territory_map = await bus.call(DRAW_TERRITORY, MapRequest(communes=("83001",)))
        assert [shape.code for shape in territory_map.shapes] == ["83001", "83002"]
        memberships = await bus.call(LIST_MEMBERSHIPS, ListMemberships(departement="83"))
        assert len(memberships.communes) == 6
        history = await bus.call(FIND_CURRENT_CODES, CurrentCodes(codes=("83901",)))
        assert history.actuels == {"83901": ("83001",)}
        assert {binding.contract.service for binding in service.bindings} == {"geo"}
    await bus.close()


async def test_a_service_started_without_its_database_serves_when_it_comes_back(
    private_postgres: LocalPostgres, folder: Path
) -> None:
    await migrate(private_postgres.url, "geo", MIGRATIONS)
    bus = MemoryBus()
    async with open_pool(private_postgres.url, "geo") as pool:
        await import_reference(folder, pool)
        await asyncio.to_thread(private_postgres.stop)
        async with compose(GeoSettings(), bus, pool) as service:
            assert service.unready_reason() is not None
            await asyncio.to_thread(private_postgres.start)

            async def ready() -> bool:
                return service.unready_reason() is None

            await until(ready)
    await bus.close()
