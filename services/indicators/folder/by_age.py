"""counts_by_age.csv: the counts of counts.csv by age band, for rates that do not depend on how old a place is."""

import numpy as np
import numpy.typing as npt

from services.indicators.catalogue import Catalogue
from services.indicators.folder.checks import twice
from services.indicators.folder.columns import BAD
from services.indicators.folder.counts import ABOVE, COUNTS
from services.indicators.folder.known import Vocabulary
from services.indicators.folder.problems import BadRow
from services.indicators.folder.table import Column, Table
from services.indicators.raw import ABSENT, Ints, RawByAge, RawCounts

BY_AGE = "counts_by_age.csv"
REFUSED = {
    "count": "cet indicateur est un effectif, il n’a pas de taux",
    "event": "cet indicateur compte des événements, dont les personnes ne sont pas connues par âge",
}


def by_age_columns(known: Vocabulary) -> tuple[Column, ...]:
    """Columns of counts_by_age.csv."""
    return (
        Column("indicator", known.indicator),
        Column("commune", known.commune),
        Column("band", known.band),
        Column("numerator"),
        Column("denominator"),
    )


def by_age_of(
    table: Table, catalogue: Catalogue, counts: RawCounts, codes: tuple[str, ...], problems: list[BadRow]
) -> RawByAge:
    """Place the rows (communes by indicators by bands); `counts` are what the bands must add up to.

    An indicator has all its bands in a commune or none.
    """
    indicator = table.integers["indicator"]
    kinds = np.array([entry.kind for entry in catalogue.counted])[indicator]
    for kind, why in REFUSED.items():
        problems += table.bad(kinds == kind, "indicator", f"{why}\u00a0: retirez ses lignes")
    above = (kinds == "proportion") & (table.integers["numerator"] > table.integers["denominator"])
    problems += table.bad(above, "numerator", ABOVE)
    pair = table.integers["commune"] * len(catalogue.counted) + indicator
    cell = pair * len(catalogue.age_bands) + table.integers["band"]
    problems += twice(table, cell, "indicator,commune,band")
    shape = (len(codes), len(catalogue.counted), len(catalogue.age_bands))
    line = np.zeros(shape[:2], dtype=np.int64)
    line.ravel()[pair[::-1]] = table.line[::-1]
    found = RawByAge(
        _placed(shape, cell, table.integers["numerator"]), _placed(shape, cell, table.integers["denominator"])
    )
    problems += _not_adding_up(found, line, counts, catalogue, codes, _told(table, shape))
    return found


def _not_adding_up(
    found: RawByAge,
    line: Ints,
    counts: RawCounts,
    catalogue: Catalogue,
    codes: tuple[str, ...],
    told: npt.NDArray[np.bool_],
) -> list[BadRow]:
    """Pairs of a commune and an indicator that lack a band, or whose bands are not the whole.

    `line`: where the pair was given; `told`: pairs of which a row is already told for another reason.
    """
    given = found.numerator != ABSENT
    whole = given.all(axis=2)
    problems = []
    for commune, indicator in _where(given.any(axis=2) & ~whole & ~told):
        band = catalogue.age_bands[int(given[commune, indicator].argmin())].id
        reason = (
            f"{catalogue.counted[indicator].id}, commune {codes[commune]}\u00a0: il manque la tranche d’âge {band}"
            "\u202f; donnez-les toutes ou aucune"
        )
        problems.append(BadRow(BY_AGE, int(line[commune, indicator]), "band", reason))
    for name in ("numerator", "denominator"):
        total, said = getattr(found, name).sum(axis=2), getattr(counts, name)
        for commune, indicator in _where(whole & (said != ABSENT) & (said != total)):
            reason = (
                f"{catalogue.counted[indicator].id}, commune {codes[commune]}\u00a0: les tranches d’âge ne font pas "
                f"ce que dit {COUNTS}"
            )
            value = f"{total[commune, indicator]}, {COUNTS} {said[commune, indicator]}"
            problems.append(BadRow(BY_AGE, int(line[commune, indicator]), name, reason, value=value))
    return problems


def _told(table: Table, shape: tuple[int, int, int]) -> npt.NDArray[np.bool_]:
    found = np.zeros(shape[:2], dtype=bool)
    commune, indicator = table.left_out["commune"], table.left_out["indicator"]
    readable = (commune != BAD) & (indicator != BAD)
    found[commune[readable], indicator[readable]] = True
    return found


def _where(wrong: npt.NDArray[np.bool_]) -> list[list[int]]:
    found: list[list[int]] = np.argwhere(wrong).tolist()
    return found


def _placed(shape: tuple[int, int, int], cell: Ints, values: Ints) -> Ints:
    array = np.full(shape, ABSENT, dtype=np.int64)
    array.ravel()[cell] = values
    return array
