"""Warm start of the embedded suite, from the command to /readyz, against the imports alone of its libraries.

Run: python -m tests.bench.start
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from shared.settings import CommonSettings, load
from tests.e2e.processes import Process

ROUNDS = 5
LIBRARIES = (
    "import aiohttp, aio_pika, asyncpg, numpy, orjson, pydantic, pyproj, rapidfuzz, shapely, structlog, typer"
)


def imports() -> float:
    """Seconds that a bare Python takes to import what the suite imports: the floor of any start."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", LIBRARIES], check=True)
    return time.perf_counter() - started


def suite(data_dir: Path, log: Path) -> tuple[float, float]:
    """Seconds from the command to ready, and resident megabytes then (PostgreSQL left out)."""
    environment = {"REZONE_DATA_DIR": str(data_dir), "DATABASE_URL": "", "AMQP_URL": ""}
    process = Process((), environment, log)
    started = time.perf_counter()
    process.start().wait_ready()
    seconds = time.perf_counter() - started
    assert process.popen is not None
    resident = psutil.Process(process.popen.pid).memory_info().rss / 1e6
    process.stop()
    return seconds, resident


def main() -> None:
    """Print the best of a few rounds of each."""
    data_dir = load(CommonSettings).data_dir.resolve()
    log = Path(tempfile.mkdtemp(prefix="rezone-bench-")) / "suite.log"
    suite(data_dir, log)
    rounds = [(imports(), *suite(data_dir, log)) for _ in range(ROUNDS)]
    floor, seconds = min(one[0] for one in rounds), min(one[1] for one in rounds)
    print(f"imports of the libraries alone       {floor:.2f} s")
    print(f"embedded suite, command to ready     {seconds:.2f} s  ratio {seconds / floor:.2f}")
    print(
        f"resident memory at ready             {max(one[2] for one in rounds):.0f} MB (all France; aim under 700)"
    )


if __name__ == "__main__":
    main()
