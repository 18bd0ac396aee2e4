"""Delimited text: its encoding and delimiter are found from the content, its rows are streamed."""

import codecs
import csv
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from io import TextIOWrapper
from itertools import islice
from zipfile import BadZipFile

from services.geo.imports.readers.files import LARGEST, UNICODE_16, Content
from services.geo.imports.readers.refusal import refuse
from services.geo.imports.readers.tables import TITLE_LINES, Cells, Table, Wanted, filled, find_header

DELIMITERS = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}
CHUNK = 1 << 20
LATIN = "cp1252"
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    LATIN: "Latin-1",
    "latin-1": "Latin-1",
}


@dataclass(frozen=True)
class Text:
    """How a text is written: its encoding, how many lines it has, and whether its last line is ended."""

    encoding: str
    lines: int
    ended: bool


def text_table(content: Content, wanted: Wanted) -> Table | None:
    """The table of a delimited text, if it holds the header wanted. Raises BadReference for a broken text."""
    text = _scan(content)
    best: tuple[str, int, Cells, tuple[str, ...]] | None = None
    for delimiter in DELIMITERS:
        try:
            found = find_header(islice(_rows(content, text, delimiter), TITLE_LINES), wanted)
        except csv.Error:
            continue
        if found and (best is None or len(found[1]) > len(best[2])):
            best = (delimiter, *found)
    if best is None:
        return None
    delimiter, line, header, titles = best
    above = f", {line - 1} ligne{'s' if line > 2 else ''} de titre" if line > 1 else ""
    return Table(
        file=content.name,
        detected=f"CSV, {DELIMITERS[delimiter]}, {ENCODINGS[text.encoding]}{above}",
        header=header,
        header_line=line,
        titles=titles,
        lines=partial(_data, content, text, delimiter, line, header),
        length=text.lines,
    )


def sample_headers(content: Content) -> Iterator[Cells]:
    """Rows that may be headers, for each delimiter: to say what a table that was not wanted holds."""
    text = _scan(content)
    for delimiter in DELIMITERS:
        try:
            yield from (cells for _, cells in islice(_rows(content, text, delimiter), TITLE_LINES))
        except csv.Error:
            continue


def _data(
    content: Content, text: Text, delimiter: str, header_line: int, header: Cells
) -> Iterator[tuple[int, Cells]]:
    last: tuple[int, Cells] | None = None
    try:
        for line, cells in _rows(content, text, delimiter):
            if line <= header_line or cells[: len(header)] == header:
                continue
            if last:
                yield last[0], filled(last[1], len(header))
            last = line, cells
    except csv.Error as error:
        raise refuse(
            content.name,
            f"après la ligne {last[0] if last else header_line}, guillemet mal fermé. "
            "Le fichier est sans doute tronqué",
            line=last[0] if last else header_line,
        ) from error
    if last and len(last[1]) < len(header) and not text.ended:
        raise refuse(
            content.name,
            f"fichier tronqué\u00a0: la dernière ligne ({last[0]}) s’arrête à la colonne {len(last[1])} "
            f"sur {len(header)}. Téléchargez-le de nouveau",
            line=last[0],
        )
    if last:
        yield last[0], filled(last[1], len(header))


def _rows(content: Content, text: Text, delimiter: str) -> Iterator[tuple[int, Cells]]:
    """Rows with something in them; a row's line is where it starts."""
    with content.open() as raw, TextIOWrapper(raw, encoding=text.encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        before = 0
        for row in reader:
            cells = tuple(cell.strip() for cell in row)
            if any(cells):
                yield before + 1, cells
            before = reader.line_num


def _scan(content: Content) -> Text:
    """Read the text once: UTF-8 where every byte says so, else Windows' Latin-1, else Latin-1 proper."""
    with content.open() as raw:
        start = raw.read(4)
    if start.startswith(UNICODE_16):
        return _decoded(content, "utf-16")
    for encoding in ("utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8", LATIN):
        try:
            return _decoded(content, encoding)
        except UnicodeDecodeError:
            continue
    return _decoded(content, "latin-1")


def _decoded(content: Content, encoding: str) -> Text:
    decoder = codecs.getincrementaldecoder(encoding)()
    size, letters, lines, last = 0, 0, 0, ""
    for chunk in _chunks(content):
        size += len(chunk)
        if size > LARGEST:
            raise refuse(content.name, "plus d’un gigaoctet une fois décompressé")
        said = decoder.decode(chunk)
        letters += len(said)
        lines += said.count("\n")
        last = said[-1:] or last
    pending = decoder.getstate()[0]
    if pending and encoding != "utf-16" and letters == size - len(pending):
        decoder.decode(b"", final=True)  # no accent but the last byte: not UTF-8, and this says so
    if pending:
        raise refuse(content.name, "fichier tronqué au milieu d’un caractère. Téléchargez-le de nouveau")
    return Text(encoding, lines + (last != "\n"), last in {"\n", "\r"})


def _chunks(content: Content) -> Iterator[bytes]:
    try:
        with content.open() as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except (EOFError, OSError, BadZipFile, zlib.error) as error:
        raise refuse(content.name, "archive tronquée ou abîmée. Téléchargez-la de nouveau") from error
