"""What a file is, told from its first bytes and never from its name; zip, gzip and folders are looked into.

Nothing is parsed here.
"""

import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from services.geo.imports.readers.refusal import refuse

LARGEST = 1 << 30  # bytes once uncompressed: far over any national table, far under what fills a disk
HEAD = 4096
ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")


class Nature(StrEnum):
    """What the first bytes tell, in the words said to a person."""

    TEXT = "un texte"
    WORKBOOK = "un classeur"
    EMPTY = "un fichier vide"
    ZIP = "une archive zip dans une archive (décompressez-la d’abord)"
    HTML = "une page web (HTML) enregistrée à la place du fichier"
    XML = "un document XML"
    JSON = "du JSON (GeoJSON\u202f?)"
    PARQUET = "un fichier Parquet"
    SQLITE = "une base SQLite (GeoPackage\u202f?)"
    SHAPEFILE = "un Shapefile"
    FLATGEOBUF = "un FlatGeobuf"
    SEVEN_ZIP = "une archive 7z (décompressez-la d’abord)"
    PDF = "un PDF"
    BINARY = "un fichier binaire (tronqué ou d’un autre format)"


UNICODE_16 = (b"\xff\xfe", b"\xfe\xff")
SIGNATURES = (
    (b"\xd0\xcf\x11\xe0", Nature.WORKBOOK),
    (b"PAR1", Nature.PARQUET),
    (b"SQLite format 3", Nature.SQLITE),
    (b"\x00\x00\x27\x0a", Nature.SHAPEFILE),
    (b"fgb", Nature.FLATGEOBUF),
    (b"7z\xbc\xaf", Nature.SEVEN_ZIP),
    (b"%PDF", Nature.PDF),
    *((mark, Nature.TEXT) for mark in UNICODE_16),
)
# Once a byte order mark and spaces are passed, in lower case.
BEGINNINGS = (
    (b"<!doctype html", Nature.HTML),
    (b"<html", Nature.HTML),
    (b"<", Nature.XML),
    (b"{", Nature.JSON),
    (b"[", Nature.JSON),
)


@dataclass(frozen=True)
class Content:
    """A file, or a member of an archive or folder: its name for messages, its nature, and how to open it."""

    name: str
    nature: Nature
    open: Callable[[], BinaryIO]


def contents(path: Path) -> tuple[Content, ...]:
    """The file itself, or the members of the zip, gzip or folder. Raises BadReference where nothing can be read."""
    if path.is_dir():
        return tuple(
            content
            for file in sorted(path.iterdir())
            if file.is_file() and not file.name.startswith(".")
            for content in contents(file)
        )
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
    except OSError as error:
        raise refuse(path.name, f"fichier introuvable ou illisible ({error.strerror})") from error
    if head.startswith(b"\x1f\x8b"):
        return (_content(path.name, partial(_gunzip, path)),)
    if not head.startswith(ZIP_MARKS):
        return (Content(path.name, nature_of(head), partial(_plain, path)),)
    return _members(path)


def nature_of(head: bytes) -> Nature:
    """What the first bytes (4,096 at most) of a file tell."""
    for signature, nature in SIGNATURES:
        if head.startswith(signature):
            return nature
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not start:
        return Nature.EMPTY
    for signature, nature in BEGINNINGS:
        if start.startswith(signature):
            return nature
    return Nature.BINARY if b"\x00" in head else Nature.TEXT


def _members(path: Path) -> tuple[Content, ...]:
    with _broken_named(path.name):
        members = _listed(path.name, path)
    if _is_workbook(members):
        return (Content(path.name, Nature.WORKBOOK, partial(_plain, path)),)
    return tuple(_content(name, partial(_unzip, path, name)) for name in members if not _is_litter(name))


def _content(name: str, opened: Callable[[], BinaryIO]) -> Content:
    with _broken_named(name), opened() as stream:
        head = stream.read(HEAD)
        if not head.startswith(ZIP_MARKS):
            return Content(name, nature_of(head), opened)
        stream.seek(0)
        inside = _listed(name, stream)
    return Content(name, Nature.WORKBOOK if _is_workbook(inside) else Nature.ZIP, opened)


@contextmanager
def _broken_named(name: str) -> Iterator[None]:
    """Errors of archives (broken, encrypted, of an unknown compression) are said in French."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise refuse(
            name, "archive ou classeur illisible, sans doute tronqué ou chiffré. Téléchargez-le de nouveau"
        ) from error


def _listed(name: str, archive: Path | BinaryIO) -> list[str]:
    """Names of the files of a zip. Raises BadReference for one too large to be what it should."""
    with zipfile.ZipFile(archive) as opened:
        members = [member for member in opened.infolist() if not member.is_dir()]
    if sum(member.file_size for member in members) > LARGEST:
        raise refuse(name, "plus d’un gigaoctet une fois décompressé")
    return [member.filename for member in members]


def _is_workbook(members: list[str]) -> bool:
    names = set(members)
    return bool({"xl/workbook.xml", "xl/workbook.bin"} & names) or {"mimetype", "content.xml"} <= names


def _is_litter(name: str) -> bool:
    """Files that a computer adds to an archive for itself."""
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1].startswith(".")


def _plain(path: Path) -> BinaryIO:
    return path.open("rb")


def _gunzip(path: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path, "rb"))


def _unzip(path: Path, member: str) -> BinaryIO:
    with zipfile.ZipFile(path) as archive:  # the member stays open when the archive's own handle closes
        return cast("BinaryIO", archive.open(member))
