"""Reader of zonages by commune: Atlasanté (all professions), CartoSanté, and plain `code;zonage` tables."""

from pathlib import Path

from services.geo.imports.readers.cells import day, plain
from services.geo.imports.readers.columns import ATLASANTE, COMMUNE
from services.geo.imports.readers.levels import level_of, likened
from services.geo.imports.readers.recognise import open_table, other_file
from services.geo.imports.readers.tables import Cells, Table
from services.geo.imports.readers.triage import Kept, Triage, qpv_column
from services.geo.imports.readers.vintage import year_of
from services.geo.imports.readers.zonage_columns import Level, levels_of
from services.geo.imports.reading import CodeBook, FileReading, Options, Progress
from services.geo.layers.kinds import CommuneZonage, Kind, Layer, Profession, profession_variant

EXPECTED = "une table des communes et de leur zonage (code;zonage, Atlasanté, CartoSanté)"
NOT_COMMUNE = "lignes d’un autre niveau que la commune"
NO_LEVEL = "lignes sans niveau publié (NC, N/A…)"


def read_zonage(path: Path, codes: CodeBook, options: Options, progress: Progress) -> FileReading:
    """A layer for each profession of the file (Kind.ZONAGE). Raises BadReference."""
    table = open_table(path, EXPECTED, (COMMUNE, ATLASANTE), (COMMUNE,))
    (code,) = table.columns(COMMUNE)
    if qpv_column(table) is not None:
        raise other_file(path, EXPECTED)
    levels = levels_of(path, table, code, options, EXPECTED)
    niveau = None if table.column(ATLASANTE) is None else table.column(("niveau",))
    triage = Triage(codes, progress)
    kept: dict[Level, Kept[str, CommuneZonage]] = {level: Kept(triage) for level in levels}
    decrees: dict[Level, set[str]] = {level: set() for level in levels}
    for line, cells in triage.rows(table, code):
        if niveau is not None and plain(cells[niveau]) not in {"com", "arm", ""}:
            triage.leave_aside(NOT_COMMUNE)
            continue
        commune = triage.commune(line, cells[code])
        if commune is None:
            continue
        for level in levels:
            said = cells[level.column]
            found = level_of(said, level.profession)
            if found is None:
                triage.reject(line, f"niveau inconnu pour {level.profession}", said)
            elif not found:
                triage.leave_aside(NO_LEVEL)
            else:
                if told := likened(said):
                    triage.note(told)
                kept[level].add(line, commune, CommuneZonage(commune, found), f"{cells[code]} {said}")
                decrees[level].update(_year(cells, level))
    layers = tuple(
        _layer(
            level.profession,
            year_of(path, table, options, _said_year(table, level, decrees[level])),
            rows,
            options,
        )
        for level, rows in kept.items()
        if len(rows)
    )
    return FileReading(
        detected=f"{table.detected}\u202f; zonage ({', '.join(layer.variant for layer in layers) or 'vide'})",
        read=triage.read,
        layers=layers,
        rejects=triage.rejects,
        notices=triage.notices,
    )


def _year(cells: Cells, level: Level) -> tuple[str, ...]:
    if level.dates is None or not cells[level.dates]:
        return ()
    try:
        return (str(day(cells[level.dates]).year),)
    except ValueError:
        return ()


def _said_year(table: Table, level: Level, decrees: set[str]) -> tuple[str, ...]:
    """The year of the last decree; else the header of the column (`Zonage 2025`)."""
    return (max(decrees),) if decrees else (table.header[level.column],)


def _layer(profession: Profession, year: int, rows: Kept[str, CommuneZonage], options: Options) -> Layer:
    return Layer(
        kind=Kind.ZONAGE,
        variant=profession_variant(profession, year),
        millesime=str(year),
        source=options.source or "Agences régionales de santé",
        licence=options.licence,
        rows=rows.rows(),
    )
