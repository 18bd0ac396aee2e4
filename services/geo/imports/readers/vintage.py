"""The year of the facts of a file: said by the person, by the table, or by the file's name; asked for otherwise."""

from collections.abc import Iterable
from pathlib import Path

from services.geo.imports.readers.cells import only_year
from services.geo.imports.readers.refusal import refuse
from services.geo.imports.readers.tables import Table
from services.geo.imports.reading import Options
from shared.errors import BadReference


def year_of(path: Path, table: Table, options: Options, said: Iterable[str] = ()) -> int:
    """The year. `said`: what the content says of it, looked at before titles, sheet, file name and
    header (where years are often those of a nomenclature).

    Raises BadReference asking for --millesime where none of them names a single year.
    """
    if options.millesime is not None:
        return options.millesime
    for texts in (said, table.titles, (table.sheet or "",), (table.file,), (path.name,), table.header):
        if (year := only_year(texts)) is not None:
            return year
    raise unknown_year(path)


def unknown_year(path: Path) -> BadReference:
    """The problem to raise where the year cannot be told."""
    return refuse(path.name, "l’année des données n’y est pas dite. Ajoutez-la\u00a0: --millesime 2025")
