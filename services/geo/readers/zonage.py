"""Reader of zonages by commune: Atlasanté (all professions), CartoSanté, and plain `code;zonage` tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from services.geo.layers import CommuneZonage, Kind, Layer, Profession, profession_variant
from services.geo.readers.cells import day, plain
from services.geo.readers.columns import ATLASANTE, COMMUNE, ZONAGE
from services.geo.readers.levels import is_other_level, level_of, likened, profession_of
from services.geo.readers.recognise import open_table, other_file
from services.geo.readers.refusal import refuse
from services.geo.readers.tables import Cells, Table, find_column
from services.geo.readers.triage import SAMPLE, Kept, Triage, qpv_column
from services.geo.readers.vintage import year_of
from services.geo.reading import CodeBook, FileReading, Options, Progress

EXPECTED = "une table des communes et de leur zonage (code;zonage, Atlasanté, CartoSanté)"
BY_COLUMN = dict(
    zip(
        ATLASANTE,
        (
            Profession.MEDECIN,
            Profession.DENTISTE,
            Profession.INFIRMIER,
            Profession.KINE,
            Profession.SAGE_FEMME,
            Profession.ORTHOPHONISTE,
        ),
        strict=True,
    )
)
NOT_COMMUNE = "lignes d’un autre niveau que la commune"
NO_LEVEL = "lignes sans niveau publié (NC, N/A…)"


@dataclass(frozen=True)
class Level:
    """A column of levels, for one profession; `dates`: the column of its decrees, if any."""

    column: int
    profession: Profession
    dates: int | None = None


def read_zonage(path: Path, codes: CodeBook, options: Options, progress: Progress) -> FileReading:
    """A layer for each profession of the file (Kind.ZONAGE). Raises BadReference."""
    table = open_table(path, EXPECTED, (COMMUNE, ATLASANTE), (COMMUNE,))
    (code,) = table.columns(COMMUNE)
    if qpv_column(table) is not None:
        raise other_file(path, EXPECTED)
    levels = _atlasante(table, options) or _single(path, table, code, options)
    niveau = table.column(("niveau",)) if levels[0].dates is not None else None
    triage = Triage(codes, progress)
    kept: dict[Profession, Kept[str, CommuneZonage]] = {level.profession: Kept(triage) for level in levels}
    years: dict[Profession, set[str]] = {level.profession: set() for level in levels}
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
                kept[level.profession].add(
                    line, commune, CommuneZonage(commune, found), f"{cells[code]} {said}"
                )
                years[level.profession].update(_year(cells, level))
    layers = tuple(
        _layer(
            profession,
            year_of(path, table, options, _said_year(table, levels, years, profession)),
            rows,
            options,
        )
        for profession, rows in kept.items()
        if len(rows)
    )
    return FileReading(
        detected=f"{table.detected}\u202f; zonage ({', '.join(layer.variant for layer in layers) or 'vide'})",
        read=triage.read,
        layers=layers,
        rejects=triage.rejects,
        notices=triage.notices,
    )


def value_column(table: Table, code: int, professions: Iterable[Profession]) -> int | None:
    """The column of levels: one whose cells are levels, its name helping where several are."""
    rows = [cells for _, cells in islice(table.lines(), SAMPLE)]
    said = [
        column
        for column in range(len(table.header))
        if column != code and any(_holds_levels([row[column] for row in rows], one) for one in professions)
    ]
    named = [column for column in said if find_column((table.header[column],), ZONAGE) is not None]
    if named or said:
        return (named or said)[0]
    return table.column(ZONAGE[:4])


def asked_profession(path: Path, options: Options) -> Profession | None:
    """The profession that a person gave. Raises BadReference for one that does not exist."""
    if options.variant is None:
        return None
    if (profession := profession_of(options.variant)) is None:
        raise refuse(
            path.name, f"profession inconnue\u00a0: {options.variant}. Connues\u00a0: {', '.join(Profession)}"
        )
    return profession


def _atlasante(table: Table, options: Options) -> tuple[Level, ...]:
    """Levels by profession of an Atlasanté export; only the profession asked for, if one is."""
    found = []
    for name, profession in BY_COLUMN.items():
        column = table.column((name,))
        asked = options.variant is None or profession_of(options.variant) is profession
        if column is not None and asked:
            dates = table.column((name.replace("_niveau", "_date_arrete"),))
            found.append(Level(column, profession, dates))
    return tuple(found)


def _single(path: Path, table: Table, code: int, options: Options) -> tuple[Level, ...]:
    asked = asked_profession(path, options)
    column = value_column(table, code, (asked,) if asked else (Profession.MEDECIN, Profession.KINE))
    if column is None:
        raise other_file(path, EXPECTED)
    if asked:
        return (Level(column, asked),)
    told = profession_of(table.header[column]) or profession_of(*table.titles) or profession_of(path.name)
    if told is None and any(is_other_level(cells[column]) for _, cells in islice(table.lines(), SAMPLE)):
        raise refuse(
            path.name,
            "ces niveaux ne sont pas ceux des médecins et le fichier ne dit pas de quelle profession il s’agit. "
            "Ajoutez-la, par exemple\u00a0: --profession infirmier",
        )
    return (Level(column, told or Profession.MEDECIN),)


def _holds_levels(said: list[str], profession: Profession) -> bool:
    """Nine cells out of ten say a level or that there is none, and one in four says a level."""
    levels = [level_of(word, profession) for word in said]
    return (
        bool(levels) and levels.count(None) <= len(levels) / 10 and sum(map(bool, levels)) >= len(levels) / 4
    )


def _year(cells: Cells, level: Level) -> tuple[str, ...]:
    if level.dates is None or not cells[level.dates]:
        return ()
    try:
        return (str(day(cells[level.dates]).year),)
    except ValueError:
        return ()


def _said_year(
    table: Table, levels: tuple[Level, ...], years: dict[Profession, set[str]], profession: Profession
) -> tuple[str, ...]:
    """The year of the last decree; else the header of the column of levels (`Zonage 2025`)."""
    if years[profession]:
        return (max(years[profession]),)
    return tuple(table.header[level.column] for level in levels if level.profession is profession)


def _layer(profession: Profession, year: int, rows: Kept[str, CommuneZonage], options: Options) -> Layer:
    return Layer(
        kind=Kind.ZONAGE,
        variant=profession_variant(profession, year),
        millesime=str(year),
        source=options.source or "Agences régionales de santé",
        licence=options.licence,
        rows=rows.rows(),
    )
