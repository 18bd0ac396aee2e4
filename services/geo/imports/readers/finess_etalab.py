"""FINESS as etalab published it until May 2026: rows without header, `structureet` then `geolocalisation`.

Positions are those of the notice of etalab_cs1100507; rows of other kinds are for other imports.
"""

import codecs
import csv
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import TextIOWrapper

from services.geo.imports.readers.files import Content
from services.geo.imports.readers.finess_points import Point, point
from services.geo.imports.readers.finess_rows import Establishment, commune_of, words
from services.geo.imports.readers.refusal import refuse
from services.geo.imports.readers.triage import STEP, Triage
from shared.errors import BadReference

STRUCTURE, PLACE = "structureet", "geolocalisation"
SHORTEST = 20  # fields up to libcategetab
_OTHER = {
    "structureej": "des entités juridiques",
    "equipementsocial": "des équipements sociaux",
    "activitesoin": "des activités de soins",
    "activitesanitaire": "des activités de soins",
    "equipementlourd": "des équipements lourds",
}


@dataclass
class Etalab:
    """The rows of one file, points by FINESS number, and the date of its first line."""

    date: str = ""
    encoding: str = ""
    rows: list[Establishment] = field(default_factory=list)
    points: dict[str, Point] = field(default_factory=dict)


def is_etalab(content: Content) -> bool:
    """Whether a text is such a file: `finess;etalab;…` first, or at once its rows."""
    with content.open() as stream:
        head = stream.read(64).removeprefix(codecs.BOM_UTF8).lower()
    return head.startswith((b"finess;", *(f"{kind};".encode() for kind in (STRUCTURE, PLACE, *_OTHER))))


def read_etalab(content: Content, triage: Triage) -> Etalab:
    """Every row of the file. Raises BadReference where it holds no establishment, or is cut."""
    encoding, ended = _scan(content)
    found = Etalab(encoding="UTF-8" if encoding.startswith("utf") else "Latin-1")
    kinds: Counter[str] = Counter()
    for line, cells in _lines(content, encoding, ended=ended):
        kinds[cells[0]] += 1
        if cells[0] == STRUCTURE:
            triage.read += 1
            if triage.read % STEP == 0:
                triage.progress(f"Lecture de {content.name}", None)
            if len(cells) < SHORTEST:
                triage.reject(line, f"{len(cells)} champs, {SHORTEST} au moins attendus", cells[1])
            else:
                found.rows.append(_establishment(line, cells))
        elif cells[0] == PLACE and len(cells) > 3:
            one = point(cells[2], cells[3], cells[4] if len(cells) > 4 else "")
            if one:
                found.points[cells[1]] = one
        elif cells[0] == "finess":
            found.date = cells[3] if len(cells) > 3 else ""
    if not kinds[STRUCTURE]:
        raise _without_establishment(content.name, kinds)
    return found


def _establishment(line: int, cells: list[str]) -> Establishment:
    return Establishment(
        line=line,
        finess=cells[1],
        juridique=cells[2],
        nom=words(cells[4]) or words(cells[3]),
        categorie=cells[18],
        libelle=words(cells[19]),
        commune=commune_of(cells[13], cells[12]),
        adresse=words(*cells[7:11], cells[15]),
        telephone=cells[16],
    )


def _lines(content: Content, encoding: str, *, ended: bool) -> Iterator[tuple[int, list[str]]]:
    """Rows with their lines; a last row that no line end closes must be as wide as those before it."""
    last: tuple[int, list[str]] | None = None
    widths: dict[str, int] = {}
    with (
        content.open() as raw,
        TextIOWrapper(raw, encoding=encoding, errors="replace", newline="") as text,
    ):
        reader = csv.reader(text, delimiter=";")
        try:
            for cells in reader:
                if last:
                    widths[last[1][0]] = len(last[1])
                    yield last
                last = (reader.line_num, [cell.strip() for cell in cells]) if cells else None
        except csv.Error as error:
            raise _cut(content.name, last[0] if last else 0) from error
    if last and not ended and len(last[1]) < widths.get(last[1][0], 2):
        raise _cut(content.name, last[0])
    if last:
        yield last


def _cut(name: str, line: int) -> BadReference:
    return refuse(name, f"fichier tronqué ou abîmé à la ligne {line}. Téléchargez-le de nouveau", line=line)


def _scan(content: Content) -> tuple[str, bool]:
    """The encoding, and whether the last line is ended."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding, last = "utf-8-sig", b""
    try:
        with content.open() as stream:
            while block := stream.read(1 << 20):
                last = block[-1:]
                if encoding == "utf-8-sig":
                    encoding = _still_utf8(decoder, block)
    except (EOFError, OSError, zlib.error) as error:
        raise refuse(content.name, "archive tronquée ou abîmée. Téléchargez-la de nouveau") from error
    return encoding, last in {b"\n", b"\r"}


def _still_utf8(decoder: codecs.IncrementalDecoder, block: bytes) -> str:
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _without_establishment(name: str, kinds: Counter[str]) -> BadReference:
    other = next((what for kind, what in _OTHER.items() if kinds[kind]), None)
    held = f"le fichier tient {other}" if other else "aucun établissement (lignes «\u00a0structureet\u00a0»)"
    return refuse(
        name, f"{held}\u202f; le fichier des établissements géolocalisés (etalab-cs1100507) est attendu"
    )
