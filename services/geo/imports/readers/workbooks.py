"""Workbooks (XLSX, XLS, ODS) by python-calamine: the sheets that hold the header wanted, as tables."""

from collections.abc import Iterator
from functools import partial
from io import BytesIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    XmlError,
    ZipError,
)

from services.geo.imports.readers.cells import text_of
from services.geo.imports.readers.files import Content
from services.geo.imports.readers.refusal import refuse
from services.geo.imports.readers.tables import TITLE_LINES, Cells, Table, Wanted, filled, find_header


def workbook_tables(content: Content, wanted: Wanted) -> tuple[Table, ...]:
    """A table for each sheet that holds the header wanted. Raises BadReference for a broken workbook."""
    return tuple(
        table for sheet in _sheets(content) if (table := _table(content.name, sheet, wanted)) is not None
    )


def sample_headers(content: Content) -> Iterator[Cells]:
    """Rows that may be headers, in every sheet."""
    for sheet in _sheets(content):
        yield from (cells for _, cells in _rows(sheet, TITLE_LINES))


def _sheets(content: Content) -> list[CalamineSheet]:
    with content.open() as stream:
        held = BytesIO(stream.read())
    try:
        workbook = CalamineWorkbook.from_filelike(held)
        return [
            workbook.get_sheet_by_name(one.name)
            for one in workbook.sheets_metadata
            if one.typ is SheetTypeEnum.WorkSheet
        ]
    except PasswordError as error:
        raise refuse(
            content.name, "classeur protégé par un mot de passe. Enregistrez-le sans protection"
        ) from error
    except (CalamineError, XmlError, ZipError, OSError) as error:
        raise refuse(
            content.name, "classeur illisible, sans doute tronqué. Téléchargez-le de nouveau"
        ) from error


def _table(file: str, sheet: CalamineSheet, wanted: Wanted) -> Table | None:
    found = find_header(_rows(sheet, TITLE_LINES), wanted)
    if found is None:
        return None
    line, header, titles = found
    return Table(
        file=file,
        detected=f"classeur, feuille «\u00a0{sheet.name}\u00a0», en-tête ligne {line}",
        header=header,
        header_line=line,
        titles=titles,
        lines=partial(_data, sheet, line, len(header)),
        length=sheet.total_height,
        sheet=sheet.name,
    )


def _data(sheet: CalamineSheet, header_line: int, width: int) -> Iterator[tuple[int, Cells]]:
    return ((line, filled(cells, width)) for line, cells in _rows(sheet) if line > header_line)


def _rows(sheet: CalamineSheet, most: int | None = None) -> Iterator[tuple[int, Cells]]:
    """Rows with something in them. A sheet is held whole by the library; its cells become text one row at a time."""
    rows = sheet.to_python(skip_empty_area=False, nrows=most) if most else sheet.iter_rows()
    for line, row in enumerate(rows, start=1):
        cells = tuple(text_of(value) for value in row)
        if any(cells):
            yield line, cells
