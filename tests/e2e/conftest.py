"""The suite as users run it, on the golden territory: once in one process, once as four over RabbitMQ."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.local_postgres import LocalPostgres
from tests.e2e.processes import SERVICES, Client, Process, running
from tests.e2e.territory import rezone, write_small_reference
from tests.golden import write_golden_folder

ASSETS = Path(os.environ.get("REZONE_DATA_DIR", "var")).resolve() / "assets"


@pytest.fixture(scope="session")
def small_reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a small reference."""
    return write_small_reference(tmp_path_factory.mktemp("référentiel"))


@pytest.fixture(scope="session")
def golden_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Producer's folder of the golden territory."""
    return write_golden_folder(tmp_path_factory.mktemp("producteur"))


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory, small_reference: Path, golden_folder: Path) -> Path:
    """Data directory made by the commands: reference imported, golden release built and active, assets linked."""
    folder = tmp_path_factory.mktemp("données")
    (folder / "assets").symlink_to(ASSETS)
    environment = {"REZONE_DATA_DIR": str(folder), "DATABASE_URL": "", "AMQP_URL": ""}
    imported = rezone(environment, "import", "reference", "--from", str(small_reference))
    assert imported.returncode == 0, imported.stderr
    built = rezone(
        environment,
        "release",
        "build",
        "--from",
        str(golden_folder),
        "--sans-audit",
        "--activate",
        "--unaudited",
    )
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture(scope="session")
def environment(data_dir: Path) -> dict[str, str]:
    """Environment of the embedded suite."""
    return {"REZONE_DATA_DIR": str(data_dir), "DATABASE_URL": "", "AMQP_URL": ""}


@contextlib.contextmanager
def four_processes(environment: dict[str, str], amqp_url: str, logs: Path) -> Iterator[dict[str, Process]]:
    """The four services over RabbitMQ, on the embedded suite's own database."""
    with LocalPostgres(Path(environment["REZONE_DATA_DIR"])) as server:
        given = {
            **environment,
            "AMQP_URL": amqp_url,
            "DATABASE_URL": server.url,
            "REZONE_BUS_NAMESPACE": f"rezone-test-{secrets.token_hex(4)}",
        }
        with running(given, logs, *SERVICES) as processes:
            yield processes


@pytest.fixture(scope="session", params=["une", "quatre"])
def gateway(
    request: pytest.FixtureRequest, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    """The gateway of the suite in one process (memory bus), then of four processes (RabbitMQ)."""
    logs = tmp_path_factory.mktemp("journaux")
    if request.param == "une":
        with running(environment, logs) as processes:
            yield processes["suite"].client
    else:
        with four_processes(environment, request.getfixturevalue("amqp_url"), logs) as processes:
            yield processes["gateway"].client
