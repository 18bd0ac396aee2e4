"""Reader of INSEE's populations légales by commune: one code column, or département and commune apart."""

import re
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path

from services.geo.imports.readers.cells import number, plain
from services.geo.imports.readers.columns import BANDS, COMMUNE, PMUN
from services.geo.imports.readers.recognise import open_table, other_file
from services.geo.imports.readers.refusal import refuse
from services.geo.imports.readers.tables import Cells, Table
from services.geo.imports.readers.triage import CODE, LOST_ZERO, SAMPLE, Kept, Triage
from services.geo.imports.readers.vintage import year_of
from services.geo.imports.reading import CodeBook, FileReading, Options, Progress, ReferencePatch

EXPECTED = "les populations des communes de l’Insee (COM ou CODGEO et PMUN, ou le classeur « ensemble »)"
DEPARTEMENT = ("coddep", "code_departement", "code_du_departement", "dep")
DATED = re.compile(r"(?<!\d)((?:20)?\d\d)(?!\d)")
LAST_CENTURY = 50  # P99_POP is of 1999
IN_DEPARTEMENT = ("codcom", "code_commune", "com")


def read_population(path: Path, codes: CodeBook, options: Options, progress: Progress) -> FileReading:
    """Populations municipales, as a patch of the reference. Raises BadReference."""
    table = open_table(path, EXPECTED, (COMMUNE, PMUN), (DEPARTEMENT, IN_DEPARTEMENT, PMUN))
    if table.column(BANDS[0]) is not None:
        raise other_file(path, EXPECTED)
    place, departement = _code_columns(path, table)
    value, told = _counts(path, table, options)
    triage = Triage(codes, progress)
    kept: Kept[str, tuple[str, int]] = Kept(triage)
    for line, cells in triage.rows(table, place):
        commune = triage.commune(line, _code(cells, place, departement))
        if commune is None:
            continue
        if not cells[value]:
            triage.leave_aside("communes sans population publiée")
            continue
        try:
            residents = number(cells[value])
        except ValueError as error:
            triage.reject(line, str(error), commune)
            continue
        if residents < 0 or not residents.is_integer():
            triage.reject(line, "une population est un nombre entier", cells[value])
            continue
        kept.add(line, commune, (commune, int(residents)), f"{commune} {cells[value]}")
    year = str(year_of(path, table, options, told))
    patch = ReferencePatch(
        populations=dict(kept.rows()),
        objet="Populations municipales",
        source=options.source or "Insee, populations de référence",
        millesime=year,
        licence=options.licence,
        partial=True,
    )
    return FileReading(
        detected=f"{table.detected}\u202f; populations {year}",
        read=triage.read,
        patch=patch if patch.populations else None,
        rejects=triage.rejects,
        notices=triage.notices,
    )


def _code_columns(path: Path, table: Table) -> tuple[int, int | None]:
    """The column of whole codes; or that of codes within the département, and the département's."""
    rows = [cells for _, cells in islice(table.lines(), SAMPLE)]
    for name in COMMUNE:
        column = table.column((name,))
        if column is not None and _mostly_codes([row[column] for row in rows]):
            return column, None
    place, departement = table.column(IN_DEPARTEMENT), table.column(DEPARTEMENT)
    if place is None or departement is None:
        raise other_file(path, EXPECTED)
    return place, departement


def _mostly_codes(said: list[str]) -> bool:
    codes = sum(bool(CODE.fullmatch(cell.upper()) or LOST_ZERO.match(cell)) for cell in said)
    return codes >= len(said) / 2


def _code(cells: Cells, place: int, departement: int | None) -> str:
    """The whole code: département 83 and commune 1 → 83001; 971 and 101 → 97101."""
    if departement is None or not cells[place].isdigit():
        return cells[place]
    within = cells[departement].zfill(2)
    if len(within) == 3 and len(cells[place]) == 3:
        within = within[:2]
    return within + cells[place].zfill(5 - len(within))


def _counts(path: Path, table: Table, options: Options) -> tuple[int, tuple[str, ...]]:
    """The column of residents and the year it tells: that of the year asked for, else the latest.

    Raises BadReference where columns name their years and none is the one asked for.
    """
    (first,) = table.columns(PMUN)
    dated: dict[int, int] = {}
    for position, cell in enumerate(table.header):
        year = _header_year(cell)
        if year is not None:
            dated.setdefault(year, position)
    if options.millesime in dated:
        return dated[options.millesime], ()
    if not dated or (options.millesime and _header_year(table.header[first]) is None):
        return first, ()
    if options.millesime is None:
        year = max(dated)
        return dated[year], (str(year),)
    years = ", ".join(map(str, sorted(dated)))
    raise refuse(path.name, f"pas de population de {options.millesime}. Années présentes\u00a0: {years}")


def _header_year(header: str) -> int | None:
    """Year that a column of residents is named after: `PMUN22`, `PMUN2022`, `P22_POP` → 2022."""
    said = plain(header)
    if not any(fnmatchcase(said, name) for name in PMUN):
        return None
    found = DATED.search(said)
    if not found:
        return None
    within = int(found[1]) % 100
    return within + (2000 if within < LAST_CENTURY else 1900)
