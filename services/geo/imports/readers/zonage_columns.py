"""Finds the columns of levels in a table of zonage, and of which profession and year each is. Keeps no row."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from services.geo.imports.readers.cells import only_year
from services.geo.imports.readers.columns import ATLASANTE, ZONAGE
from services.geo.imports.readers.levels import is_other_level, level_of, profession_of
from services.geo.imports.readers.recognise import other_file
from services.geo.imports.readers.refusal import refuse
from services.geo.imports.readers.tables import Table, find_column
from services.geo.imports.reading import Options
from services.geo.layers.kinds import Profession

# Levels of doctors, and of every other profession (all the others have the same words).
ANY = (Profession.MEDECIN, Profession.KINE)
ATLASANTE_PROFESSIONS = (
    Profession.MEDECIN,
    Profession.DENTISTE,
    Profession.INFIRMIER,
    Profession.KINE,
    Profession.SAGE_FEMME,
    Profession.ORTHOPHONISTE,
)


@dataclass(frozen=True)
class Level:
    """A column of levels for one profession; `dates`: the column of its decrees; `year`: what its header says."""

    column: int
    profession: Profession
    dates: int | None = None
    year: int | None = None


def asked_profession(path: Path, options: Options) -> Profession | None:
    """The profession that a person gave. Raises BadReference for one that does not exist."""
    if options.variant is None:
        return None
    if (profession := profession_of(options.variant)) is None:
        raise refuse(
            path.name, f"profession inconnue\u00a0: {options.variant}. Connues\u00a0: {', '.join(Profession)}"
        )
    return profession


def levels_of(path: Path, table: Table, code: int, options: Options, expected: str) -> tuple[Level, ...]:
    """The columns of levels to read, one for each profession and year. Raises BadReference where there is none."""
    asked = asked_profession(path, options)
    found = _atlasante(table) or _others(path, table, code, asked, expected)
    ours = [level for level in found if asked in {None, level.profession}]
    if not ours:
        raise refuse(path.name, f"aucune colonne n’y donne le zonage de la profession {asked}")
    if options.millesime is not None:
        ours = [level for level in ours if level.year == options.millesime] or [
            Level(level.column, level.profession, level.dates) for level in ours
        ]
    distinct: dict[tuple[Profession, int | None], Level] = {}
    for level in ours:
        distinct.setdefault((level.profession, level.year), level)
    return tuple(distinct.values())


def level_columns(table: Table, code: int, professions: Iterable[Profession]) -> tuple[int, ...]:
    """Columns whose cells are levels of one of the professions; those named as such alone, where some are."""
    said: list[Counter[str]] = [Counter() for _ in table.header]
    for _, cells in table.lines():
        for counter, cell in zip(said, cells, strict=False):
            counter[cell] += 1
    known = tuple(professions)
    holding = tuple(
        column
        for column, counter in enumerate(said)
        if column != code and any(_holds_levels(counter, profession) for profession in known)
    )
    named = tuple(column for column in holding if find_column((table.header[column],), ZONAGE) is not None)
    by_name = table.column(ZONAGE[:3])
    return named or holding or (() if by_name is None else (by_name,))


def _atlasante(table: Table) -> tuple[Level, ...]:
    found = []
    for name, profession in zip(ATLASANTE, ATLASANTE_PROFESSIONS, strict=True):
        column = table.column((name,))
        if column is not None:
            found.append(Level(column, profession, table.column((name.replace("_niveau", "_date_arrete"),))))
    return tuple(found)


def _others(
    path: Path, table: Table, code: int, asked: Profession | None, expected: str
) -> tuple[Level, ...]:
    columns = level_columns(table, code, (asked,) if asked else ANY)
    if not columns:
        raise other_file(path, expected)
    above = asked or profession_of(*table.titles) or profession_of(path.name)
    found = []
    for column in columns:
        profession = profession_of(table.header[column]) or above
        if profession is None and _speaks_of_others(table, column):
            raise refuse(
                path.name,
                "ces niveaux ne sont pas ceux des médecins et le fichier ne dit pas de quelle profession il "
                "s’agit. Ajoutez-la, par exemple\u00a0: --profession infirmier",
            )
        year = only_year((table.header[column],))
        found.append(Level(column, profession or Profession.MEDECIN, year=year))
    return tuple(found)


def _speaks_of_others(table: Table, column: int) -> bool:
    return any(is_other_level(cells[column]) for _, cells in table.lines())


def _holds_levels(said: Counter[str], profession: Profession) -> bool:
    """One cell at least says a level, and at most one in ten says anything but a level or that there is none."""
    levels = {word: level_of(word, profession) for word in said}
    strange = sum(cells for word, cells in said.items() if levels[word] is None)
    return any(levels.values()) and strange <= said.total() / 10
