"""`rezone release` as an administrator types it: lists, audits, activations and retirements, and their exit codes."""

import asyncio
import subprocess
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from services.indicators.releases.release_commands import Wanted, build_release
from tests.e2e.territory import rezone
from tests.golden import CODE_OF, TOO_FEW, write_golden_folder
from tests.integration.indicators.world import bus_with_geo

Command = Callable[..., "asyncio.Future[subprocess.CompletedProcess[str]]"]

LEFT_OUT = CODE_OF["Les Adrets-de-l'Estérel"]


@pytest.fixture
async def release(pool: asyncpg.Pool, tmp_path: Path) -> str:
    folder = write_golden_folder(tmp_path / "producteur")
    async with bus_with_geo() as bus:
        return (await build_release(folder, bus=bus, pool=pool, wanted=Wanted(two_sided=True))).id


@pytest.fixture
def command(database_url: str, tmp_path: Path) -> Command:
    environment = {"DATABASE_URL": database_url, "AMQP_URL": "", "REZONE_DATA_DIR": str(tmp_path / "var")}

    def run(*words: str) -> "asyncio.Future[subprocess.CompletedProcess[str]]":
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(None, lambda: rezone(environment, "release", *words))

    return run


async def test_a_release_is_listed_audited_and_put_in_service(command: Command, release: str) -> None:
    listed = await command("list")
    assert listed.stdout.startswith(release)
    assert "jamais audité, commune-mask, bilatéral" in listed.stdout
    refused = await command("activate", release)
    assert (refused.returncode, "jamais été audité" in refused.stderr) == (1, True)
    audited = await command("audit", release)
    assert (audited.returncode, "Verdict\u00a0: réussi" in audited.stdout) == (0, True), audited.stderr
    again = await command("audit", release)
    # What is stored is shown again, to the second.
    assert (again.returncode, again.stdout) == (0, audited.stdout)
    activated = await command("activate", release)
    assert activated.returncode == 0, activated.stderr
    listed = await command("list")
    assert "actif, audité le " in listed.stdout


async def test_an_audit_that_fails_ends_with_an_error_and_names_no_commune(
    command: Command, release: str, tmp_path: Path
) -> None:
    known = tmp_path / "connus.csv"
    # The report leaves this commune out of the indicator; somebody was told how many they are.
    known.write_text(f"indicator,communes,total\nvaccination_ror,{LEFT_OUT},{TOO_FEW}\n", encoding="utf-8")
    failed = await command("audit", release, "--externes", str(known))
    assert failed.returncode == 1
    assert "Verdict\u00a0: échec" in failed.stdout
    assert "vaccination_ror" in failed.stdout
    assert "Ne mettez pas ce millésime en service" in failed.stdout
    assert LEFT_OUT not in failed.stdout + failed.stderr


async def test_a_release_is_retired_in_two_breaths(command: Command, release: str) -> None:
    explained = await command("retire", release)
    assert explained.returncode == 1
    assert "Rien n’a été fait" in explained.stderr
    retired = await command("retire", release, "--definitivement")
    assert retired.returncode == 0
    assert "documents déjà produits restent" in retired.stderr
    assert not (await command("list")).stdout
