"""A producer's folder checked with geo's own handlers: what is told, what is built in spite of it, what is refused."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from services.indicators.catalogue import load_catalogue
from services.indicators.folder.check import Checked, check_folder
from services.indicators.folder.problems import BadRow
from services.indicators.releases.release_commands import build_release, list_releases
from shared.bus.memory import MemoryBus
from shared.errors import RejectedFolder
from tests.golden import COMMUNES, TOML, split, write_golden_folder
from tests.integration.indicators.world import bus_with_geo
from tests.unit.geo.imports.files import small_reference
from tests.unit.geo.world import atlas, commune, square
from tests.unit.indicators.worlds import write_folder

OLD, NOW, SPLIT = "83900", "83061", "83910"


@pytest.fixture
async def bus() -> AsyncIterator[MemoryBus]:
    world = atlas(
        {
            commune(code, population=population): square(column, 0)
            for column, (code, population) in enumerate(COMMUNES.items())
        },
        successors={OLD: (NOW,), SPLIT: ("83001", "83118")},
    )
    async with bus_with_geo(world) as found:
        yield found


def of_cog(folder: Path, year: int) -> None:
    toml = folder / "release.toml"
    toml.write_text(TOML.replace("cog = 2026", f"cog = {year}"), encoding="utf-8")


def cut_in_two(folder: Path) -> None:
    """Give the counts of a commune in two parts, the second under the old code of its smaller part."""
    for name, columns in {"counts": (2, 3, 4), "consumers": (1,), "professionals": (2, 3, 4)}.items():
        path = folder / f"{name}.csv"
        header, *lines = path.read_text(encoding="utf-8").splitlines()
        place = header.split(",").index("commune")
        rows = [line.split(",") for line in lines]
        parted = [
            part for row in rows for part in (_parts(row, place, columns) if row[place] == NOW else [row])
        ]
        path.write_text("\n".join([header, *(",".join(row) for row in parted)]) + "\n", encoding="utf-8")


def recoded(folder: Path) -> None:
    """Give a commune under its old code, everywhere."""
    for path in folder.glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").replace(f"{NOW},", f"{OLD},"), encoding="utf-8")


def _parts(row: list[str], place: int, columns: tuple[int, ...]) -> list[list[str]]:
    whole, old = list(row), list(row)
    old[place] = OLD
    for column in columns:
        if row[column]:
            shares = split(int(row[column]), {"whole": 2, "old": 1})
            whole[column], old[column] = str(shares["whole"]), str(shares["old"])
    return [whole, old]


async def checked(folder: Path, bus: MemoryBus) -> Checked:
    return await check_folder(folder, load_catalogue(), bus)


async def refused(folder: Path, bus: MemoryBus, pool: asyncpg.Pool) -> list[tuple[str, str]]:
    """File and reason of each row for which nothing is built."""
    with pytest.raises(RejectedFolder) as problem:
        await build_release(folder, bus=bus, pool=pool)
    assert not await list_releases(pool)
    return [(row["file"], row["reason"]) for row in problem.value.extensions["rows"]]


def headers_alone(folder: Path) -> None:
    """Leave no row but those of consumers.csv."""
    for path in folder.glob("*.csv"):
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        kept = rows if path.name == "consumers.csv" else []
        path.write_text("\n".join([header, *kept]) + "\n", encoding="utf-8")


async def test_headers_without_a_row_are_refused(bus: MemoryBus, pool: asyncpg.Pool, folder: Path) -> None:
    headers_alone(folder)
    (row,) = (await checked(folder, bus)).errors
    assert (row.file, "rien à publier" in row.reason) == ("counts.csv", True)
    assert await refused(folder, bus, pool) == [(row.file, row.reason)]


async def test_a_release_that_would_tell_nothing_is_not_built(
    bus: MemoryBus, pool: asyncpg.Pool, tmp_path: Path
) -> None:
    few = "ald_08_diabete,83001,3,400"
    folder = write_folder(
        tmp_path / "peu",
        counts=["indicator,commune,numerator,denominator", few],
        consumers=["commune,consumers", "83001,900"],
    )
    assert not (await checked(folder, bus)).errors
    ((file, reason),) = await refused(folder, bus, pool)
    assert (file, "trop petits" in reason) == ("counts.csv", True)
    enough = ["indicator,commune,numerator,denominator", few.replace(",3,", ",30,")]
    write_folder(folder, counts=enough, consumers=["commune,consumers", "83001,900"])
    await build_release(folder, bus=bus, pool=pool)


async def test_a_bad_number_hides_no_row_of_its_file(bus: MemoryBus, folder: Path) -> None:
    path = folder / "consumers.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:-1], lines[-1].split(",")[0] + ",-5"]) + "\n", encoding="utf-8")
    found = await checked(folder, bus)
    assert [(row.line, row.column) for row in found.errors] == [(len(lines), "consumers")]
    assert not [row for row in found.warnings if row.file == path.name]


async def test_a_folder_of_an_older_cog_gives_the_same_release_and_says_so(
    bus: MemoryBus, pool: asyncpg.Pool, folder: Path, tmp_path: Path
) -> None:
    whole = await build_release(folder, bus=bus, pool=pool)
    older = write_golden_folder(tmp_path / "ancien")
    of_cog(older, 2012)
    cut_in_two(older)
    heard: list[BadRow] = []
    facts = await build_release(older, bus=bus, pool=pool, warn=heard.extend)
    assert facts.id == whole.id
    assert any(f"{OLD} avec {NOW}" in row.reason for row in heard)
    found = await checked(older, bus)
    assert not found.errors
    assert found.accepted().regrouped == 1


async def test_an_old_code_beside_its_commune_is_refused_where_the_folder_says_todays_cog(
    bus: MemoryBus, folder: Path
) -> None:
    cut_in_two(folder)
    found = await checked(folder, bus)
    assert {row.commune for row in found.errors} == {OLD}
    assert all("avant 2026" in row.reason for row in found.errors)
    with pytest.raises(RejectedFolder):
        found.accepted()


async def test_an_old_code_alone_is_read_as_its_commune_whatever_the_folder_says(
    bus: MemoryBus, folder: Path
) -> None:
    recoded(folder)
    found = await checked(folder, bus)
    assert not found.errors
    assert found.raw is not None
    assert found.raw.consumers[found.geography.index[NOW]] > 0
    assert any(OLD in row.reason for row in found.warnings)


@pytest.mark.parametrize("year", [2012, 2026])
async def test_a_split_commune_is_refused_with_what_to_do(bus: MemoryBus, folder: Path, year: int) -> None:
    of_cog(folder, year)
    with (folder / "consumers.csv").open("a", encoding="utf-8") as file:
        file.write(f"{SPLIT},60\n")
    (row,) = (await checked(folder, bus)).errors
    assert (row.file, row.line, "scindée entre 83001, 83118" in row.reason) == ("consumers.csv", 7, True)


async def test_a_link_that_does_not_add_up_stops_the_build(
    bus: MemoryBus, pool: asyncpg.Pool, folder: Path
) -> None:
    counts = folder / "counts.csv"
    lines = counts.read_text(encoding="utf-8").splitlines()
    place = next(rank for rank, line in enumerate(lines) if line.startswith(f"consommants_70_plus,{NOW},"))
    lines[place] = f"consommants_70_plus,{NOW},123456,,"
    counts.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(RejectedFolder) as refused:
        await build_release(folder, bus=bus, pool=pool)
    rows = refused.value.extensions["rows"]
    assert (rows[0]["line"], "consommants_17_plus" in rows[0]["reason"]) == (place + 1, True)
    assert "123456" not in json.dumps(rows)
    assert not await list_releases(pool)


class Terminal:
    """`rezone release …` as a person types it, with a database of its own."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self._environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "REZONE_DATA_DIR": str(folder),
            "COLUMNS": "100",
        }

    def rezone(self, *words: str) -> tuple[int, str, str]:
        """Exit code, stdout and stderr."""
        done = subprocess.run(
            [sys.executable, "-m", "services.cli", *words],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def terminal(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    made = Terminal(tmp_path_factory.mktemp("données"), database_url)
    reference = made.folder / "reference"
    reference.mkdir()
    for name, content in small_reference().items():
        (reference / name).write_bytes(content)
    code, _, said = made.rezone("import", "reference")
    assert code == 0, said
    return made


def test_the_commands_of_a_producer(terminal: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "exemple"
    assert terminal.rezone("release", "example", str(folder))[0] == 0
    code, _, said = terminal.rezone("release", "example", str(folder))
    assert (code, "existe déjà" in said) == (1, True)

    output = tmp_path / "problèmes.csv"
    code, table, _ = terminal.rezone("release", "check", "--from", str(folder), "--sortie", str(output))
    told = json.loads(terminal.rezone("release", "check", "--from", str(folder), "--format", "json")[1])
    # The small reference of the tests does not know the five communes of the example.
    assert (code, told["accepted"]) == (1, False)
    assert told["verdict"] == table.splitlines()[-1]
    assert len(output.read_text(encoding="utf-8-sig").splitlines()) == len(told["problems"]) + 1
    assert {group["file"] for group in told["groups"] if group["severity"] == "erreur"} >= {"counts.csv"}

    code, _, said = terminal.rezone("release", "check", "--from", str(tmp_path / "nulle part"))
    assert (code, "n’est pas un dossier" in said) == (1, True)


def test_an_accepted_folder_is_built_with_its_doubts_said(terminal: Terminal, tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path,
        counts=[
            "indicator,commune,numerator,denominator",
            "ald_08_diabete,83001,40,900",
            # The old code of 83002, which is given under no other.
            "ald_08_diabete,83902,50,700",
        ],
        consumers=["commune,consumers", "83001,900", "83902,700"],
    )
    code, table, _ = terminal.rezone("release", "check", "--from", str(folder))
    assert (code, "Dossier accepté\u00a0: aucune erreur" in table, "83902 avec 83002" in table) == (
        0,
        True,
        True,
    )
    code, out, said = terminal.rezone("release", "build", "--from", str(folder), "--sans-audit")
    assert (code, out) == (0, "")
    assert "avertissements sur ce dossier" in said
    assert "83902 avec 83002" in said
    assert "release check" in said


def test_the_dictionary_for_programs(terminal: Terminal) -> None:
    code, told, _ = terminal.rezone("release", "dictionary", "--format", "json")
    assert code == 0
    assert {resource["path"] for resource in json.loads(told)["resources"]} >= {
        "counts.csv",
        "counts_by_age.csv",
    }
