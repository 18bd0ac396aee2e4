"""Sorts the rows of one table: kept, refused with a reason, or left aside and counted; commune codes are repaired.

Made for one reading and thrown away. The law it holds: read = kept + refused + left aside.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from itertools import islice
from typing import Generic, TypeVar

from services.geo.imports.readers.cells import counted
from services.geo.imports.readers.tables import Cells, Table
from services.geo.imports.reading import CodeBook, Progress, Reject
from services.geo.territory.codes import OUT_OF_SCOPE

LOST_ZERO = re.compile(r"\d{4}")
DECIMALS = re.compile(r"(\d{4,5})[.,]0+")
CODE = re.compile(r"(\d{2}|2[AB])\d{3}")
QPV_CODE = re.compile(r"Q[PN]\d[0-9AB]\w{4}", re.ASCII)
SAMPLE = 400
LONGEST_CODE = 12  # a lone cell longer than any code is a note at the foot of a table
STEP = 2000  # rows between two tellings of progress

KeyT = TypeVar("KeyT", bound=Hashable)
RowT = TypeVar("RowT")


class Triage:
    """What one reading refuses, leaves aside and repairs. `read` counts the data rows met so far."""

    def __init__(self, codes: CodeBook, progress: Progress) -> None:
        self.codes = codes
        self.progress = progress
        self.read = 0
        self.aside = 0
        self._rejects: list[Reject] = []
        self._aside: Counter[str] = Counter()
        self._noted: Counter[str] = Counter()

    def rows(self, table: Table, code: int) -> Iterator[tuple[int, Cells]]:
        """Data rows of a table whose codes stand in column `code`; units under the header and notes are no data."""
        for line, cells in table.lines():
            if line == table.header_line + 1 and not cells[code]:
                continue
            if cells.count("") == len(cells) - 1 and max(map(len, cells)) > LONGEST_CODE:
                continue
            self.read += 1
            if self.read % STEP == 0:
                self.progress(f"Lecture de {table.file}", min(1.0, line / max(1, table.length)))
            yield line, cells

    def commune(self, line: int, given: str) -> str | None:
        """A code of commune as it was meant, current or old; None where the row is refused or out of scope."""
        code = given.upper()
        if found := DECIMALS.fullmatch(code):
            code = found[1]
        if LOST_ZERO.fullmatch(code):
            code = f"0{code}"
        if not CODE.fullmatch(code):
            self.reject(line, "code commune absent" if not given else "ce n’est pas un code commune", given)
            return None
        if code.startswith(OUT_OF_SCOPE):
            self.leave_aside("communes de collectivités que Rezone ne sert pas (975, 977, 978, 98x)")
            return None
        current = self.codes.current(code)
        if not current:
            self.reject(line, f"code inconnu du COG {self.codes.cog}", given)
            return None
        if len(current) > 1:
            self.reject(
                line,
                f"ancienne commune partagée entre {', '.join(current)}\u00a0: donnez le code actuel",
                given,
            )
            return None
        if code != given:
            self.note("codes rétablis (zéro initial ou casse perdus dans un tableur)")
        if current != (code,):
            self.note("codes de communes anciennes, rattachés à leur commune actuelle")
        return code

    def reject(self, line: int, reason: str, value: str = "") -> None:
        """Refuse a row."""
        self._rejects.append(Reject(line, reason, value))

    def leave_aside(self, what: str, count: int = 1) -> None:
        """Leave a row aside that says nothing to keep; `what` is a French plural."""
        self.aside += count
        self._aside[what] += count

    def note(self, what: str) -> None:
        """Count something that was repaired or understood; `what` is a French plural."""
        self._noted[what] += 1

    @property
    def rejects(self) -> tuple[Reject, ...]:
        """Refused rows, by line."""
        return tuple(sorted(self._rejects, key=lambda reject: reject.line))

    @property
    def notices(self) -> tuple[str, ...]:
        """What was repaired, then what was left aside, each with its number of rows."""
        return (
            *(f"{what}\u00a0: {counted(rows)}" for what, rows in self._noted.items()),
            *(f"{what}, laissées de côté\u00a0: {counted(rows)}" for what, rows in self._aside.items()),
        )


def qpv_column(table: Table) -> int | None:
    """The column where codes of quartiers prioritaires stand, told from its first cells."""
    rows = [cells for _, cells in islice(table.lines(), SAMPLE)]
    for column in range(len(table.header)):
        said = [row[column].upper().replace(" ", "") for row in rows if row[column]]
        if said and sum(bool(QPV_CODE.fullmatch(word)) for word in said) > len(said) / 2:
            return column
    return None


def departement_of(commune: str) -> str:
    """Code of the département that a code of commune begins with."""
    return commune[:3] if commune.startswith("97") else commune[:2]


def is_national(communes: Iterable[str], codes: CodeBook) -> bool:
    """Whether these communes lie in three quarters of the départements, which a file of one region does not reach."""
    return 4 * len({departement_of(code) for code in communes}) >= 3 * len(codes.departements())


class Kept(Generic[KeyT, RowT]):
    """Rows kept, one for each key: the same row twice counts once, two that contradict each other are refused."""

    def __init__(self, triage: Triage) -> None:
        self._triage = triage
        self._rows: dict[KeyT, tuple[int, RowT]] = {}
        self._said: dict[KeyT, str] = {}
        self._contradicted: dict[KeyT, int] = {}

    def add(self, line: int, key: KeyT, row: RowT, value: str) -> None:
        """Keep a row; `value` is what the rejects file shows of it."""
        if key in self._contradicted:
            self._refuse(line, self._contradicted[key], value)
            return
        first = self._rows.get(key)
        if first is None:
            self._rows[key] = line, row
            self._said[key] = value
        elif first[1] == row:
            self._triage.leave_aside("lignes répétées à l’identique")
        else:
            del self._rows[key]
            self._contradicted[key] = first[0]
            self._refuse(first[0], line, self._said[key])
            self._refuse(line, first[0], value)

    def __len__(self) -> int:
        return len(self._rows)

    def rows(self) -> tuple[RowT, ...]:
        """Rows in the order of the file."""
        return tuple(row for _, row in self._rows.values())

    def _refuse(self, line: int, other: int, value: str) -> None:
        self._triage.reject(line, f"contredit la ligne {other}", value)
