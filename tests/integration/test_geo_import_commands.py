"""`rezone import …` as a person types it: words on stderr, an exit code, a list on stdout."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.geo.imports.files import small_reference

ZONAGE = "code;zonage\n83001;ZIP\n83002;ZAC\n83003;HZ\n99999;HZ\n"


class Terminal:
    """A shell with a database and a data folder of its own."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self._environment = {**os.environ, "DATABASE_URL": database_url, "REZONE_DATA_DIR": str(folder)}

    def rezone(self, *words: str) -> tuple[int, str, str]:
        """Exit code, stdout, and stderr as one line of plain text."""
        done = subprocess.run(
            [sys.executable, "-m", "services.cli", "import", *words],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return done.returncode, done.stdout, " ".join(done.stderr.replace("\u00a0", " ").split())

    def file(self, name: str, content: str) -> str:
        """A file of the person's."""
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return str(path)


@pytest.fixture(scope="module")
def terminal(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    made = Terminal(tmp_path_factory.mktemp("données"), database_url)
    reference = made.folder / "reference"
    reference.mkdir()
    for name, content in small_reference().items():
        (reference / name).write_bytes(content)
    code, _, said = made.rezone("reference")
    assert code == 0, said
    return made


def test_a_file_is_tried_then_loaded_listed_and_brought_back(terminal: Terminal) -> None:
    file = terminal.file("zonage 2025.csv", ZONAGE)
    code, _, said = terminal.rezone("zonage", file, "--profession", "medecin", "--dry-run")
    assert (code, "Essai à blanc : rien n’a été chargé" in said) == (0, True)
    code, _, said = terminal.rezone("zonage", file, "--profession", "medecin")
    assert code == 0
    assert "4 lues, 1 refusée, 3 retenues" in said
    written = set((terminal.folder / "rejects").iterdir())
    assert len(written) == 2
    assert all("99999" in rejects.read_text(encoding="utf-8-sig") for rejects in written)
    code, _, said = terminal.rezone("zonage", file, "--profession", "medecin")
    assert (code, "Déjà chargé" in said) == (0, True)
    (last,) = set((terminal.folder / "rejects").iterdir()) - written
    assert last.name in said
    code, listed, _ = terminal.rezone("list")
    lines = listed.splitlines()
    assert [line.split("\t")[1] for line in lines] == ["Référentiel", "Zonage des médecins 2025"]
    layer = lines[1].split("\t")[0]
    assert terminal.rezone("remove", layer)[0] == 1
    assert terminal.rezone("remove", layer, "--active")[0] == 0
    assert terminal.rezone("activate", layer)[0] == 1


def test_a_file_mostly_refused_says_where_its_rows_are(terminal: Terminal) -> None:
    file = terminal.file("zonage.csv", "code;zonage\n99999;HZ\n99998;HZ\n83001;ZIP\n")
    code, _, said = terminal.rezone("zonage", file, "--profession", "medecin", "--millesime", "2024")
    assert code == 1
    assert "plus de la moitié" in said
    assert any(rejects.name in said.replace(" ", "") for rejects in (terminal.folder / "rejects").iterdir())


def test_another_file_is_refused_in_words_with_the_command_that_takes_it(terminal: Terminal) -> None:
    code, listed, said = terminal.rezone("population", terminal.file("zonage.csv", ZONAGE))
    assert (code, listed) == (1, "")
    assert "rezone import zonage" in said
    assert "Traceback" not in said


def test_the_way_back_to_the_reference_is_said_with_the_way_to_return(terminal: Terminal) -> None:
    file = terminal.file("populations.csv", "COM;PMUN\n83001;4321\n")
    code, _, said = terminal.rezone("population", file, "--millesime", "2026")
    assert code == 0, said
    patched = said.rpartition("En service : ")[2].rstrip(".")
    code, _, said = terminal.rezone("reference")
    assert code == 0
    assert f"rezone import activate {patched}" in said
    assert terminal.rezone("activate", patched)[0] == 0
