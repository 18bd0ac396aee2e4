"""deploy/bootstrap.py on a small project of its own, with the real venv and pip, and on the project's own locks."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.broker import bootstrap
from tests.packages import wheel

ROOT = Path(__file__).resolve().parents[2]


def pins(lock: str) -> set[str]:
    return set(re.findall(r"^(\S+==\S+)", (ROOT / lock).read_text(), re.MULTILINE))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one dependency and one command, in a path with spaces."""
    root = tmp_path_factory.mktemp("un projet à nous")
    for folder in ("deploy", "services", "wheels"):
        (root / folder).mkdir()
    shutil.copy(ROOT / "deploy" / "bootstrap.py", root / "deploy")
    (root / "services" / "cli.py").write_text(
        "import sys\nimport data_essai\ndef main():\n    print(data_essai.NOM, sys.argv[1:])\n    return 3\n"
    )
    sha256 = wheel(root / "wheels", {"data_essai.py": b"NOM = 'essai'\n"})
    for lock in ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock"):
        (root / lock).write_text(f"data-essai==1.0 \\\n    --hash=sha256:{sha256}\n")
    return root


@pytest.fixture(autouse=True)
def no_registry(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", (project / "wheels").as_uri())


def prepare(
    project: Path, target: str = "run", script: str = "deploy/bootstrap.py"
) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, script, target]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def test_a_fresh_project_gets_its_packages_and_its_command(project: Path, tmp_path: Path) -> None:
    done = prepare(project)
    assert done.returncode == 0, done.stdout + done.stderr
    command = [str(project / ".venv" / "bin" / "rezone"), "diagnostic", "--communes", "83061, 83001"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (3, "essai ['diagnostic', '--communes', '83061, 83001']\n")


def test_a_second_run_says_that_all_is_there_and_asks_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert prepare(project).returncode == 0
    monkeypatch.setenv("PIP_FIND_LINKS", "/nulle/part")
    done = prepare(project)
    assert (done.returncode, done.stdout) == (0, "Environnement Python\u00a0: tout est là.\n")


def test_a_larger_target_serves_the_smaller_ones_too(project: Path) -> None:
    assert "prêt" in prepare(project, "check").stdout
    assert "tout est là" in prepare(project, "run").stdout


def test_a_changed_lock_is_installed_again_and_a_wrong_hash_is_refused(project: Path) -> None:
    assert prepare(project).returncode == 0
    lock = project / "requirements.lock"
    sound = lock.read_text()
    lock.write_text(re.sub("sha256:.*", f"sha256:{'0' * 64}", sound).replace("1.0", "1.0 "))
    subprocess.run([project / ".venv/bin/python", "-m", "pip", "uninstall", "-qy", "data-essai"], check=True)
    refused = prepare(project)
    assert refused.returncode == 1
    assert "DO NOT MATCH THE HASHES" in refused.stderr
    assert "L’installation a échoué" in refused.stderr
    lock.write_text(sound)
    assert "prêt" in prepare(project).stdout


def test_an_installation_cut_short_is_made_again(project: Path) -> None:
    shutil.rmtree(project / ".venv", ignore_errors=True)
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / ".venv" / "bin" / "python").symlink_to("/nulle/part")
    assert "prêt" in prepare(project).stdout
    assert "tout est là" in prepare(project).stdout


def test_a_project_that_was_moved_gets_its_environment_again(project: Path, tmp_path: Path) -> None:
    assert prepare(project).returncode == 0
    moved = tmp_path / "ailleurs"
    shutil.copytree(project, moved, symlinks=True)
    done = prepare(moved)
    assert "Création de l’environnement" in done.stdout
    assert (moved / ".venv" / "bin" / "pip").read_text().count(str(moved)) == 1


def test_who_cannot_install_system_packages_gets_the_one_line_to_run_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/nulle/part")
    script = bootstrap()
    lacking = script.system_packages("test")
    assert {"chromium", "poppler-utils"} <= set(lacking)
    with pytest.raises(SystemExit, match=r"sudo apt-get install -y .*chromium poppler-utils"):
        script.provide_system_packages(lacking)


def test_a_run_or_a_check_needs_no_server_and_no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nulle/part")
    assert bootstrap().system_packages("run") == bootstrap().system_packages("check") == []


def test_a_larger_lock_holds_the_smaller_ones() -> None:
    run, dev, bench = (pins(lock) for lock in bootstrap().LOCKS)
    assert run < dev < bench


def test_no_lock_names_a_registry() -> None:
    for lock in ("package-lock.json", ".npmrc", "requirements-data.lock", *bootstrap().LOCKS):
        assert not re.search(r"https?://|index-url|find-links", (ROOT / lock).read_text()), lock
