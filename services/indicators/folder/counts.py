"""counts.csv, consumers.csv, population.csv: communes by indicators, by themselves, by age bands."""

import numpy as np

from services.indicators.catalogue import Catalogue
from services.indicators.folder.checks import left_out, optional, placed, twice
from services.indicators.folder.columns import BLANK, Ints
from services.indicators.folder.known import Vocabulary
from services.indicators.folder.problems import BadRow
from services.indicators.folder.table import Column, Table
from services.indicators.raw import ABSENT, RawCounts

COUNTS, CONSUMERS, POPULATION = "counts.csv", "consumers.csv", "population.csv"
ABOVE = "numérateur supérieur au dénominateur\u00a0: impossible pour une proportion"


def counts_columns(known: Vocabulary) -> tuple[Column, ...]:
    """Columns of counts.csv. Without `persons`, the numerator of an event carries the threshold."""
    return (
        Column("indicator", known.indicator),
        Column("commune", known.commune),
        Column("numerator"),
        Column("denominator", blank=True),
        Column("persons", optional=True, blank=True),
    )


def counts_of(
    table: Table, catalogue: Catalogue, shape: tuple[int, int], problems: list[BadRow]
) -> tuple[RawCounts, Ints]:
    """Counts (communes by indicators) with the line each came from, telling the rows that cannot be true."""
    indicator, numerator = table.integers["indicator"], table.integers["numerator"]
    denominator, persons = table.integers["denominator"], optional(table, "persons")
    is_count = np.array([entry.kind == "count" for entry in catalogue.counted])[indicator]
    is_proportion = np.array([entry.kind == "proportion" for entry in catalogue.counted])[indicator]
    missing = ~is_count & (denominator == BLANK)
    problems += table.bad(missing, "denominator", "valeur absente\u00a0: cet indicateur a un dénominateur")
    extra = is_count & (denominator != BLANK)
    problems += table.bad(extra, "denominator", "cet indicateur est un effectif\u00a0: laissez la case vide")
    above = is_proportion & ~missing & (numerator > denominator)
    problems += table.bad(above, "numerator", ABOVE)
    crowd = (persons != BLANK) & (persons > numerator)
    problems += table.bad(crowd, "persons", "plus de personnes que d’événements comptés au numérateur")
    nobody = (persons == 0) & (numerator > 0)
    problems += table.bad(nobody, "persons", "des événements sans personne\u00a0: au moins 1 attendu")
    cell = table.integers["commune"] * shape[1] + indicator
    problems += twice(table, cell, "indicator,commune")
    counts = RawCounts(*(placed(shape, cell, values) for values in (numerator, denominator, persons)))
    return counts, placed(shape, cell, table.line)


def consumers_columns(known: Vocabulary) -> tuple[Column, ...]:
    """Columns of consumers.csv."""
    return (Column("commune", known.commune), Column("consumers"))


def consumers_of(table: Table, communes: int, problems: list[BadRow]) -> Ints:
    """Consumers of each commune, ABSENT where not given."""
    problems += twice(table, table.integers["commune"], "commune")
    return placed((communes, 1), table.integers["commune"], table.integers["consumers"])[:, 0]


def without_consumers(
    counts: RawCounts, consumers: Ints, table: Table, codes: tuple[str, ...]
) -> list[BadRow]:
    """Communes counted in counts.csv that consumers.csv forgets: the rule of 50 could not be checked."""
    counted = (counts.numerator != ABSENT).any(axis=1) & ~left_out(table, "commune", len(codes))
    reason = "la commune {} a des effectifs dans counts.csv mais aucune ligne ici"
    return [
        BadRow(CONSUMERS, 0, "commune", reason.format(codes[position]))
        for position in np.flatnonzero(counted & (consumers == ABSENT))
    ]


def population_columns(known: Vocabulary) -> tuple[Column, ...]:
    """Columns of population.csv."""
    return (Column("commune", known.commune), Column("band", known.band), Column("value"))


def population_of(
    table: Table, shape: tuple[int, int], codes: tuple[str, ...], problems: list[BadRow]
) -> Ints:
    """Residents, communes by age bands; a commune has all its bands or none."""
    cell = table.integers["commune"] * shape[1] + table.integers["band"]
    problems += twice(table, cell, "commune,band")
    found = placed(shape, cell, table.integers["value"])
    given = (found != ABSENT).sum(axis=1)
    incomplete = (given > 0) & (given < shape[1]) & ~left_out(table, "commune", shape[0])
    problems += [
        BadRow(POPULATION, 0, "band", f"commune {codes[position]}\u00a0: il manque des tranches d’âge")
        for position in np.flatnonzero(incomplete)
    ]
    return found
