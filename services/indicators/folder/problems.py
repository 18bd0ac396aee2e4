"""A bad row of a producer's folder, and their list as the person who filled the folder reads it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from shared.errors import RejectedFolder


@dataclass(frozen=True, slots=True)
class BadRow:
    """Where (`line` 1 is the header, 0 the whole file), and why, in French.

    `commune`: the unknown code, where that is the reason, so that geo may tell what became of it.
    """

    file: str
    line: int
    column: str
    reason: str
    commune: str | None = None


def explained(rows: Iterable[BadRow], history: Callable[[str], str | None]) -> list[BadRow]:
    """Rows with the reason of each unknown commune replaced by what `history` knows of its code."""
    told = []
    for row in rows:
        reason = history(row.commune) if row.commune else None
        told.append(replace(row, reason=reason) if reason else row)
    return told


def rejected(rows: list[BadRow]) -> RejectedFolder:
    """Return the problem to raise: every row is in its `rows`."""
    ordered = sorted(rows, key=lambda row: (row.file, row.line, row.column))
    count = "1 anomalie" if len(ordered) == 1 else f"{len(ordered)} anomalies"
    return RejectedFolder(
        f"{count} dans le dossier ; rien n’a été chargé. Corrigez chaque ligne citée, puis recommencez.",
        rows=[
            {"file": row.file, "line": row.line, "column": row.column, "reason": row.reason}
            for row in ordered
        ],
    )
