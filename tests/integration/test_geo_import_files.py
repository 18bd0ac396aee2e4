"""Imports of official files over a reference, on a real PostgreSQL: one move or nothing, every version may return."""

import asyncio
import csv
import json
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path

import asyncpg
import pytest
import shapely

from services.geo import store, store_layers
from services.geo.active_atlas import ActiveAtlas
from services.geo.assemble import assemble
from services.geo.atlas import Atlas
from services.geo.imports.national import import_reference
from services.geo.imports.one_file import Manner, Outcome, import_file
from services.geo.imports.reading import Options, Progress
from services.geo.imports.stored import activate_version, described, every_version, remove_version
from services.geo.imports.table import IMPORTS
from services.geo.layers.kinds import LayerVersion
from shared.database import migrate, open_pool
from shared.errors import BadReference, InvalidRequest, NoReference, NotFound
from shared.notifications import follow
from shared.schemas.geo import Zonage
from tests.unit.geo.imports.files import contours_file, degree_box, record, small_reference

MIGRATIONS = files("services.geo").joinpath("sql/migrations")
READERS = {entry.command: entry.reader for entry in IMPORTS}
FIRST = "code;zonage\n83001;ZIP\n83002;ZAC\n83003;HZ\n"
SECOND = "code;zonage\n83001;HZ\n83002;HZ\n83003;HZ\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small reference as files."""
    made = tmp_path / "reference"
    made.mkdir()
    for name, content in small_reference().items():
        (made / name).write_bytes(content)
    return made


@pytest.fixture
async def pool(database_url: str, folder: Path) -> AsyncIterator[asyncpg.Pool]:
    """Geo's pool on a schema with the small reference and no layer."""
    await migrate(database_url, "geo", MIGRATIONS)
    async with open_pool(database_url, "geo") as opened:
        await opened.execute("DELETE FROM dataset")
        await opened.execute("DELETE FROM layer")
        await import_reference(folder, opened)
        yield opened


async def load(pool: asyncpg.Pool) -> Atlas:
    stored = await store.load(pool)
    assert stored is not None
    return assemble(stored)


async def give(
    pool: asyncpg.Pool,
    folder: Path,
    command: str,
    content: str,
    *,
    millesime: int = 2025,
    manner: Manner | None = None,
    hear: Progress = lambda *_: None,
) -> Outcome:
    """Import a text file as a person would."""
    path = folder.parent / f"{command}.csv"
    path.write_text(content, encoding="utf-8")
    options = Options(millesime=millesime, variant="medecin" if command == "zonage" else None)
    return await import_file(path, READERS[command], options, pool, manner or Manner(), hear)


def zonages(atlas: Atlas) -> list[Zonage]:
    return [atlas.communes[atlas.index[code]].zonage for code in ("83001", "83002", "83003")]


async def test_a_layer_is_what_the_atlas_serves_and_names_it_anew(pool: asyncpg.Pool, folder: Path) -> None:
    before = await load(pool)
    outcome = await give(pool, folder, "zonage", FIRST)
    assert (outcome.stored, outcome.new) == (True, True)
    after = await load(pool)
    assert zonages(after) == [Zonage.ZIP, Zonage.ZAC, Zonage.HZ]
    assert after.dataset.id != before.dataset.id
    assert after.dataset.id == await store.served(pool)
    assert after.dataset.sources[-1].objet == "Zonage des médecins 2025"
    assert [version.id for version in after.layers.versions] == list(outcome.versions)


async def test_the_same_file_again_changes_nothing(pool: asyncpg.Pool, folder: Path) -> None:
    first = await give(pool, folder, "zonage", FIRST)
    served = await store.served(pool)
    again = await give(pool, folder, "zonage", FIRST)
    assert (again.versions, again.new, again.stored) == (first.versions, False, True)
    assert await store.served(pool) == served
    assert await pool.fetchval("SELECT count(*) FROM layer") == 1


async def test_a_dry_run_stores_nothing_and_says_what_it_would(pool: asyncpg.Pool, folder: Path) -> None:
    served = await store.served(pool)
    layer = await give(pool, folder, "zonage", FIRST, manner=Manner(dry_run=True))
    patch = await give(pool, folder, "population", "COM;PMUN\n83001;5\n", manner=Manner(dry_run=True))
    assert layer.versions[0].startswith("zonage-medecin-2025-")
    assert patch.versions[0].startswith("cog2026-")
    assert not layer.stored
    assert not patch.stored
    assert await store.served(pool) == served
    assert await pool.fetchval("SELECT count(*) FROM layer") == 0
    assert await pool.fetchval("SELECT count(*) FROM dataset") == 1


async def test_refused_rows_are_written_with_their_line_value_and_reason(
    pool: asyncpg.Pool, folder: Path
) -> None:
    kept = folder.parent / "rejects" / "zonage.csv"
    outcome = await give(
        pool, folder, "zonage", FIRST + "99999;ZIP\n83002;moyen\n", manner=Manner(rejects=kept)
    )
    assert outcome.reading.rejects
    with kept.open(encoding="utf-8-sig", newline="") as text:
        header, *rows = csv.reader(text, delimiter=";")
    assert header == ["ligne", "valeur", "motif"]
    assert [int(line) for line, _, _ in rows] == [reject.line for reject in outcome.reading.rejects]
    assert all(reason for _, _, reason in rows)


@pytest.mark.parametrize(
    ("command", "content", "reason"),
    [
        ("zonage", "", "Rien n’a été chargé"),
        ("zonage", "a;b\n1;2\n", "Attendu"),
        ("zonage", "code;zonage\n99999;ZIP\n99998;ZAC\n99997;HZ\n83001;ZIP\n", "plus de la moitié"),
        ("population", FIRST, "rezone import zonage"),
        ("cpts", "a;b\n1;2\n", "Attendu"),
    ],
)
async def test_a_file_that_is_not_what_it_should_be_changes_nothing(
    pool: asyncpg.Pool, folder: Path, command: str, content: str, reason: str
) -> None:
    await give(pool, folder, "zonage", FIRST)
    served = await store.served(pool)
    with pytest.raises(BadReference, match=reason):
        await give(pool, folder, command, content)
    assert await store.served(pool) == served
    assert await pool.fetchval("SELECT count(*) FROM layer") == 1
    assert await pool.fetchval("SELECT count(*) FROM dataset") == 1


async def test_a_file_that_is_not_there_is_said(pool: asyncpg.Pool, folder: Path) -> None:
    absent = folder / "absent.csv"
    with pytest.raises(BadReference, match="n’existe pas"):
        await import_file(absent, READERS["zonage"], Options(), pool, Manner(), lambda *_: None)


async def test_nothing_is_imported_over_no_reference(pool: asyncpg.Pool, folder: Path) -> None:
    await pool.execute("DELETE FROM dataset")
    with pytest.raises(NoReference, match="make setup"):
        await give(pool, folder, "zonage", FIRST)


async def test_readers_see_the_whole_of_one_version_while_others_come_in(
    pool: asyncpg.Pool, folder: Path
) -> None:
    await give(pool, folder, "zonage", FIRST)
    seen: set[tuple[Zonage, ...]] = set()
    done = asyncio.Event()

    async def watch() -> None:
        while not done.is_set():
            seen.add(tuple(zonages(await load(pool))))

    watching = asyncio.create_task(watch())
    for content in (SECOND, FIRST, SECOND):
        await give(pool, folder, "zonage", content)
    done.set()
    await watching
    assert seen <= {(Zonage.ZIP, Zonage.ZAC, Zonage.HZ), (Zonage.HZ, Zonage.HZ, Zonage.HZ)}
    assert zonages(await load(pool)) == [Zonage.HZ, Zonage.HZ, Zonage.HZ]
    assert await pool.fetchval("SELECT count(*) FROM layer WHERE active") == 1


async def test_an_import_waits_for_the_one_at_work(pool: asyncpg.Pool, folder: Path) -> None:
    waits = asyncio.Event()

    def hear(sentence: str, _: float | None) -> None:
        if "en cours" in sentence:
            waits.set()

    async with store_layers.one_command_at_a_time(pool, lambda: None):
        second = asyncio.create_task(give(pool, folder, "zonage", FIRST, hear=hear))
        await asyncio.wait_for(waits.wait(), 20)
        assert await pool.fetchval("SELECT count(*) FROM layer") == 0
    assert (await second).new


async def test_an_older_version_comes_back_and_one_out_of_service_can_be_deleted(
    pool: asyncpg.Pool, folder: Path
) -> None:
    published = zonages(await load(pool))
    first = (await give(pool, folder, "zonage", FIRST)).versions[0]
    second = (await give(pool, folder, "zonage", SECOND)).versions[0]
    assert zonages(await load(pool))[0] is Zonage.HZ
    await activate_version(pool, first)
    assert zonages(await load(pool))[0] is Zonage.ZIP
    await remove_version(pool, second)
    layers = [one for one in await every_version(pool) if isinstance(one, LayerVersion)]
    assert [(one.id, one.active, one.rows) for one in layers] == [(first, True, 3)]
    assert described(layers[0]) == "Zonage des médecins 2025"
    with pytest.raises(InvalidRequest, match="--active"):
        await remove_version(pool, first)
    await remove_version(pool, first, active=True)
    assert zonages(await load(pool)) == published
    with pytest.raises(NotFound, match="import list"):
        await activate_version(pool, first)


async def test_a_patch_survives_setup_until_the_reference_is_asked_for(
    pool: asyncpg.Pool, folder: Path
) -> None:
    base = await store.active_dataset(pool)
    outcome = await give(pool, folder, "population", "COM;PMUN\n83001;4321\n83003;7\n")
    patched = await store.active_dataset(pool)
    assert (patched,) == outcome.versions
    atlas = await load(pool)
    assert [one.population for one in atlas.communes[:3]] == [4321, 1000, 7]
    assert atlas.shapes.adjacency.of(0).tolist() == [1]
    kept = await import_reference(folder, pool, keep_patched=True)
    assert (kept.dataset, kept.new, kept.replaced) == (patched, False, None)
    back = await import_reference(folder, pool)
    assert back.replaced is not None
    assert (back.replaced.id, back.replaced.base) == (patched, base)
    assert await store.active_dataset(pool) == base
    await activate_version(pool, str(patched))
    assert (await load(pool)).communes[0].population == 4321
    with pytest.raises(InvalidRequest, match="en service"):
        await remove_version(pool, str(patched))
    with pytest.raises(InvalidRequest, match="corrige celui en service"):
        await remove_version(pool, str(base))
    assert (await import_reference(folder, pool, keep_patched=True)).dataset == patched
    await activate_version(pool, str(base))
    await remove_version(pool, str(patched))
    assert await pool.fetchval("SELECT count(*) FROM dataset") == 1


async def test_two_regions_live_together_and_a_file_of_one_may_replace_all_where_asked(
    pool: asyncpg.Pool, folder: Path
) -> None:
    communes = [record("83001"), record("83002"), record("30001", departement="30", region="76")]
    regions = [{"code": code, "nom": code, "zone": "metro"} for code in ("93", "76")]
    places = [
        {"code": code, "nom": code, "region": region, "zone": "metro"}
        for code, region in (("83", "93"), ("30", "76"))
    ]
    rows = [(code, "COM", degree_box(at)) for at, code in enumerate(("83001", "83002", "30001"))]
    for name, content in (
        ("communes.json", json.dumps(communes).encode()),
        ("regions.json", json.dumps(regions).encode()),
        ("departements.json", json.dumps(places).encode()),
        ("epci.json", json.dumps([{"code": "200", "nom": "CC", "type": "CC", "membres": []}]).encode()),
        ("communes.csv.lzma", contours_file(rows)),
    ):
        (folder / name).write_bytes(content)
    await import_reference(folder, pool)

    async def served() -> dict[str, Zonage]:
        return dict(next(iter((await load(pool)).layers.zonages.values())))

    gard = await give(pool, folder, "zonage", "code;zonage\n30001;ZIP\n")
    assert gard.notices == ()
    var = await give(pool, folder, "zonage", "code;zonage\n83001;ZAC\n83002;HZ\n")
    assert await served() == {"30001": Zonage.ZIP, "83001": Zonage.ZAC, "83002": Zonage.HZ}
    assert any("complète la version en service, 1 ligne d’autres" in notice for notice in var.notices)
    assert any("Remplacé\u00a0: 83 (2 lignes, 0 avant)" in notice for notice in var.notices)
    again = await give(pool, folder, "zonage", "code;zonage\n83001;ZAC\n83002;HZ\n")
    assert (again.versions, again.new) == (var.versions, False)
    await give(pool, folder, "zonage", "code;zonage\n83001;ZAC\n83002;HZ\n", manner=Manner(whole=True))
    assert await served() == {"83001": Zonage.ZAC, "83002": Zonage.HZ}
    await give(pool, folder, "zonage", "code;zonage\n83001;HZ\n83002;HZ\n30001;HZ\n")
    assert set((await served()).values()) == {Zonage.HZ}


async def test_a_file_refused_for_its_rows_says_where_they_are(pool: asyncpg.Pool, folder: Path) -> None:
    kept = folder.parent / "rejects" / "zonage.csv"
    with pytest.raises(BadReference, match="plus de la moitié") as refused:
        await give(
            pool,
            folder,
            "zonage",
            "code;zonage\n99999;ZIP\n99998;ZAC\n83001;ZIP\n",
            manner=Manner(rejects=kept),
        )
    assert str(kept) in refused.value.detail
    assert "99998" in kept.read_text(encoding="utf-8-sig")


async def test_patches_add_up_and_the_same_one_again_changes_nothing(
    pool: asyncpg.Pool, folder: Path
) -> None:
    await give(pool, folder, "population", "COM;PMUN\n83001;4321\n")
    second = await give(pool, folder, "population", "COM;PMUN\n83002;17\n")
    assert [one.population for one in (await load(pool)).communes[:2]] == [4321, 17]
    again = await give(pool, folder, "population", "COM;PMUN\n83002;17\n")
    assert (again.versions, again.new) == (second.versions, False)


async def test_a_polygon_brought_by_a_file_gives_a_commune_its_neighbours(
    pool: asyncpg.Pool, folder: Path
) -> None:
    assert not (await load(pool)).communes[2].contour
    polygon = shapely.box(6.7, 43.41, 6.71, 43.42)
    feature = {
        "type": "Feature",
        "properties": {"code_insee": "83003", "nom": "Commune 83003"},
        "geometry": json.loads(shapely.to_geojson(polygon)),
    }
    path = folder.parent / "contours.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    outcome = await import_file(path, READERS["contours"], Options(), pool, Manner(), lambda *_: None)
    assert outcome.new
    atlas = await load(pool)
    assert [one.contour for one in atlas.communes[:4]] == [True, True, True, True]
    assert [atlas.communes[at].code for at in atlas.shapes.adjacency.of(2)] == ["83001"]
    assert atlas.shapes.adjacency.of(1).tolist() == [0, 3, 4]


async def test_arrays_of_another_version_do_not_come_back_into_service(
    pool: asyncpg.Pool, folder: Path
) -> None:
    base = str(await store.active_dataset(pool))
    await give(pool, folder, "population", "COM;PMUN\n83001;4321\n")
    await pool.execute("DELETE FROM atlas_array WHERE dataset = $1 AND name = 'build'", base)
    with pytest.raises(InvalidRequest, match="autre version"):
        await activate_version(pool, base)


async def test_another_process_sees_a_layer_as_soon_as_it_is_in_service(
    database_url: str, pool: asyncpg.Pool, folder: Path
) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    async with open_pool(database_url, "geo") as other:
        active = ActiveAtlas(other, heard.put)
        loaded = await active.load()
        following = asyncio.create_task(follow(other, store.CHANNEL, active.refresh))
        try:
            await give(pool, folder, "zonage", FIRST)
            switched = await asyncio.wait_for(heard.get(), 20)
            assert switched != loaded
            assert zonages(active.atlas())[0] is Zonage.ZIP
            await give(pool, folder, "population", "COM;PMUN\n83001;4321\n")
            await asyncio.wait_for(heard.get(), 20)
            assert active.atlas().communes[0].population == 4321
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
