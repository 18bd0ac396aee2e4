"""A bad row of a producer's folder, and their list as the person who filled the folder reads it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from services.indicators.geography import Geography
from shared.errors import RejectedFolder

Severity = Literal["erreur", "avertissement"]


@dataclass(frozen=True, slots=True)
class BadRow:
    """Where (`line` 1 is the header, 0 the whole file), and why, in French.

    `commune`: the unknown code, where that is the reason, so that geo may tell what became of it. `severity`: a
    release is built in spite of an avertissement. `times`: how many rows the sentence speaks for; `value`: what
    the cell says, never part of a refusal.
    """

    file: str
    line: int
    column: str
    reason: str
    commune: str | None = None
    severity: Severity = "erreur"
    times: int = 1
    value: str = ""


def doubt(file: str, column: str, reason: str, *, times: int = 1) -> BadRow:
    """A warning about a file: what deserves a look and does not stop a release."""
    return BadRow(file, 0, column, reason, severity="avertissement", times=times)


def some(codes: Sequence[str], most: int = 3) -> str:
    """The first of these codes, and that there are others: `83001, 83061, 83118…`."""
    return ", ".join(codes[:most]) + ("…" if len(codes) > most else "")


def codes_of(where: npt.NDArray[np.bool_], geography: Geography) -> list[str]:
    """Codes of the units where something is true."""
    return [geography.codes[unit] for unit in np.flatnonzero(where)]


def many(count: int, noun: str) -> str:
    """A number of something, with the noun's plural: `1 commune`, `12 communes`."""
    return f"{count} {noun}{'s' if count > 1 else ''}"


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
        f"{count} dans le dossier\u202f; rien n’a été chargé. Corrigez chaque ligne citée, puis recommencez\u00a0: "
        "«\u00a0rezone release check\u00a0» les regroupe et cite les cases.",
        rows=[
            {"file": row.file, "line": row.line, "column": row.column, "reason": row.reason}
            for row in ordered
        ],
    )
