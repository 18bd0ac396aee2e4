"""Establishments of FINESS, in whichever of its three forms a file has: etalab's rows, FINESS+ in JSON, a table."""

import re
from pathlib import Path

from services.geo.imports.readers.cells import counted
from services.geo.imports.readers.files import Content, Nature, contents
from services.geo.imports.readers.finess_etalab import is_etalab, read_etalab
from services.geo.imports.readers.finess_json import is_finess_plus, read_finess_plus
from services.geo.imports.readers.finess_rows import structures_of
from services.geo.imports.readers.finess_table import read_finess_table
from services.geo.imports.readers.refusal import refuse
from services.geo.imports.readers.triage import Triage
from services.geo.imports.reading import CodeBook, FileReading, Options, Progress
from services.geo.layers.kinds import Kind, Layer

_DATE = re.compile(r"(20\d\d)-?([01]\d)-?([0-3]\d)")


def read_finess(path: Path, codes: CodeBook, options: Options, progress: Progress) -> FileReading:
    """The establishments of a file as one layer, sorted by number. Raises BadReference for another file."""
    triage = Triage(codes, progress)
    held = contents(path)
    etalab = [content for content in held if content.nature is Nature.TEXT and is_etalab(content)]
    plus = [content for content in held if content.nature is Nature.JSON and is_finess_plus(content)]
    if len(etalab) + len(plus) > 1:
        named = ", ".join(content.name for content in (*etalab, *plus))
        raise refuse(path.name, f"plusieurs fichiers de FINESS ({named}). N’en donnez qu’un")
    if etalab:
        told = read_etalab(etalab[0], triage)
        rows, points, date = told.rows, told.points, told.date
        detected = f"FINESS, lignes structureet et geolocalisation, {told.encoding}"
        source = "FINESS, Drees"
    elif plus:
        entities = read_finess_plus(plus[0], triage)
        rows, points, date = entities.rows, entities.points, entities.date
        detected, source = "FINESS+, structures en JSON", "FINESS, Agence du numérique en santé"
    else:
        listed = read_finess_table(path, triage)
        rows, points, date = listed.rows, listed.points, ""
        detected, source = f"{listed.table.detected}\u202f; établissements FINESS", "FINESS"
    structures = structures_of(rows, points, triage)
    if not structures:
        raise refuse(path.name, _nothing(triage))
    located = sum(one.lon is not None for one in structures)
    return FileReading(
        detected=detected,
        read=triage.read,
        layers=(
            Layer(
                Kind.STRUCTURES,
                "",
                _millesime(path, options, date, held),
                options.source or source,
                options.licence or "Licence Ouverte 2.0",
                structures,
            ),
        ),
        rejects=triage.rejects,
        notices=(
            *triage.notices,
            f"établissements situés\u00a0: {counted(located)} sur {counted(len(structures))}",
        ),
    )


def _nothing(triage: Triage) -> str:
    first = triage.rejects[0] if triage.rejects else None
    said = f" (ligne {first.line}\u00a0: {first.reason})" if first else ""
    return f"aucun établissement lisible{said}"


def _millesime(path: Path, options: Options, date: str, held: tuple[Content, ...]) -> str:
    """The day of the file: said by the person (a year), by the file, or by its name."""
    if options.millesime:
        return str(options.millesime)
    for text in (date, *(content.name for content in held), path.name):
        if day := _DATE.search(text):
            return "-".join(day.groups())
    return "non précisé"
