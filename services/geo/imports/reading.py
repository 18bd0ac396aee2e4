"""What a reader of official files gives: rows, what it refused and why, and what it took the file for. Values only."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from services.geo.imports.records import CommuneRow, EpciRow, OldCodeRow
from services.geo.layers.kinds import Layer

# Told as reading goes: a French sentence, and the share done (0 to 1) where it can be known.
Progress = Callable[[str, float | None], None]


@dataclass(frozen=True, slots=True)
class Reject:
    """A row left out. `line` is the file's own line, row or feature number from 1; `value` what stood there."""

    line: int
    reason: str
    value: str = ""


@dataclass(frozen=True)
class ReferencePatch:
    """What a file replaces in the national reference; None where it says nothing. Contours: WKB, EPSG:4326.

    `cog` is the year of the codes where the file holds communes; `partial` is true where other communes keep theirs.
    """

    cog: int | None = None
    communes: tuple[CommuneRow, ...] | None = None
    old_codes: tuple[OldCodeRow, ...] | None = None
    contours: Mapping[str, bytes] | None = None
    # Polygons of communes déléguées and associées, by their code: they fill communes that have none.
    old_contours: Mapping[str, bytes] = field(default_factory=dict)
    epcis: tuple[EpciRow, ...] | None = None
    epci_of: Mapping[str, str] | None = None
    populations: Mapping[str, int] | None = None
    objet: str = ""
    source: str = ""
    millesime: str = ""
    licence: str | None = None
    partial: bool = False


@dataclass(frozen=True)
class FileReading:
    """One file read whole. `detected` says in French what it was taken for; `notices` what was repaired.

    `read` counts its data rows, so that read = kept + rejected can be told; a file may hold several layers.
    """

    detected: str
    read: int
    layers: tuple[Layer, ...] = ()
    patch: ReferencePatch | None = None
    rejects: tuple[Reject, ...] = ()
    notices: tuple[str, ...] = ()


class CodeBook(Protocol):
    """Codes of communes as the reference in service knows them."""

    cog: int

    def current(self, code: str) -> tuple[str, ...]:
        """Current code(s) of a code: itself, its successor, several where split, none if unknown."""

    def departements(self) -> Collection[str]:
        """Codes of the départements served."""

    def bounds(self, departement: str) -> tuple[float, float, float, float] | None:
        """Box of a département (west, south, east, north in degrees); None where no polygon is known."""

    def covered(self, wkb: bytes, share: float) -> tuple[str, ...]:
        """Communes of which at least `share` (0 to 1) of the area lies in a polygon (WKB, EPSG:4326), sorted."""


@dataclass(frozen=True)
class Options:
    """What a person may say about a file that it does not say itself; a reader asks for what it lacks."""

    millesime: int | None = None
    variant: str | None = None
    source: str | None = None
    licence: str | None = None
    # Of a file of shapes that declares none, in words pyproj reads ("EPSG:2154").
    crs: str | None = None


class Reader(Protocol):
    """Reads one file. Raises BadReference where it is not what it should be; bad rows are rejects, not errors."""

    def __call__(self, path: Path, codes: CodeBook, options: Options, progress: Progress) -> FileReading:
        """The file, read whole."""
        ...
