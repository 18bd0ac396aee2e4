"""Reader of existing CPTS as a table: a row for each commune, with the status, signature and size of its CPTS."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from services.geo.imports.readers.cells import day, only_year, plain
from services.geo.imports.readers.columns import COMMUNE, CPTS, CPTS_CODE, SIGNATURE, STATUT, TAILLE
from services.geo.imports.readers.recognise import open_table
from services.geo.imports.readers.tables import Cells, Table
from services.geo.imports.readers.triage import Kept, Triage
from services.geo.imports.reading import CodeBook, FileReading, Options, Progress
from services.geo.layers.kinds import CptsPerimeter, Kind, Layer

EXPECTED = "une table des CPTS, une ligne par commune (cpts;commune;statut;signature;taille)"
NAME = (*CPTS, "nom")
SAID = (*STATUT, *SIGNATURE, *TAILLE)
CODES = tuple(name for name in COMMUNE if name != "code")
SIZES = range(1, 5)
ValueT = TypeVar("ValueT")


def read_cpts_csv(path: Path, codes: CodeBook, options: Options, progress: Progress) -> FileReading:
    """CPTS and their communes (Kind.CPTS). Raises BadReference.

    What is said of a CPTS is taken from its first row that says it; a date or size that cannot be read is left
    empty and counted, the commune stays.
    """
    table = open_table(path, EXPECTED, (CPTS, CODES), (NAME, CODES, SAID))
    name_at, commune_at = table.columns(NAME, CODES)
    code_at = table.column(CPTS_CODE)
    code_at = None if code_at in {name_at, commune_at} else code_at
    triage = Triage(codes, progress)
    kept: Kept[tuple[str, str], tuple[str, str]] = Kept(triage)
    found: dict[str, CptsPerimeter] = {}
    for line, cells in triage.rows(table, commune_at):
        name = cells[name_at]
        code = cells[code_at] if code_at is not None and cells[code_at] else plain(name)
        if not code:
            triage.reject(line, "nom de CPTS absent", cells[commune_at])
            continue
        commune = triage.commune(line, cells[commune_at])
        if commune is None:
            continue
        kept.add(line, (code, commune), (code, commune), f"{name} {cells[commune_at]}")
        said = _said(table, cells, code, triage)
        found[code] = _completed(found[code], said, triage) if code in found else said
    members: dict[str, list[str]] = {code: [] for code in found}
    for code, commune in kept.rows():
        members[code].append(commune)
    rows = tuple(replace(found[code], communes=tuple(sorted(members[code]))) for code in sorted(found))
    layer = Layer(
        Kind.CPTS, "", _millesime(path, table, options), options.source or path.name, options.licence, rows
    )
    return FileReading(
        detected=f"{table.detected}\u202f; {len(rows)} CPTS",
        read=triage.read,
        layers=(layer,) if rows else (),
        rejects=triage.rejects,
        notices=triage.notices,
    )


def _said(table: Table, cells: Cells, code: str, triage: Triage) -> CptsPerimeter:
    def cell(names: tuple[str, ...]) -> str:
        column = table.column(names)
        return "" if column is None else cells[column]

    def read(said: str, reader: Callable[[str], ValueT], what: str) -> ValueT | None:
        if not said:
            return None
        try:
            return reader(said)
        except ValueError:
            triage.note(f"{what} illisibles, laissées vides")
            return None

    signed: date | None = read(cell(SIGNATURE), day, "dates de signature")
    size: int | None = read(cell(TAILLE), _size, "tailles")
    return CptsPerimeter(code, cell(NAME) or code, cell(STATUT) or None, signed, size, ())


def _size(said: str) -> int:
    """`2`, `Taille 2`. Raises ValueError."""
    size = int(plain(said).removeprefix("taille").strip("_"))
    if size not in SIZES:
        raise ValueError(said)
    return size


def _completed(known: CptsPerimeter, said: CptsPerimeter, triage: Triage) -> CptsPerimeter:
    for field in ("nom", "statut", "signature", "taille"):
        one, other = getattr(known, field), getattr(said, field)
        if one is not None and other is not None and one != other:
            triage.note("lignes qui disent autre chose d’une CPTS que sa première ligne, qui l’emporte")
            break
    return replace(
        known,
        statut=known.statut or said.statut,
        signature=known.signature or said.signature,
        taille=known.taille or said.taille,
    )


def _millesime(path: Path, table: Table, options: Options) -> str:
    return str(options.millesime or only_year(table.titles) or only_year((path.name,)) or "non précisé")
