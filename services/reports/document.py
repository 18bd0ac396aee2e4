"""The document model: a tree of frozen values that every renderer walks. It knows no domain rule and no format.

All strings are ready to read (French, typography done). Renderers choose fonts and colours, never words.
"""

from dataclasses import dataclass, field
from typing import Literal

Align = Literal["start", "end", "center"]
Tone = Literal["normal", "note"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of plain text; a `note` is set smaller."""

    text: str
    tone: Tone = "normal"
    kind: Literal["paragraph"] = field(default="paragraph", init=False)


@dataclass(frozen=True, slots=True)
class Bullets:
    """An unordered list."""

    items: tuple[str, ...]
    kind: Literal["bullets"] = field(default="bullets", init=False)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `text` to read, `value` the plain number behind it for formats that hold numbers.

    `detail` is a second, smaller line (and `detail_value` its number), such as a difference under a rate.
    """

    text: str
    value: float | None = None
    detail: str = ""
    detail_value: float | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, alignment, and its share of the width (`weight`, relative to the others)."""

    label: str
    align: Align = "end"
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Row:
    """A row; its first cell is its header. A `total` row is set apart."""

    cells: tuple[Cell, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption, column headers, row headers (first cells) and notes read just after it."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    kind: Literal["table"] = field(default="table", init=False)

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                message = f"table {self.id!r}: {len(row.cells)} cells under {len(self.columns)} columns"
                raise ValueError(message)


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure worth seeing first: `value` with its unit, what it is, and a precision."""

    value: str
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """A row of key figures."""

    items: tuple[KeyFigure, ...]
    kind: Literal["key_figures"] = field(default="key_figures", init=False)


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture as SVG. `alt` says what it shows, with its figures; `width`, `height` in millimetres."""

    id: str
    svg: str
    alt: str
    caption: str
    width: float
    height: float
    kind: Literal["figure"] = field(default="figure", init=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to know before reading on. `warning` is stronger than `info`; `title` says it in words."""

    title: str
    text: str
    tone: Literal["info", "warning"] = "info"
    kind: Literal["notice"] = field(default="notice", init=False)


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and what it means."""

    term: str
    text: str


@dataclass(frozen=True, slots=True)
class DefinitionList:
    """Terms and definitions; a `compact` one is set in `columns` narrow columns, as the key of a map."""

    items: tuple[Definition, ...]
    columns: int = 1
    kind: Literal["definitions"] = field(default="definitions", init=False)


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part; sections nest, and the depth gives the heading's level. `new_page` starts a page."""

    id: str
    title: str
    nodes: tuple["Node", ...]
    new_page: bool = False
    kind: Literal["section"] = field(default="section", init=False)


Node = Paragraph | Bullets | Table | KeyFigures | Figure | Notice | DefinitionList | Section


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page. `facts` name the release, dataset and fingerprint."""

    kicker: str
    title: str
    subtitle: str
    figures: KeyFigures
    notices: tuple[Notice, ...]
    facts: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. `stamps` are printed on every page; `date` is ISO, of the data and not of the clock."""

    title: str
    running: str
    date: str
    stamps: tuple[str, ...]
    contents_title: str
    skip_label: str
    cover: Cover
    sections: tuple[Section, ...]
    lang: str = "fr"
