"""What a check found, as a producer reads it: alike problems together and counted; as JSON and CSV for programs."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from services.indicators.folder.check import Checked
from services.indicators.folder.missing import coverage
from services.indicators.folder.problems import BadRow, Severity, many

# What tells two sentences of the same problem apart: what they quote, codes and numbers.
PARTICULAR = re.compile(r"«\u00a0.*?\u00a0»|\b\d[\dAB]?\d*\b|\b[a-z]+(?:_[a-z0-9]+)+\b")
# A spreadsheet would run a cell that begins so.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ("gravite", "fichier", "ligne", "colonne", "valeur", "anomalie")
EXAMPLES = 5


@dataclass(frozen=True)
class Group:
    """Problems of one file and column that differ only by what they quote; `rows` in the order of the file."""

    severity: Severity
    file: str
    column: str
    rows: tuple[BadRow, ...]

    @property
    def count(self) -> int:
        """How many rows of the folder these are about."""
        return sum(row.times for row in self.rows)


def groups(rows: Iterable[BadRow]) -> list[Group]:
    """Alike problems together: errors first, then by file and line."""
    found: dict[tuple[Severity, str, str, str], list[BadRow]] = {}
    for row in sorted(rows, key=lambda row: (row.severity != "erreur", row.file, row.line, row.column)):
        # Each warning already speaks for all the rows that are alike.
        alike = PARTICULAR.sub("…", row.reason) if row.severity == "erreur" else row.reason
        found.setdefault((row.severity, row.file, row.column, alike), []).append(row)
    return [Group(severity, file, column, tuple(rows)) for (severity, file, column, _), rows in found.items()]


def verdict(checked: Checked) -> str:
    """One sentence: whether a release can be built."""
    warnings = many(len(checked.warnings), "avertissement")
    if checked.errors:
        return (
            f"Dossier refusé\u00a0: {many(len(checked.errors), 'erreur')} à corriger, {warnings}. "
            "Rien ne peut être construit tant qu’il reste une erreur."
        )
    return f"Dossier accepté\u00a0: aucune erreur, {warnings}."


def to_json(checked: Checked) -> dict[str, Any]:
    """Verdict, groups, every problem, and how far the communes of each département are covered."""
    rows = [*checked.errors, *checked.warnings]
    raw = checked.raw
    return {
        "accepted": not checked.errors,
        "verdict": verdict(checked),
        "errors": len(checked.errors),
        "warnings": len(checked.warnings),
        "vintage": raw and raw.description.vintage,
        "cog": {"folder": raw and raw.description.cog, "reference": checked.geography.cog},
        "groups": [
            {
                "severity": group.severity,
                "file": group.file,
                "column": group.column,
                "count": group.count,
                "reason": group.rows[0].reason,
                "lines": [row.line for row in group.rows[:EXAMPLES]],
            }
            for group in groups(rows)
        ],
        "problems": [
            {
                "severity": row.severity,
                "file": row.file,
                "line": row.line,
                "column": row.column,
                "value": row.value,
                "count": row.times,
                "reason": row.reason,
            }
            for row in rows
        ],
        "coverage": [
            {"departement": part.departement, "communes": part.communes, "given": part.given}
            for part in (coverage(raw.consumers, checked.geography) if raw else ())
        ],
    }


def to_csv(rows: Sequence[BadRow]) -> str:
    """Every problem on a line of its own, for a spreadsheet: semicolons, and no cell that it would run."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = (row.severity, row.file, row.line or "", row.column, row.value, row.reason)
        writer.writerow([_harmless(str(cell)) for cell in cells])
    return text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
