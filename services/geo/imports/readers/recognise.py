"""Opens the table that a reader wants, or says what the file given looks like and which command takes it."""

import re
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq
import pyogrio
from pyarrow.lib import ArrowException
from pyogrio.errors import DataSourceError

from services.geo.imports.readers import delimited, workbooks
from services.geo.imports.readers.columns import SIGNATURES, VECTOR_SIGNATURES
from services.geo.imports.readers.files import Content, Nature, contents
from services.geo.imports.readers.refusal import refuse
from services.geo.imports.readers.tables import Cells, Table, Wanted, find_column, is_header
from shared.errors import BadReference

SHAPES = frozenset({Nature.SQLITE, Nature.SHAPEFILE, Nature.FLATGEOBUF})
JSON_KEY = re.compile(rb'"([^"\\]{1,60})"\s*:')
HEAD = 1 << 16


def open_tables(path: Path, expected: str, *wanted: Wanted) -> tuple[Table, ...]:
    """Tables of the one file of `path` that holds a header wanted: sheets of a workbook, or a single table.

    Headers are tried in the order given. `expected`: what the file should be, in French. Raises BadReference.
    """
    held = contents(path)
    for header in wanted:
        found = [tables for content in held if (tables := _tables(content, header))]
        if len(found) > 1:
            named = ", ".join(tables[0].file for tables in found)
            raise refuse(path.name, f"plusieurs fichiers y conviennent ({named}). N’en donnez qu’un")
        if found:
            return found[0]
    raise other_file(path, expected)


def open_table(path: Path, expected: str, *wanted: Wanted) -> Table:
    """The first such table."""
    return open_tables(path, expected, *wanted)[0]


def tables_of(path: Path, wanted: Wanted) -> tuple[Table, ...]:
    """Every table of `path` with this header; none is no fault."""
    return tuple(table for content in contents(path) for table in _tables(content, wanted))


def other_file(path: Path, expected: str) -> BadReference:
    """The problem to raise for a file that is not the one expected: what it looks like, and what takes it."""
    held = contents(path)
    if not held:
        return refuse(path.name, f"aucun fichier à l’intérieur. Attendu\u00a0: {expected}")
    command = recognise(path)
    known = f"\u202f; il se lit par «\u00a0rezone import {command}\u00a0»" if command else ""
    if len(held) > 1 or path.is_dir():
        inside = ", ".join(content.name for content in held[:8])
        return refuse(path.name, f"aucun fichier attendu parmi {inside}{known}. Attendu\u00a0: {expected}")
    nature = held[0].nature
    if nature in {Nature.TEXT, Nature.WORKBOOK}:
        seen = _first_row(held[0])
        shown = f" (première ligne\u00a0: {seen})" if seen else ""
        return refuse(path.name, f"l’en-tête attendu n’y est pas{shown}{known}. Attendu\u00a0: {expected}")
    what = "c’est" if held[0].name == path.name else f"{held[0].name} est"
    return refuse(path.name, f"{what} {nature}{known}. Attendu\u00a0: {expected}")


def recognise(path: Path) -> str | None:
    """The import (`zonage`, `qpv`…) that takes this file, by its content; None where none is known."""
    for content in contents(path):
        try:
            if command := _recognised(path, content):
                return command
        except BadReference:  # a broken file takes after nothing; the reader that meets it says so
            continue
    return None


def by_columns(
    columns: Iterable[str], signatures: Iterable[tuple[str, Wanted]] = VECTOR_SIGNATURES
) -> str | None:
    """The import that takes something with these columns."""
    cells = tuple(columns)
    for command, wanted in signatures:
        if all(find_column(cells, names) is not None for names in wanted):
            return command
    return None


def _tables(content: Content, wanted: Wanted) -> tuple[Table, ...]:
    if content.nature is Nature.WORKBOOK:
        return workbooks.workbook_tables(content, wanted)
    if content.nature is Nature.TEXT and (table := delimited.text_table(content, wanted)):
        return (table,)
    return ()


def _recognised(path: Path, content: Content) -> str | None:
    if content.nature in {Nature.TEXT, Nature.WORKBOOK}:
        rows = tuple(_rows(content))
        if rows and rows[0][:2] == ("finess", "etalab"):
            return "structures"
        for command, wanted in SIGNATURES:
            if any(is_header(cells, wanted) for cells in rows):
                return command
        return None
    return by_columns(_attributes(path, content))


def _attributes(path: Path, content: Content) -> list[str]:
    if content.nature is Nature.JSON:
        with content.open() as stream:
            return [key.decode("utf-8", "replace") for key in JSON_KEY.findall(stream.read(HEAD))]
    try:
        if content.nature is Nature.PARQUET:
            return list(pq.read_schema(path).names)
        if content.nature in SHAPES:
            return list(pyogrio.read_info(path)["fields"])
    except (DataSourceError, ArrowException, OSError):
        return []
    return []


def _rows(content: Content) -> Iterable[Cells]:
    if content.nature is Nature.WORKBOOK:
        return workbooks.sample_headers(content)
    return delimited.sample_headers(content)


def _first_row(content: Content) -> str:
    widest = max(_rows(content), key=lambda cells: sum(1 for cell in cells if cell), default=())
    return ", ".join(cell for cell in widest if cell)[:120]
