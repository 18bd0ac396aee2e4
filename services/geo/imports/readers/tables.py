"""Tables of official files: the header wanted is looked for under the titles, then rows come with their own lines.

What columns mean is the business of each reader.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from services.geo.imports.readers.cells import plain

# Groups of names, all of which a header must hold; within a group any will do, the first first, `*` and `?` allowed.
Names = tuple[str, ...]
Wanted = tuple[Names, ...]
Cells = tuple[str, ...]
TITLE_LINES = 60  # a header is looked for no further down


@dataclass(frozen=True)
class Table:
    """One table. `titles`: what stands above the header; `lines`: reads the rows again at each call.

    A row is its line in the file (from 1) and its cells, as many as the header has or more; `length` counts lines.
    """

    file: str
    detected: str
    header: Cells
    header_line: int
    titles: tuple[str, ...]
    lines: Callable[[], Iterator[tuple[int, Cells]]]
    length: int
    sheet: str | None = None

    def column(self, names: Names) -> int | None:
        """Position of the first of these names that the header has."""
        return find_column(self.header, names)

    def columns(self, *names: Names) -> tuple[int, ...]:
        """Positions of columns that the table was opened for. Raises KeyError."""
        found = tuple(self.column(group) for group in names)
        if None in found:
            raise KeyError(names[found.index(None)])
        return tuple(position for position in found if position is not None)


def find_column(header: Cells, names: Names) -> int | None:
    """Position of the first of `names` (plain words, see `plain`) among the cells of a header."""
    said = [plain(cell) for cell in header]
    for name in names:
        for position, cell in enumerate(said):
            if fnmatchcase(cell, name):
                return position
    return None


def is_header(cells: Cells, wanted: Wanted) -> bool:
    """Whether a row holds every column wanted; a row of one cell is a title."""
    return sum(1 for cell in cells if cell) > 1 and all(
        find_column(cells, names) is not None for names in wanted
    )


def find_header(
    rows: Iterator[tuple[int, Cells]], wanted: Wanted
) -> tuple[int, Cells, tuple[str, ...]] | None:
    """Line and cells of the first header among the rows given, and the titles above it."""
    titles: list[str] = []
    for line, cells in rows:
        if line > TITLE_LINES:
            return None
        if is_header(cells, wanted):
            return line, _trimmed(cells), tuple(titles)
        titles.extend(cell for cell in cells if cell)
    return None


def filled(cells: Cells, width: int) -> Cells:
    """The cells, with empty ones for those that an export left out at the end."""
    return cells if len(cells) >= width else cells + ("",) * (width - len(cells))


def _trimmed(cells: Cells) -> Cells:
    last = max(position for position, cell in enumerate(cells) if cell)
    return cells[: last + 1]
