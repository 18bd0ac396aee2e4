"""What names a document: the values it is made from and the code that makes it. No clock, no request id."""

import hashlib
import unicodedata
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

import orjson

from services.reports.subject import Subject
from shared.schemas.catalogue import Catalogue
from shared.schemas.geo import TerritoryMap
from shared.schemas.indicators import Diagnostic
from shared.schemas.reports import ReportFormat

# The libraries whose version shows in the bytes.
LIBRARIES = ("jinja2", "orjson", "pikepdf", "typst")
# Letters that NFKD leaves whole.
UNDECOMPOSED = {"’": " ", "œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae"}
SOURCES = (".py", ".typ", ".j2", ".css")


def edition() -> str:
    """Twelve hexadecimal digits of this package's code, templates and libraries: another code, another document."""
    digest = hashlib.sha256()
    for name, content in sorted(_sources(files("services.reports"), "")):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}\0".encode())
    return digest.hexdigest()[:12]


def _sources(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    found = []
    for entry in folder.iterdir():
        name = f"{path}/{entry.name}"
        if entry.is_dir():
            found += _sources(entry, name)
        elif name.endswith(SOURCES):
            found.append((name, entry.read_bytes()))
    return found


def fingerprint(
    diagnostic: Diagnostic,
    catalogue: Catalogue,
    territory_map: TerritoryMap,
    form: ReportFormat,
    made_by: str,
) -> str:
    """SHA-256 of the released answers themselves, the format and the edition.

    The answers hold the commune codes, focus, release and dataset; hashing all of them makes the key of the
    document depend on everything that it prints. No raw count is among them (CONFIDENTIALITY).
    """
    inputs = {
        "diagnostic": diagnostic.model_dump(mode="json"),
        "catalogue": catalogue.model_dump(mode="json"),
        "map": territory_map.model_dump(mode="json"),
        "format": form.value,
        "edition": made_by,
    }
    return hashlib.sha256(orjson.dumps(inputs, option=orjson.OPT_SORT_KEYS)).hexdigest()


def key(digest: str, form: ReportFormat) -> str:
    """Where the document lies in the object store."""
    return f"reports/{digest[:2]}/{digest}.{form.value}"


def filename(subject: Subject, form: ReportFormat) -> str:
    """`diagnostic-frejus-et-4-autres-communes.pdf`, ASCII, at most 80 characters."""
    name = "".join(UNDECOMPOSED.get(letter, letter) for letter in subject.name)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = "".join(letter if letter.isalnum() else " " for letter in plain).split()
    stem = "-".join(["diagnostic", *words])[:70].rstrip("-")
    return f"{stem}.{form.value}"
