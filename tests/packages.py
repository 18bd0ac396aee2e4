"""Small real packages, made by hand, for the tests of what pip and npm do."""

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path


def wheel(folder: Path, members: Mapping[str, bytes], name: str = "data_essai") -> str:
    """Write the wheel of version 1.0 in `folder`; return its SHA-256."""
    info = f"{name}-1.0.dist-info"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def npm_tarball(folder: Path, name: str, members: Mapping[str, bytes]) -> None:
    """Write the npm package `name` 1.0.0 in `folder`."""
    described = {"package.json": f'{{"name":"{name}","version":"1.0.0"}}'.encode(), **members}
    with tarfile.open(folder / f"{name}-1.0.0.tgz", "w:gz") as archive:
        for member, content in described.items():
            entry = tarfile.TarInfo(f"package/{member}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
