"""The rendering processes: what dies, stalls or is orphaned takes nothing else down."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from services.reports.pool import RenderingPool
from services.reports.worker import Job
from shared.errors import MissingAsset, Overloaded, RenderingFailed, ServiceUnavailable
from shared.schemas.reports import ReportFormat
from tests.integration.reports_assets import FONTS
from tests.reports_samples import subject

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0


def job(form: ReportFormat = ReportFormat.HTML, fonts: Path = FONTS, seconds: int = 50) -> Job:
    return Job(subject(), form, fonts, seconds)


def long_job(seconds: int) -> Job:
    return Job(subject(3000), ReportFormat.PDF, FONTS, seconds)


async def under_way(pool: RenderingPool, jobs: list[Job]) -> "list[asyncio.Task[bytes]]":
    tasks = [asyncio.create_task(pool.render(one)) for one in jobs]
    await asyncio.sleep(0)
    return tasks


async def test_a_worker_that_dies_takes_down_the_document_in_its_hands_and_no_other() -> None:
    pool = RenderingPool(workers=1, recycle_after=100, waiting=10)
    # The others wait longer than they may take: waiting is not rendering.
    tasks = await under_way(pool, [long_job(seconds=3), *[job(seconds=2)] * 4])
    first, *others = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(first, RenderingFailed)
    assert all(isinstance(made, bytes) for made in others)
    await pool.close()


async def test_a_worker_that_died_idle_costs_nobody_a_document() -> None:
    pool = RenderingPool(workers=1, recycle_after=100, waiting=10)
    await pool.render(job())
    multiprocessing.active_children()[-1].kill()
    assert await pool.render(job())
    await pool.close()


async def test_past_its_room_the_queue_refuses_at_once_and_says_when_to_come_back() -> None:
    pool = RenderingPool(workers=1, recycle_after=100, waiting=2)
    tasks = await under_way(pool, [job()] * 3)
    with pytest.raises(Overloaded) as raised:
        await pool.render(job())
    assert raised.value.extensions["retry_after"] > 0
    assert all(await asyncio.gather(*tasks))
    assert await pool.render(job())
    await pool.close()


async def test_closing_finishes_the_document_in_hand_and_refuses_those_that_wait() -> None:
    pool = RenderingPool(workers=1, recycle_after=100, waiting=10)
    tasks = await under_way(pool, [job(), job()])
    await pool.close()
    first, second = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(first, bytes)
    assert isinstance(second, ServiceUnavailable)


async def test_a_problem_in_a_worker_comes_back_with_its_facts(tmp_path: Path) -> None:
    pool = RenderingPool(workers=1, recycle_after=100, waiting=10)
    with pytest.raises(MissingAsset) as raised:
        await pool.render(job(ReportFormat.PDF, tmp_path))
    assert raised.value.extensions["asset"] == "Public Sans"
    await pool.close()


async def test_workers_are_replaced_after_their_share_of_documents() -> None:
    pool = RenderingPool(workers=1, recycle_after=2, waiting=10)
    documents = [await pool.render(job()) for _ in range(5)]
    assert len(set(documents)) == 1
    await pool.close()


def test_workers_leave_with_a_service_killed_by_force(tmp_path: Path) -> None:
    script = tmp_path / "service.py"
    script.write_text(SERVICE, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment
    ) as service:
        assert service.stdout is not None
        worker = int(service.stdout.readline())
        service.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while _lives(worker):
        assert time.monotonic() < deadline, "the worker outlives its service"
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A container without an init leaves the dead unburied: they are dead all the same.
    return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]


SERVICE = """
import asyncio, multiprocessing, time
from pathlib import Path
from services.reports.pool import RenderingPool
from services.reports.worker import Job
from shared.schemas.reports import ReportFormat
from tests.reports_samples import subject

async def main():
    pool = RenderingPool(workers=1, recycle_after=100, waiting=10)
    await pool.render(Job(subject(), ReportFormat.HTML, Path("fonts"), 50))
    print(multiprocessing.active_children()[0].pid, flush=True)
    await asyncio.sleep(600)

if __name__ == "__main__":
    asyncio.run(main())
"""
