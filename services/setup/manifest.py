"""What the set-up must have fetched (assets.toml), and whether the data directory holds it intact. No network here."""

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared.errors import MissingAsset

ABSENT = "fichier absent"


@dataclass(frozen=True)
class Asset:
    """One file: the registry (`npm` or `pypi`), package and member it comes from, its place and its fingerprint."""

    registry: str
    package: str
    member: str
    path: str
    size: int
    sha256: str

    @property
    def expected(self) -> str:
        """What a sound file looks like, in words."""
        return f"{self.size} octets, SHA-256 {self.sha256}"


@dataclass(frozen=True)
class Missing:
    """A file that is absent or not what the manifest says; `found` tells which, in French."""

    asset: Asset
    file: Path
    found: str

    @property
    def expected(self) -> str:
        """What the manifest says of the file."""
        return self.asset.expected

    @property
    def detail(self) -> str:
        """The French sentence: which file, what was expected, what was found, what to do."""
        return (
            f"{self.file}\u00a0: attendu {self.expected}\u202f; trouvé\u00a0: {self.found}. "
            "Relancer «\u00a0make setup\u00a0» pour le télécharger de nouveau."
        )


@cache
def load_manifest() -> tuple[Asset, ...]:
    """Return the files of assets.toml, in its order."""
    text = Path(__file__).with_name("assets.toml").read_text(encoding="utf-8")
    return tuple(Asset(**entry) for entry in tomllib.loads(text)["file"])


def describe(content: bytes) -> str:
    """Return size and fingerprint in the words of `Asset.expected`."""
    return f"{len(content)} octets, SHA-256 {hashlib.sha256(content).hexdigest()}"


def verify(data_dir: Path, manifest: tuple[Asset, ...] | None = None) -> list[Missing]:
    """Return the files under `data_dir` that are absent or broken, in the manifest's order; read them all to tell."""
    return [missing for asset in _or_ours(manifest) if (missing := _missing(data_dir, asset)) is not None]


def require(data_dir: Path, path: str, manifest: tuple[Asset, ...] | None = None) -> Path:
    """Return where `path` (as in the manifest: `reference/communes.json`) lies; raises MissingAsset unless intact."""
    asset = next(asset for asset in _or_ours(manifest) if asset.path == path)
    missing = _missing(data_dir, asset)
    if missing is not None:
        raise problem([missing])
    return data_dir / path


def problem(missing: list[Missing]) -> MissingAsset:
    """Return the problem that names every file of `missing`, which is not empty."""
    first = missing[0]
    return MissingAsset(
        "\n".join(each.detail for each in missing),
        asset=first.asset.path,
        expected=first.expected,
        found=first.found,
    )


def _or_ours(manifest: tuple[Asset, ...] | None) -> tuple[Asset, ...]:
    return load_manifest() if manifest is None else manifest


def _missing(data_dir: Path, asset: Asset) -> Missing | None:
    file = data_dir / asset.path
    found = describe(file.read_bytes()) if file.is_file() else ABSENT
    return None if found == asset.expected else Missing(asset, file, found)
