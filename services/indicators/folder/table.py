"""One CSV file of the folder to arrays; says every bad cell, knows nothing of what the columns mean."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from services.indicators.folder import columns
from services.indicators.folder.columns import BAD, BLANK, Floats, Ints, Known
from services.indicators.folder.known import COMMUNE
from services.indicators.folder.problems import BadRow, many

CHUNK = 10_000


@dataclass(frozen=True)
class Column:
    """`optional`: the header may lack it; `blank`: a cell may be empty. A key column gives `known`."""

    name: str
    known: Known | None = None
    decimal: bool = False
    optional: bool = False
    blank: bool = False


@dataclass(frozen=True, repr=False)
class Table:
    """Columns of one file, rows with a bad cell left out; `line` is each row's place in the file.

    `left_out`: the keys of the rows left out, by column, each BAD where it is the bad cell.
    """

    file: str
    line: Ints
    integers: dict[str, Ints]
    decimals: dict[str, Floats]
    left_out: dict[str, Ints]

    def __len__(self) -> int:
        return len(self.line)

    def bad(self, mask: npt.NDArray[np.bool_], column: str, reason: str) -> list[BadRow]:
        """Return one bad row for each True of `mask`, all for the same reason."""
        return [BadRow(self.file, int(line), column, reason) for line in self.line[mask]]


def find(folder: Path, file: str) -> Path | None:
    """Path of a file of the folder, plain or gzip; None where there is none."""
    for path in (folder / file, folder / f"{file}.gz"):
        if path.is_file():
            return path
    return None


def read_table(path: Path, file: str, spec: tuple[Column, ...], problems: list[BadRow]) -> Table | None:
    """Read one file, adding to `problems`; None where it could not be read at all."""
    data = _bytes(path, file, problems)
    if data is None:
        return None
    rows = csv.reader(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline=""))
    try:
        header = next(rows, [])
        present = _header(header, file, spec, problems)
        if present is None:
            return None
        chunks = [_chunk(chunk, file, header, present, problems) for chunk in _chunks(rows)]
    except csv.Error:
        reason = "CSV illisible\u00a0: guillemet non refermé, ou retour à la ligne dans une case"
        problems.append(BadRow(file, rows.line_num, "", reason))
        return None
    line, good, *arrays = (
        (np.concatenate(parts) for parts in zip(*chunks, strict=True)) if chunks else _empty(present)
    )
    by_column = list(zip(present, arrays, strict=True))
    return Table(
        file,
        line[good],
        {column.name: array[good] for column, array in by_column if not column.decimal},
        {column.name: array[good] for column, array in by_column if column.decimal},
        {column.name: array[~good] for column, array in by_column if column.known},
    )


def _bytes(path: Path, file: str, problems: list[BadRow]) -> bytes | None:
    try:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error):
        reason = "fichier illisible ou tronqué\u00a0: vérifiez qu’il s’ouvre, ou refaites-le"
        problems.append(BadRow(file, 0, "", reason))
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = "ce n’est pas de l’UTF-8\u00a0: enregistrez le fichier en «\u00a0CSV UTF-8\u00a0»"
        problems.append(BadRow(file, line, "", reason))
        return None
    return data


def _header(
    header: list[str], file: str, spec: tuple[Column, ...], problems: list[BadRow]
) -> list[Column] | None:
    by_name = {column.name: column for column in spec}
    missing = [column.name for column in spec if not column.optional and column.name not in header]
    unknown = [name for name in header if name not in by_name]
    if missing or unknown or len(set(header)) < len(header):
        expected = ",".join(f"[{column.name}]" if column.optional else column.name for column in spec)
        found = ",".join(header)
        hint = "\u202f; le séparateur est la virgule" if ";" in found else ""
        reason = (
            f"en-tête «\u00a0{found}\u00a0»\u202f; attendu\u00a0: «\u00a0{expected}\u00a0» "
            f"(entre crochets\u00a0: facultatif){hint}"
        )
        problems.append(BadRow(file, 1, ",".join(missing or unknown), reason))
        return None
    return [by_name[name] for name in header]


Chunk = tuple[list[int], list[list[str]]]


def _chunks(rows: Iterator[list[str]]) -> Iterator[Chunk]:
    first = 2
    while chunk := list(islice(rows, CHUNK)):
        yield list(range(first, first + len(chunk))), chunk
        first += len(chunk)


def _chunk(
    chunk: Chunk, file: str, header: list[str], present: list[Column], problems: list[BadRow]
) -> list[npt.NDArray[Any]]:
    lines, rows = chunk
    width = len(header)
    whole = np.ones(len(rows), dtype=bool)
    if set(map(len, rows)) != {width}:
        kept = [(at, row) for at, row in zip(lines, rows, strict=True) if row]
        for at, row in kept:
            if len(row) != width:
                problems.append(BadRow(file, at, "", f"{many(len(row), 'colonne')}\u202f; {width} attendues"))
        whole = np.array([len(row) == width for _, row in kept], dtype=bool)
        # Of the others, only the keys are looked at, to know of what they speak.
        lines, rows = [at for at, _ in kept], [(row + [""] * width)[:width] for _, row in kept]
    line: Ints = np.array(lines, dtype=np.int64)
    good = whole.copy()
    arrays: list[npt.NDArray[Any]] = []
    cells = list(zip(*rows, strict=True)) if rows else [()] * width
    for column, values in zip(present, cells, strict=True):
        array, wrong_cells = _parse(column, values)
        wrong_positions = np.flatnonzero(wrong_cells & whole).tolist()
        # The same mistake is often on thousands of lines: its sentence is made once.
        told = {text: _why(column, text) for text in {values[position] for position in wrong_positions}}
        problems += [
            _bad_cell(file, lines[position], column, values[position], told) for position in wrong_positions
        ]
        good &= ~wrong_cells
        arrays.append(array)
    return [line, good, *arrays]


def _parse(column: Column, values: tuple[str, ...]) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    if column.known:
        found = columns.keys(values, column.known.index)
        return found, found == BAD
    if column.decimal:
        numbers = columns.decimals(values)
        wrong = np.isneginf(numbers)
        return numbers, wrong if column.blank else wrong | np.isnan(numbers)
    found = columns.integers(values)
    return found, found == BAD if column.blank else found < 0


def _why(column: Column, text: str) -> str:
    if column.known:
        return column.known.why_unknown(text)
    return columns.why_not_decimal(text) if column.decimal else columns.why_not_integer(text)


def _bad_cell(file: str, line: int, column: Column, text: str, told: dict[str, str]) -> BadRow:
    is_commune = column.known is not None and column.known.what == COMMUNE and text.strip()
    return BadRow(file, line, column.name, told[text], text if is_commune else None)


def _empty(present: list[Column]) -> list[npt.NDArray[Any]]:
    kinds = (np.float64 if column.decimal else np.int64 for column in present)
    return [
        np.empty(0, dtype=np.int64),
        np.empty(0, dtype=bool),
        *(np.empty(0, dtype=kind) for kind in kinds),
    ]


__all__ = ["BLANK", "Column", "Table", "find", "read_table"]
