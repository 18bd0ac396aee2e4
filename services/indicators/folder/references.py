"""references.csv, activity_references.csv, acts_references.csv: what the producer gives for larger areas."""

import numpy as np

from services.indicators.catalogue import Catalogue
from services.indicators.folder.checks import (
    optional,
    optional_decimals,
    pair,
    placed,
    placed_decimals,
    twice,
)
from services.indicators.folder.columns import BLANK, Floats, Ints
from services.indicators.folder.counts import ABOVE
from services.indicators.folder.known import Vocabulary
from services.indicators.folder.problems import BadRow
from services.indicators.folder.table import Column, Table
from services.indicators.raw import ABSENT, RawReferences
from services.indicators.rounding import decimal_tenths

REFERENCES = "references.csv"
ACTIVITY_REFERENCES, ACTS_REFERENCES = "activity_references.csv", "acts_references.csv"
# A rate of 100, in tenths.
WHOLE = 1000


def _area(known: Vocabulary) -> tuple[Column, Column]:
    return Column("level", known.level), Column("code", known.area_code)


def references_columns(known: Vocabulary) -> tuple[Column, ...]:
    """Columns of references.csv: counts, or a rate, or a lone numerator."""
    return (
        Column("indicator", known.indicator),
        *_area(known),
        Column("numerator", optional=True, blank=True),
        Column("denominator", optional=True, blank=True),
        Column("rate", decimal=True, optional=True, blank=True),
    )


def _areas(table: Table, known: Vocabulary, problems: list[BadRow]) -> Ints:
    area = pair(table, "level", "code", known.areas)
    problems += table.bad(area == ABSENT, "code", "ce code n’existe pas à ce niveau")
    return area


def references_of(
    table: Table, catalogue: Catalogue, known: Vocabulary, problems: list[BadRow]
) -> RawReferences:
    """References, areas by indicators."""
    area = _areas(table, known, problems)
    indicator = table.integers["indicator"]
    numerator, denominator = optional(table, "numerator"), optional(table, "denominator")
    rate = _tenths(optional_decimals(table, "rate"))
    is_count = np.array([entry.kind == "count" for entry in catalogue.counted])[indicator]
    is_proportion = np.array([entry.kind == "proportion" for entry in catalogue.counted])[indicator]
    counted = (numerator != BLANK) & (denominator > 0)
    rated = is_count & (rate != ABSENT)
    problems += table.bad(
        rated,
        "rate",
        "cet indicateur est un effectif, il n’a pas de taux\u00a0: donnez son numérateur et laissez cette case vide",
    )
    nothing = np.where(is_count, (numerator == BLANK) & ~rated, ~counted & (rate == ABSENT))
    problems += table.bad(
        nothing,
        "rate",
        "ni taux, ni numérateur avec un dénominateur positif (un effectif donne son numérateur)",
    )
    above = is_proportion & counted & (numerator > denominator)
    problems += table.bad(above, "numerator", ABOVE)
    problems += table.bad(
        is_proportion & (rate > WHOLE),
        "rate",
        "taux supérieur à 100\u202f%\u00a0: impossible pour une proportion",
    )
    shape = (len(known.areas), len(catalogue.counted))
    cell = area * shape[1] + indicator
    problems += twice(table, cell, "indicator,level,code")
    kept = area != ABSENT
    return RawReferences(*(placed(shape, cell[kept], v[kept]) for v in (numerator, denominator, rate)))


def _tenths(rates: Floats) -> Ints:
    # repr gives back the decimals as written, so that 9.25 rounds as people round it.
    found = (ABSENT if np.isnan(rate) else decimal_tenths(repr(rate)) for rate in rates.tolist())
    return np.fromiter(found, dtype=np.int64, count=len(rates))


def activity_references_columns(known: Vocabulary) -> tuple[Column, ...]:
    """Columns of activity_references.csv."""
    return (
        Column("profession", known.profession),
        *_area(known),
        Column("patients_per_professional", decimal=True),
    )


def activity_references_of(
    table: Table, professions: int, known: Vocabulary, problems: list[BadRow]
) -> Floats:
    """Patients per professional, areas by professions; NaN where not given."""
    area = _areas(table, known, problems)
    cell = area * professions + table.integers["profession"]
    problems += twice(table, cell, "profession,level,code")
    kept = area != ABSENT
    values = table.decimals["patients_per_professional"]
    return placed_decimals((len(known.areas), professions), cell[kept], values[kept])


def acts_references_columns(known: Vocabulary) -> tuple[Column, ...]:
    """Columns of acts_references.csv."""
    return (
        Column("profession", known.profession),
        Column("act", known.act),
        *_area(known),
        Column("quantity_per_professional", decimal=True),
    )


def acts_references_of(table: Table, known: Vocabulary, problems: list[BadRow]) -> Floats:
    """Acts per professional, areas by kinds of act; NaN where not given."""
    area = _areas(table, known, problems)
    kind = pair(table, "profession", "act", known.acts)
    problems += table.bad(kind == ABSENT, "act", "cet acte n’est pas suivi pour cette profession")
    cell = area * len(known.acts) + kind
    kept = (area != ABSENT) & (kind != ABSENT)
    problems += twice(table, np.where(kept, cell, ABSENT - table.line), "profession,act,level,code")
    values = table.decimals["quantity_per_professional"]
    return placed_decimals((len(known.areas), len(known.acts)), cell[kept], values[kept])
