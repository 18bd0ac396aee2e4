"""Releases from a producer's folder to answers: real PostgreSQL, geo's own handlers, the in-memory bus."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from services.geo.handlers import bindings
from services.indicators.geography import NO_VILLE
from services.indicators.membership import ask_geography
from services.indicators.releases.active_release import ActiveRelease
from services.indicators.releases.release_commands import activate, build_release, list_releases
from services.indicators.settings import IndicatorsSettings
from services.indicators.synthetic import write_synthetic_folder
from services.local_postgres import LocalPostgres
from shared.bus.memory import MemoryBus
from shared.database import migrate, open_pool
from shared.errors import (
    NoRelease,
    RejectedFolder,
    ReleaseConflict,
    ReleaseNotAudited,
    UnknownFocus,
    UnknownRelease,
)
from shared.schemas.catalogue import LIST_CATALOGUE, CatalogueRequest
from shared.schemas.indicators import (
    DIAGNOSE,
    LIST_RELEASES,
    RELEASE_ACTIVATED,
    DiagnosticRequest,
    Focus,
    ReleaseActivated,
    ReleaseListRequest,
)
from tests.golden import COMMUNES, GOLDEN, of_another_year
from tests.integration.indicators.world import MIGRATIONS, ask, bus_with_geo, serving
from tests.unit.geo.world import atlas, commune, square

WAIT_SECONDS = 20.0


async def test_the_published_report_comes_back_over_the_bus(
    bus: MemoryBus, pool: asyncpg.Pool, folder: Path
) -> None:
    facts = await build_release(folder, bus=bus, pool=pool)
    await activate(pool, facts.id, unaudited=True)
    async with serving(bus, pool) as service:
        assert service.unready_reason() is None
        answer = await ask(bus)
    published = {line["id"]: line for line in GOLDEN["indicators"]}
    found = {line.id: line for line in answer.indicators if line.id in published}
    assert {name: line.rate for name, line in found.items()} == {
        name: line["rate"] for name, line in published.items()
    }
    assert (answer.release.id, answer.release.audited) == (facts.id, False)
    assert answer.release.dominance_checked
    assert {place.nom for place in answer.territory.departements} == {"Var"}


async def test_a_release_serves_only_once_activated(bus: MemoryBus, pool: asyncpg.Pool, folder: Path) -> None:
    async with serving(bus, pool) as service:
        assert "rezone release" in str(service.unready_reason())
        with pytest.raises(NoRelease):
            await ask(bus)
        facts = await build_release(folder, bus=bus, pool=pool)
        with pytest.raises(UnknownRelease, match="jamais été mis en service"):
            await ask(bus, facts.id)
        with pytest.raises(ReleaseNotAudited, match="--unaudited"):
            await activate(pool, facts.id)
        announced: asyncio.Queue[str] = asyncio.Queue()

        async def hear(message: ReleaseActivated) -> None:
            announced.put_nowait(message.release)

        await bus.subscribe(RELEASE_ACTIVATED, hear)
        await activate(pool, facts.id, unaudited=True)
        async with asyncio.timeout(WAIT_SECONDS):
            assert await announced.get() == facts.id
        assert (await ask(bus)).release.id == facts.id


async def test_an_earlier_release_stays_reachable_by_its_name(
    bus: MemoryBus, pool: asyncpg.Pool, folder: Path
) -> None:
    first = await build_release(folder, bus=bus, pool=pool)
    second = await build_release(of_another_year(folder), bus=bus, pool=pool)
    await activate(pool, first.id, unaudited=True)
    await activate(pool, second.id, unaudited=True)
    async with serving(bus, pool):
        assert (await ask(bus)).release.id == second.id
        assert (await ask(bus, first.id)).release.id == first.id
        with pytest.raises(UnknownRelease, match="n’existe pas"):
            await ask(bus, "inconnu")
        listed = await bus.call(LIST_RELEASES, ReleaseListRequest())
    assert [(entry.facts.id, entry.active) for entry in listed.releases if entry.active] == [
        (second.id, True)
    ]
    assert len(listed.releases) == len(await list_releases(pool)) == 2


async def test_a_draft_is_told_of_to_the_person_who_builds_it_alone(
    bus: MemoryBus, pool: asyncpg.Pool, folder: Path
) -> None:
    draft = await build_release(folder, bus=bus, pool=pool)
    assert [entry.facts.id for entry in await list_releases(pool)] == [draft.id]
    async with serving(bus, pool):
        assert not (await bus.call(LIST_RELEASES, ReleaseListRequest())).releases
        with pytest.raises(UnknownRelease):
            await ask(bus, draft.id)
    async with bus_with_geo() as own, serving(own, pool, drafts=True):
        assert (await ask(own, draft.id)).release.id == draft.id


async def test_geo_tells_which_city_an_arrondissement_is_part_of() -> None:
    parts = {commune(f"8320{n}", whole="83056"): square(n, 0) for n in (1, 2)}
    world = atlas({commune("83056"): None, **parts})
    bus = MemoryBus()
    await bus.serve(bindings(lambda: world, 2000))
    known = await ask_geography(bus)
    await bus.close()
    assert known.codes == ("83056", "83201", "83202")
    assert known.villes.tolist() == [NO_VILLE, 0, 0]


def test_no_setting_opens_a_draft() -> None:
    assert "drafts" not in IndicatorsSettings.model_fields


async def test_the_same_release_is_not_stored_twice(bus: MemoryBus, pool: asyncpg.Pool, folder: Path) -> None:
    first = await build_release(folder, bus=bus, pool=pool)
    assert await build_release(folder, bus=bus, pool=pool) == first
    assert len(await list_releases(pool)) == 1


async def test_a_bad_row_in_the_middle_loads_nothing_and_an_old_code_is_explained(
    bus: MemoryBus, pool: asyncpg.Pool, folder: Path
) -> None:
    consumers = folder / "consumers.csv"
    consumers.write_text(consumers.read_text(encoding="utf-8") + "83900,60\n", encoding="utf-8")
    with pytest.raises(RejectedFolder) as refused:
        await build_release(folder, bus=bus, pool=pool)
    assert [(row["file"], row["line"], row["column"]) for row in refused.value.extensions["rows"]] == [
        ("consumers.csv", 7, "commune")
    ]
    assert "83061" in refused.value.extensions["rows"][0]["reason"]
    assert not await list_releases(pool)


async def test_answers_need_no_raw_count(bus: MemoryBus, pool: asyncpg.Pool, folder: Path) -> None:
    facts = await build_release(folder, bus=bus, pool=pool)
    await activate(pool, facts.id, unaudited=True)
    await pool.execute("DELETE FROM raw_array")
    async with serving(bus, pool):
        assert (await ask(bus)).indicators


AS_BEFORE = "UPDATE release SET layout = layout - 'format' WHERE id = $1"


async def test_a_release_of_another_version_of_the_code_is_to_be_rebuilt(
    bus: MemoryBus, pool: asyncpg.Pool, folder: Path
) -> None:
    facts = await build_release(folder, bus=bus, pool=pool)
    await activate(pool, facts.id, unaudited=True)
    await pool.execute(AS_BEFORE, facts.id)
    async with serving(bus, pool) as service:
        assert "Reconstruisez-le" in str(service.unready_reason())
        for release in (None, facts.id):
            with pytest.raises(NoRelease, match=facts.id):
                await ask(bus, release)
    with pytest.raises(ReleaseConflict, match="Reconstruisez-le"):
        await activate(pool, facts.id, unaudited=True)


async def test_a_release_of_another_version_does_not_take_the_place_of_one_that_serves(
    bus: MemoryBus, pool: asyncpg.Pool, folder: Path
) -> None:
    first = await build_release(folder, bus=bus, pool=pool)
    second = await build_release(of_another_year(folder), bus=bus, pool=pool)
    await activate(pool, first.id, unaudited=True)
    switched: list[str] = []

    async def hear(release: str) -> None:
        switched.append(release)

    active = ActiveRelease(pool, 2, hear)
    await active.load()
    await activate(pool, second.id, unaudited=True)
    await pool.execute(AS_BEFORE, second.id)
    await active.refresh()
    assert (active.unready_reason(), switched) == (None, [])
    assert (await active.get(None)).facts.id == first.id


async def test_a_synthetic_folder_takes_the_ordinary_way_in(
    bus: MemoryBus, pool: asyncpg.Pool, tmp_path: Path
) -> None:
    steps: list[str] = []
    folder = await write_synthetic_folder(bus, tmp_path / "synthetique", seed=3, progress=steps.append)
    facts = await build_release(folder, bus=bus, pool=pool, progress=steps.append)
    await activate(pool, facts.id, unaudited=True)
    async with serving(bus, pool):
        answer = await ask(bus)
    assert answer.release.synthetic
    assert answer.population_by_age.population == sum(COMMUNES.values())
    assert "Lecture de counts.csv…" in steps


async def test_an_unknown_focus_and_the_catalogue(bus: MemoryBus, pool: asyncpg.Pool) -> None:
    async with serving(bus, pool):
        catalogue = await bus.call(LIST_CATALOGUE, CatalogueRequest())
        assert sum(entry.family == "ald" for entry in catalogue.indicators) == 30
        with pytest.raises(UnknownFocus) as refused:
            await bus.call(
                DIAGNOSE,
                DiagnosticRequest(
                    communes=("83061",), focus=Focus(pathologies=("ald_99",), professions=("mage",))
                ),
            )
    assert refused.value.extensions["unknown"] == ["ald_99", "mage"]


async def test_a_lost_database_does_not_stop_the_answers(
    private_postgres: LocalPostgres, folder: Path
) -> None:
    url = private_postgres.url
    await migrate(url, "indicators", MIGRATIONS)
    async with bus_with_geo() as bus, open_pool(url, "indicators") as pool:
        facts = await build_release(folder, bus=bus, pool=pool)
        await activate(pool, facts.id, unaudited=True)
        async with serving(bus, pool):
            await asyncio.to_thread(private_postgres.stop)
            assert (await ask(bus)).release.id == facts.id
