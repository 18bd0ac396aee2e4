"""Audits of stored releases: what they allow, what they forbid, what running services say of them."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import numpy as np
import pytest

from services.indicators.building.build import cut_rows
from services.indicators.catalogue import load_catalogue
from services.indicators.releases.audit_store import StoredAudit
from services.indicators.releases.audits import Attack, audit_release, stored_audits
from services.indicators.releases.kept import from_arrays
from services.indicators.releases.raw_store import read_raw
from services.indicators.releases.release_commands import Wanted, activate, build_release, list_releases
from services.indicators.releases.retire import retire
from services.indicators.secrecy.partition import Policy
from services.indicators.synthetic import write_synthetic_folder
from shared.bus.memory import MemoryBus
from shared.errors import (
    InvalidRequest,
    NoRelease,
    RejectedFolder,
    ReleaseConflict,
    ReleaseNotAudited,
    UnknownRelease,
)
from shared.schemas.indicators import DIAGNOSE, DiagnosticRequest, ReleaseFacts
from tests.integration.indicators.world import CODES, bus_with_geo, serving, two_departements

HERE = Attack(workers=0)
WAIT_SECONDS = 60.0


@pytest.fixture
async def bus() -> AsyncIterator[MemoryBus]:
    async with bus_with_geo(two_departements()) as found:
        yield found


@pytest.fixture
async def folder(bus: MemoryBus, tmp_path: Path) -> Path:
    return await write_synthetic_folder(bus, tmp_path / "synthetique", seed=5)


@pytest.fixture
async def unaudited(bus: MemoryBus, pool: asyncpg.Pool, folder: Path) -> ReleaseFacts:
    return await build_release(folder, bus=bus, pool=pool)


async def facts_served(bus: MemoryBus) -> ReleaseFacts:
    return (await bus.call(DIAGNOSE, DiagnosticRequest(communes=CODES[:3]))).release


async def until_told(bus: MemoryBus, *, audited: bool) -> ReleaseFacts:
    """What the service says of its release, once it has one and says so."""
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            with suppress(NoRelease):
                facts = await facts_served(bus)
                if facts.audited is audited:
                    return facts
            await asyncio.sleep(0.02)


async def known_total(pool: asyncpg.Pool, release: str, folder: Path) -> Path:
    """A file that tells the count of one commune too small to be shown, as somebody who was told it would."""
    kept = from_arrays(await read_raw(pool, release))
    rows = cut_rows(kept.raw, load_catalogue(), "commune-mask", two_sided=False)
    piece = next(row for row in rows if row.name == "ald_08_diabete")
    unit = int(np.flatnonzero(piece.unsafe)[0])
    path = folder / "connus.csv"
    line = f"{piece.name},{kept.geography.codes[unit]},{piece.n[unit]}"
    path.write_text(f"indicator,communes,total\n{line}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("policy", ["commune-mask", "atoms"])
async def test_a_release_audited_as_it_is_built_serves_without_a_word(
    bus: MemoryBus, pool: asyncpg.Pool, folder: Path, policy: Policy
) -> None:
    facts = await build_release(folder, bus=bus, pool=pool, wanted=Wanted(policy, attack=HERE))
    assert facts.audited
    (audit,) = await stored_audits(pool, facts.id)
    assert (audit.verdict, audit.report.departements) == ("passed", ("06", "83"))
    assert audit.report.unsafe > 0
    assert facts.audited_at == audit.at.isoformat()
    await activate(pool, facts.id)
    async with serving(bus, pool):
        assert await facts_served(bus) == facts


async def test_an_audit_made_later_is_told_by_running_services(
    bus: MemoryBus, pool: asyncpg.Pool, unaudited: ReleaseFacts
) -> None:
    with pytest.raises(ReleaseNotAudited, match="jamais été audité"):
        await activate(pool, unaudited.id)
    await activate(pool, unaudited.id, unaudited=True)
    async with serving(bus, pool):
        assert not (await facts_served(bus)).audited
        audit = await audit_release(pool, unaudited.id, HERE)
        told = await until_told(bus, audited=True)
    assert told.audited_at == audit.at.isoformat()


async def test_the_audit_of_some_departements_is_no_passing_audit(
    pool: asyncpg.Pool, unaudited: ReleaseFacts
) -> None:
    partial = await audit_release(pool, unaudited.id, Attack(("83",), workers=0))
    assert (partial.verdict, partial.report.departements) == ("partial", ("83",))
    with pytest.raises(ReleaseNotAudited, match="quelques départements"):
        await activate(pool, unaudited.id)
    await audit_release(pool, unaudited.id, HERE)
    # Looking again at a part takes nothing away.
    await audit_release(pool, unaudited.id, Attack(("06",), workers=0))
    await activate(pool, unaudited.id)
    assert [audit.verdict for audit in await stored_audits(pool, unaudited.id)] == [
        "partial",
        "passed",
        "partial",
    ]


async def test_what_somebody_knows_already_fails_the_audit_and_takes_the_word_back(
    bus: MemoryBus, pool: asyncpg.Pool, unaudited: ReleaseFacts, tmp_path: Path
) -> None:
    await audit_release(pool, unaudited.id, HERE)
    await activate(pool, unaudited.id)
    async with serving(bus, pool):
        assert (await facts_served(bus)).audited
        known = Attack(externals=await known_total(pool, unaudited.id, tmp_path), workers=0)
        failed = await audit_release(pool, unaudited.id, known)
        await until_told(bus, audited=False)
    assert (failed.verdict, failed.report.externals) == ("failed", 1)
    assert failed.rows["ald_08_diabete", "exact"] >= 1
    with pytest.raises(ReleaseNotAudited, match="échoué"):
        await activate(pool, unaudited.id)


async def test_what_was_declared_once_is_known_to_every_later_audit(
    bus: MemoryBus, pool: asyncpg.Pool, unaudited: ReleaseFacts, folder: Path, tmp_path: Path
) -> None:
    known = await known_total(pool, unaudited.id, tmp_path)
    assert (await audit_release(pool, unaudited.id, Attack(externals=known, workers=0))).verdict == "failed"
    again = await audit_release(pool, unaudited.id, HERE)
    assert (again.verdict, again.report.externals) == ("failed", 1)
    # Nor does building it again, nor declaring something else, make it unknown.
    rebuilt = await build_release(folder, bus=bus, pool=pool, wanted=Wanted(attack=HERE))
    assert not rebuilt.audited
    kept = from_arrays(await read_raw(pool, unaudited.id))
    diabetes = [entry.id for entry in load_catalogue().counted].index("ald_08_diabete")
    everybody = np.maximum(kept.raw.counts.numerator[:, diabetes], 0).sum()
    known.write_text(f"indicator,communes,total\nald_08_diabete,france:FR,{everybody}\n", encoding="utf-8")
    other = await audit_release(pool, unaudited.id, Attack(externals=known, workers=0))
    assert (other.verdict, other.report.externals) == ("failed", 2)
    for release in {unaudited.id, rebuilt.id}:
        with pytest.raises(ReleaseNotAudited, match="échoué"):
            await activate(pool, release)


async def test_an_audit_that_could_not_know_a_total_is_not_kept(
    pool: asyncpg.Pool, unaudited: ReleaseFacts, tmp_path: Path
) -> None:
    audit = await held_audit(pool, unaudited.id)
    known = Attack(externals=await known_total(pool, unaudited.id, tmp_path), workers=0)
    assert (await audit_release(pool, unaudited.id, known)).verdict == "failed"
    audit.go_on.set()
    with pytest.raises(ReleaseConflict, match="pendant l’audit"):
        await audit.task
    assert [one.verdict for one in await stored_audits(pool, unaudited.id)] == ["failed"]


async def test_what_cannot_be_attacked_is_said(
    pool: asyncpg.Pool, unaudited: ReleaseFacts, tmp_path: Path
) -> None:
    with pytest.raises(UnknownRelease, match=unaudited.id):
        await audit_release(pool, "inconnu", HERE)
    with pytest.raises(InvalidRequest, match="99"):
        await audit_release(pool, unaudited.id, Attack(("83", "99"), workers=0))
    wrong = tmp_path / "faux.csv"
    for content in ("indicator,communes,total\nald_08_diabete,departement:83,1\n", "n’importe quoi"):
        wrong.write_text(content, encoding="utf-8")
        with pytest.raises(RejectedFolder):
            await audit_release(pool, unaudited.id, Attack(externals=wrong, workers=0))
    with pytest.raises(RejectedFolder) as refused:
        await audit_release(pool, unaudited.id, Attack(externals=tmp_path / "absent.csv", workers=0))
    assert "illisible" in refused.value.extensions["rows"][0]["reason"]
    await pool.execute("DELETE FROM raw_array")
    with pytest.raises(ReleaseConflict, match="pas été gardés"):
        await audit_release(pool, unaudited.id, HERE)
    assert not await stored_audits(pool, unaudited.id)


@dataclass
class Held:
    """An audit on its way, held at its first département until `go_on` is set; `heard`: shares told so far."""

    task: "asyncio.Task[StoredAudit]"
    go_on: threading.Event
    heard: list[float]


async def held_audit(pool: asyncpg.Pool, release: str) -> Held:
    on_its_way, go_on = asyncio.Event(), threading.Event()
    heard: list[float] = []
    loop = asyncio.get_running_loop()

    def told(_: str, share: float | None) -> None:
        if share is not None:
            heard.append(share)
            loop.call_soon_threadsafe(on_its_way.set)
            assert go_on.wait(WAIT_SECONDS)

    task = asyncio.create_task(audit_release(pool, release, Attack(workers=0, told=told)))
    async with asyncio.timeout(WAIT_SECONDS):
        await on_its_way.wait()
    return Held(task, go_on, heard)


async def test_a_release_put_in_service_during_its_audit_is_told_audited(
    bus: MemoryBus, pool: asyncpg.Pool, unaudited: ReleaseFacts
) -> None:
    async with serving(bus, pool):
        audit = await held_audit(pool, unaudited.id)
        await activate(pool, unaudited.id, unaudited=True)
        await until_told(bus, audited=False)
        audit.go_on.set()
        assert (await audit.task).verdict == "passed"
        await until_told(bus, audited=True)


async def test_the_audit_of_a_release_retired_meanwhile_is_nowhere(
    pool: asyncpg.Pool, unaudited: ReleaseFacts
) -> None:
    audit = await held_audit(pool, unaudited.id)
    await retire(pool, unaudited.id, definitively=True)
    audit.go_on.set()
    with pytest.raises(UnknownRelease):
        await audit.task
    assert await pool.fetchval("SELECT count(*) FROM release_audit") == 0
    assert not await list_releases(pool)


async def test_an_audit_given_up_stops_and_leaves_nothing(
    pool: asyncpg.Pool, unaudited: ReleaseFacts
) -> None:
    audit = await held_audit(pool, unaudited.id)
    audit.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await audit.task
    audit.go_on.set()
    assert not await stored_audits(pool, unaudited.id)
    # Time enough for the other département, had it gone on.
    assert (await audit_release(pool, unaudited.id, HERE)).verdict == "passed"
    assert len(audit.heard) == 1
