"""Which files of shapes a path holds, told by their first bytes; archives are unpacked aside, within bounds.

It opens, names and refuses files; what their features say is read by vectors.py.
"""

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from services.geo.imports.readers.files import ZIP_MARKS, Nature, nature_of
from services.geo.imports.readers.recognise import recognise
from services.geo.imports.readers.refusal import refuse
from shared.errors import BadReference

# Room that an archive may take once unpacked: France whole at full detail takes about one gigabyte.
MAX_BYTES = 4 << 30
MAX_MEMBERS = 5000

EXPECTED = "GeoPackage, GeoParquet, Shapefile, GeoJSON ou FlatGeobuf, ou un zip ou un dossier de ces fichiers"
SIDECARS = {"shx": "l’index des formes", "dbf": "les attributs"}
_SUFFIXES = frozenset({".shp", ".gpkg", ".parquet", ".geoparquet", ".geojson", ".json", ".geojsonl", ".fgb"})
_FORMATS = {
    Nature.SQLITE: "GeoPackage",
    Nature.SHAPEFILE: "Shapefile",
    Nature.FLATGEOBUF: "FlatGeobuf",
    Nature.PARQUET: "GeoParquet",
    Nature.JSON: "GeoJSON",
}


@dataclass(frozen=True)
class VectorFile:
    """A file that GDAL or Arrow can read. `name`: how to call it in a message, with its archive's."""

    path: Path
    name: str
    format: str


@contextmanager
def vector_files(path: Path, limit: int = MAX_BYTES) -> Iterator[tuple[VectorFile, ...]]:
    """The files of shapes in a file, a zip, a .gz or a folder, while the context lasts.

    Raises BadReference where there is none, where one is empty, cut short or without its companions, and where
    an archive would take more than `limit` bytes.
    """
    with tempfile.TemporaryDirectory(prefix="rezone-") as aside:
        yield tuple(_found(path, path.name, Path(aside), limit))


def _found(path: Path, name: str, aside: Path, limit: int) -> list[VectorFile]:
    if path.is_dir():
        return _in_folder(path, name)
    head = _head(path, name)
    if head.startswith(ZIP_MARKS):
        _unzip(path, name, aside, limit)
        return _in_folder(aside, name)
    if head.startswith(b"\x1f\x8b"):
        unpacked = aside / path.stem
        _gunzip(path, name, unpacked, limit)
        return _found(unpacked, name, aside, limit)
    return [_recognised(path, name, head)]


def _head(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise refuse(name, f"fichier introuvable ou illisible ({error.strerror})") from error
    if not head.strip():
        raise refuse(name, "le fichier est vide")
    return head


def _recognised(path: Path, name: str, head: bytes) -> VectorFile:
    nature = nature_of(head.lstrip(b"\x1e"))
    if nature not in _FORMATS:
        raise _other(path, name, nature)
    if nature is Nature.SHAPEFILE:
        _check_shapefile(path, name, head)
    if nature is Nature.JSON:
        return VectorFile(path, name, _json_form(path, name, head))
    return VectorFile(path, name, _FORMATS[nature])


def _other(path: Path, name: str, nature: Nature) -> BadReference:
    command = recognise(path)
    known = f"\u202f; il se lit par «\u00a0rezone import {command}\u00a0»" if command else ""
    return refuse(name, f"c’est {nature}{known}. Format attendu\u00a0: {EXPECTED}")


def _json_form(path: Path, name: str, head: bytes) -> str:
    """GeoJSON, or one feature a line; a last line that is cut is refused here: GDAL would drop it in silence."""
    if b"FeatureCollection" in head or not _is_json(head.partition(b"\n")[0]):
        return "GeoJSON"
    last = b""
    with path.open("rb") as file:
        for line in file:
            last = line if line.strip() else last
    if not _is_json(last):
        raise refuse(name, "fichier tronqué\u00a0: sa dernière ligne est coupée")
    return "GeoJSON par lignes"


def _is_json(line: bytes) -> bool:
    try:
        orjson.loads(line.lstrip(b"\xef\xbb\xbf\x1e"))
    except orjson.JSONDecodeError:
        return False
    return True


def _check_shapefile(path: Path, name: str, head: bytes) -> None:
    declared = 2 * int.from_bytes(head[24:28], "big")
    size = path.stat().st_size
    if size < declared:
        raise refuse(name, f"fichier tronqué\u00a0: {size} octets sur les {declared} annoncés")
    beside = {other.suffix.lower() for other in path.parent.iterdir() if other.stem == path.stem}
    for suffix, what in SIDECARS.items():
        if f".{suffix}" not in beside:
            raise refuse(
                name,
                f"il manque {path.stem}.{suffix} ({what}). Un Shapefile se donne avec ses fichiers .shx, .dbf et .prj",
            )


def _in_folder(folder: Path, name: str) -> list[VectorFile]:
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in _SUFFIXES and file.is_file())
    # Deliveries carry descriptions in JSON beside their shapes.
    files = [file for file in files if file.suffix.lower() != ".json"] or files
    if not files:
        inside = sorted({file.name for file in folder.rglob("*") if file.is_file()})
        shown = ", ".join(inside[:5]) or "rien"
        raise refuse(
            name, f"aucun fichier de formes à l’intérieur ({shown}). Format attendu\u00a0: {EXPECTED}"
        )
    return [_recognised(file, f"{name}/{file.name}", _head(file, f"{name}/{file.name}")) for file in files]


def _unzip(path: Path, name: str, aside: Path, limit: int) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if any(member.filename == "[Content_Types].xml" for member in members):
                raise _other(path, name, Nature.WORKBOOK)
            total = sum(member.file_size for member in members)
            if total > limit or len(members) > MAX_MEMBERS:
                raise refuse(
                    name,
                    f"l’archive tiendrait {total} octets en {len(members)} fichiers, "
                    f"au-delà des {limit} octets et {MAX_MEMBERS} fichiers permis",
                )
            for member in members:
                archive.extract(member, aside)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise refuse(
            name, "archive zip illisible, tronquée ou chiffrée. Téléchargez-la de nouveau"
        ) from error


def _gunzip(path: Path, name: str, target: Path, limit: int) -> None:
    try:
        with gzip.open(path) as packed, target.open("wb") as unpacked:
            left = limit
            while block := packed.read(1 << 20):
                left -= len(block)
                if left < 0:
                    raise refuse(name, f"une fois décompressé, le fichier dépasse les {limit} octets permis")
                unpacked.write(block)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise refuse(name, "fichier gzip illisible ou tronqué. Téléchargez-le de nouveau") from error
