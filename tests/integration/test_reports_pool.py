"""The rendering processes: what dies, stalls or is orphaned takes nothing else down."""

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
from shared.errors import MissingAsset, RenderingFailed
from shared.schemas.reports import ReportFormat
from tests.integration.reports_assets import FONTS
from tests.reports_samples import subject

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0


def job(form: ReportFormat = ReportFormat.HTML, fonts: Path = FONTS, seconds: int = 50) -> Job:
    return Job(subject(), form, fonts, seconds)


async def test_a_worker_that_dies_is_a_problem_and_the_next_document_is_made() -> None:
    pool = RenderingPool(workers=1, recycle_after=100)
    await pool.render(job())
    multiprocessing.active_children()[-1].kill()
    with pytest.raises(RenderingFailed):
        await pool.render(job())
    assert await pool.render(job())
    await pool.close()


async def test_a_problem_in_a_worker_comes_back_with_its_facts(tmp_path: Path) -> None:
    pool = RenderingPool(workers=1, recycle_after=100)
    with pytest.raises(MissingAsset) as raised:
        await pool.render(job(ReportFormat.PDF, tmp_path))
    assert raised.value.extensions["asset"] == "Public Sans"
    await pool.close()


async def test_workers_are_replaced_after_their_share_of_documents() -> None:
    pool = RenderingPool(workers=1, recycle_after=2)
    documents = [await pool.render(job()) for _ in range(5)]
    assert len(set(documents)) == 1
    await pool.close()


async def test_a_document_too_long_to_make_gives_its_place_to_the_next() -> None:
    pool = RenderingPool(workers=1, recycle_after=100)
    with pytest.raises(RenderingFailed):
        await pool.render(Job(subject(3000), ReportFormat.PDF, FONTS, 1))
    assert await pool.render(job())
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
    pool = RenderingPool(workers=1, recycle_after=100)
    await pool.render(Job(subject(), ReportFormat.HTML, Path("fonts"), 50))
    print(multiprocessing.active_children()[0].pid, flush=True)
    await asyncio.sleep(600)

if __name__ == "__main__":
    asyncio.run(main())
"""
