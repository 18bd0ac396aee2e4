"""Counts that the catalogue links must add up: who is part of a group cannot outnumber it. Pure.

A reason names no count, so that a refusal holds none; the counts are in the row's value, for the producer's eyes.
"""

import numpy as np

from services.indicators.catalogue import Catalogue
from services.indicators.folder.columns import Ints
from services.indicators.folder.counts import COUNTS
from services.indicators.folder.problems import BadRow
from services.indicators.raw import ABSENT, RawCounts


class Links:
    """Checks the links of counts.csv. `line` is where each count was given, `codes` the communes in their order."""

    def __init__(self, counts: RawCounts, line: Ints, catalogue: Catalogue, codes: tuple[str, ...]) -> None:
        self.n, self.d, self.line, self.codes = counts.numerator, counts.denominator, line, codes
        self.catalogue = catalogue
        self.column = {entry.id: column for column, entry in enumerate(catalogue.counted)}

    def broken(self) -> list[BadRow]:
        """Every cell that contradicts another, told where it was given."""
        problems: list[BadRow] = []
        for entry in self.catalogue.counted:
            for parent in entry.parents:
                problems += self._part(entry.id, parent)
            if entry.denominator_indicator:
                problems += self._denominator(entry.id, entry.denominator_indicator)
        for split in self.catalogue.splits:
            problems += self._split(split.row, split.column, split.both)
        return problems

    def _part(self, child: str, parent: str) -> list[BadRow]:
        n, whole = self.n[:, self.column[child]], self.n[:, self.column[parent]]
        wrong = (n != ABSENT) & (whole != ABSENT) & (n > whole)
        reason = f"{child} compte plus de personnes que {parent}, dont elles font partie"
        return [
            self._row(unit, child, "numerator", reason, f"{n[unit]}, {parent} {whole[unit]}")
            for unit in np.flatnonzero(wrong)
        ]

    def _denominator(self, name: str, count: str) -> list[BadRow]:
        d, said = self.d[:, self.column[name]], self.n[:, self.column[count]]
        wrong = (d != ABSENT) & (said != ABSENT) & (d != said)
        reason = (
            f"le dénominateur de {name} n’est pas l’effectif de {count}\u00a0: ce sont les mêmes personnes"
        )
        return [
            self._row(unit, name, "denominator", reason, f"{d[unit]}, {count} {said[unit]}")
            for unit in np.flatnonzero(wrong)
        ]

    def _split(self, row: str, column: str, both: str) -> list[BadRow]:
        n = [self.n[:, self.column[name]] for name in (row, column, both)]
        d = self.d[:, self.column[both]]
        given = (d != ABSENT) & np.logical_and.reduce([values != ABSENT for values in n])
        either = n[0] + n[1] - n[2]
        reason = (
            f"{row} et {column}, moins {both} compté deux fois, font plus de personnes que leur dénominateur"
        )
        return [
            self._row(
                unit,
                both,
                "numerator",
                reason,
                f"{n[0][unit]} + {n[1][unit]} \u2212 {n[2][unit]}, dénominateur {d[unit]}",
            )
            for unit in np.flatnonzero(given & (either > d))
        ]

    def _row(self, unit: np.intp, name: str, column: str, reason: str, value: str) -> BadRow:
        line = int(self.line[unit, self.column[name]])
        return BadRow(COUNTS, line, column, f"commune {self.codes[unit]}\u00a0: {reason}", value=value)
