"""FINESS+ as the ANS publishes it since May 2026 (finess-structures, JSON): entities, each with its establishments.

The file is hundreds of megabytes: it is read one entity at a time. The schema is that of github.com/ansforge/finess;
coordinates come in two pairs of which either may be in degrees.
"""

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import TextIOWrapper
from typing import Any

from services.geo.imports.readers.files import Content
from services.geo.imports.readers.finess_points import Point, in_degrees, point
from services.geo.imports.readers.finess_rows import Establishment, words
from services.geo.imports.readers.refusal import refuse
from services.geo.imports.readers.triage import STEP, Triage

CHUNK = 1 << 22
# Characters. The largest hospitals hold some hundred establishments, a few megabytes.
LARGEST_ENTITY = 1 << 27
EXERCISE = "03"  # usageAdresse: where it practises (TRE_R377); others are for letters or reception
_ENTITIES = re.compile(r'"pmej"\s*:\s*\[')
_GENERATED = re.compile(r'"generatedAt"\s*:\s*"([^"]{10})')


@dataclass
class FinessPlus:
    """The open establishments of one file, points by FINESS number, and the date of the file."""

    date: str = ""
    rows: list[Establishment] = field(default_factory=list)
    points: dict[str, Point] = field(default_factory=dict)


def is_finess_plus(content: Content) -> bool:
    """Whether a JSON file holds FINESS+ entities."""
    with content.open() as stream:
        return b'"pmej"' in stream.read(4096)


def read_finess_plus(content: Content, triage: Triage) -> FinessPlus:
    """Every open establishment. Raises BadReference for the file of activities, which has no address, or a cut one."""
    found = FinessPlus()
    for entity in _entities(content, found):
        juridique = str(entity.get("informationsGeneralesPMEJ", {}).get("numFinessPm") or "")
        for establishment in entity.get("ege") or ():
            general = establishment.get("informationsGeneralesEGE")
            if general is None:
                raise refuse(
                    content.name,
                    "le fichier tient des activités, sans adresse\u202f; "
                    "celui des structures (finess-structures) est attendu",
                )
            triage.read += 1
            if triage.read % STEP == 0:
                triage.progress(f"Lecture de {content.name}", None)
            if _code(establishment.get("etatObjet")) != "A" or general.get("dateFermeture"):
                triage.leave_aside("lignes d’établissements fermés")
            else:
                _keep(found, establishment, general, juridique, triage.read)
    if not triage.read:
        raise refuse(content.name, "aucun établissement (pmej, ege)")
    return found


def _keep(
    found: FinessPlus, establishment: Mapping[str, Any], general: Mapping[str, Any], juridique: str, rank: int
) -> None:
    address = _of_use(establishment.get("adresse"), "usageAdresse", EXERCISE)
    contact = _of_use(establishment.get("contact"), "typeContact", "01")
    finess = str(general.get("numFinessEge") or "")
    found.rows.append(
        Establishment(
            line=rank,
            finess=finess,
            juridique=juridique,
            nom=words(general.get("nomEgeLong") or "") or words(general.get("nomEgeCourt") or ""),
            categorie=_category(establishment),
            libelle="",
            commune=str(address.get("cogCommune") or ""),
            adresse=words(
                *(
                    str(address.get(name) or "")
                    for name in ("numeroVoie", "typeVoie", "libelleVoie", "codePostal", "ligneAcheminement")
                )
            ),
            telephone=str((contact.get("telecom") or {}).get("telephone") or ""),
        )
    )
    if one := _point(address.get("coordonneesGeographique") or {}):
        found.points[finess] = one


def _category(establishment: Mapping[str, Any]) -> str:
    """The field is written in two ways from one version of the schema to the next."""
    wanted = "categorieentitegeographiqueexercice"
    return next((_code(value) for name, value in establishment.items() if name.lower() == wanted), "")


def _code(value: Any) -> str:
    """A code alone, or inside its coding."""
    return str((value.get("code") if isinstance(value, dict) else value) or "")


def _of_use(given: Any, name: str, use: str) -> Mapping[str, Any]:
    """The one of a list meant for a use, else the first."""
    several = [one for one in given or () if isinstance(one, dict)]
    for one in several:
        told = one.get(name)
        if (told.get("roleContact") if isinstance(told, dict) else told) == use:
            return one
    return several[0] if several else {}


def _point(coordinates: Mapping[str, Any]) -> Point | None:
    """The pair in degrees, whichever it is; else the metres, northing and easting told apart by their size."""
    pairs = [
        point(str(coordinates.get(x) or ""), str(coordinates.get(y) or ""))
        for x, y in (("directionLongitude", "directionLatitude"), ("coordonneeX", "coordonneeY"))
    ]
    told = [pair for pair in pairs if pair]
    for pair in told:
        if in_degrees(pair):
            return pair
    return Point(min(told[0][:2]), max(told[0][:2])) if told else None


def _entities(content: Content, found: FinessPlus) -> Iterator[Mapping[str, Any]]:
    decoder = json.JSONDecoder()
    try:
        with content.open() as raw, TextIOWrapper(raw, encoding="utf-8-sig") as text:
            held = text.read(CHUNK)
            start = _ENTITIES.search(held)
            if start is None:
                raise refuse(content.name, "la liste «\u00a0pmej\u00a0» de FINESS+ n’y est pas")
            date = _GENERATED.search(held, 0, start.start())
            found.date = date[1] if date else ""
            position = start.end()
            while True:
                position = _next(held, position)
                if held[position : position + 1] == "]":
                    return
                try:
                    entity, position = decoder.raw_decode(held, position)
                except json.JSONDecodeError:
                    more = text.read(CHUNK)
                    if not more or len(held) - position > LARGEST_ENTITY:
                        raise
                    held, position = held[position:] + more, 0
                    continue
                yield entity
    except (json.JSONDecodeError, UnicodeDecodeError, EOFError, OSError, zlib.error) as error:
        raise refuse(content.name, "fichier JSON tronqué ou abîmé. Téléchargez-le de nouveau") from error


def _next(held: str, position: int) -> int:
    while position < len(held) and held[position] in " \t\r\n,":
        position += 1
    return position
