"""What the cells of bad rows say in their file, so that a report may quote them: reads each file again, once."""

import csv
import gzip
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from services.indicators.folder.problems import BadRow
from services.indicators.folder.table import find


def quoted(folder: Path, rows: Sequence[BadRow]) -> list[BadRow]:
    """Rows with the text of their cells, where they name one and do not say a value of their own."""
    wanted: dict[str, set[int]] = {}
    for row in rows:
        if row.line > 1 and row.column and not row.value:
            wanted.setdefault(row.file, set()).add(row.line)
    texts = {file: _lines(folder, file, lines) for file, lines in wanted.items()}
    return [_with_value(row, texts.get(row.file, {}).get(row.line, {})) for row in rows]


def _with_value(row: BadRow, cells: dict[str, str]) -> BadRow:
    named = [cells[column] for column in row.column.split(",") if column in cells]
    return replace(row, value=", ".join(named)) if named and not row.value else row


def _lines(folder: Path, file: str, lines: set[int]) -> dict[int, dict[str, str]]:
    """Cells by column of some lines; a file that cannot be read has none."""
    path = find(folder, file)
    if path is None:
        return {}
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8-sig", newline="") as text:
            rows = csv.reader(text)
            header = next(rows, [])
            return {
                line: dict(zip(header, cells, strict=False))
                for line, cells in enumerate(rows, 2)
                if line in lines
            }
    except (OSError, EOFError, UnicodeDecodeError, csv.Error):
        return {}
