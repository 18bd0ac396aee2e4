"""Counts that two files tell differently, without it being sure which is wrong: warnings. Pure."""

import numpy as np
import numpy.typing as npt

from services.indicators.catalogue import Catalogue, Indicator
from services.indicators.folder.columns import Ints
from services.indicators.folder.counts import CONSUMERS, COUNTS, POPULATION
from services.indicators.folder.problems import BadRow, codes_of, doubt, many, some
from services.indicators.folder.references import REFERENCES
from services.indicators.geography import FRANCE, Area, Geography
from services.indicators.raw import ABSENT, RawRelease

# The catalogue's words for the people of consumers.csv, and for groups of them.
EVERY_CONSUMER, SOME_CONSUMERS = "Consommants de soins", "Consommants"
# Residents by age may differ from the census by this share, and by so many in a small commune.
RESIDENTS_APART, FEW_RESIDENTS = 0.1, 50
# References may differ from the sum of their communes by these shares of themselves, or by half a point.
COUNT_APART, RATE_APART, POINTS_APART = 0.005, 0.05, 0.5
Mask = npt.NDArray[np.bool_]


def doubts(raw: RawRelease, catalogue: Catalogue, geography: Geography) -> list[BadRow]:
    """Warnings on groups larger than the whole, on residents and on references."""
    return [
        *_consumers(raw, catalogue, geography),
        *_same_people(raw, catalogue, geography),
        *_residents(raw, geography),
        *_references(raw, catalogue, geography),
    ]


def _among(raw: RawRelease, catalogue: Catalogue) -> list[tuple[Indicator, Ints]]:
    """Each indicator with the people it is counted among (itself, for a count)."""
    counts = raw.counts
    return [
        (entry, (counts.numerator if entry.kind == "count" else counts.denominator)[:, column])
        for column, entry in enumerate(catalogue.counted)
        if entry.unit != "percent" or entry.kind != "event"
    ]


def _consumers(raw: RawRelease, catalogue: Catalogue, geography: Geography) -> list[BadRow]:
    found = []
    for entry, people in _among(raw, catalogue):
        above = codes_of((raw.consumers != ABSENT) & (people > raw.consumers), geography)
        if above:
            column = "numerator" if entry.kind == "count" else "denominator"
            where = f"{many(len(above), 'commune')} ({some(above)})"
            reason = f"{entry.id}\u00a0: plus de personnes que de consommants ({CONSUMERS}) dans {where}"
            found.append(doubt(COUNTS, column, reason, times=len(above)))
    return found


def _same_people(raw: RawRelease, catalogue: Catalogue, geography: Geography) -> list[BadRow]:
    """Denominators of the same name that differ in a commune."""
    groups: dict[str, list[Ints]] = {EVERY_CONSUMER: [raw.consumers]}
    for entry, people in _among(raw, catalogue):
        if entry.denominator and entry.denominator.startswith(SOME_CONSUMERS):
            groups.setdefault(entry.denominator, []).append(people)
    found = []
    for name, columns in groups.items():
        values = np.stack(columns)
        given = values != ABSENT
        least = np.where(given, values, np.iinfo(np.int64).max).min(axis=0)
        apart = codes_of(given.any(axis=0) & (values.max(axis=0) > least), geography)
        if apart:
            beside = f" et dans {CONSUMERS}" if name == EVERY_CONSUMER else ""
            reason = (
                f"le dénominateur «\u00a0{name}\u00a0» n’est pas le même pour tous ses indicateurs{beside}\u00a0: "
                f"{many(len(apart), 'commune')} ({some(apart)})"
            )
            found.append(doubt(COUNTS, "denominator", reason, times=len(apart)))
    return found


def _residents(raw: RawRelease, geography: Geography) -> list[BadRow]:
    known = (raw.population != ABSENT).all(axis=1) & (geography.populations > 0)
    given, census = raw.population.sum(axis=1), geography.populations
    tolerated = np.maximum(census * RESIDENTS_APART, FEW_RESIDENTS)
    apart = np.flatnonzero(known & (abs(given - census) > tolerated))
    if not len(apart):
        return []
    worst = apart[np.argmax(abs(given - census)[apart])]
    reason = (
        f"la somme des tranches d’âge s’écarte de plus de {RESIDENTS_APART:.0%} de la population du référentiel dans "
        f"{many(len(apart), 'commune')}\u202f; la plus éloignée, {geography.codes[worst]}\u00a0: {given[worst]} contre "
        f"{census[worst]}"
    ).replace("%", "\u202f%")
    return [doubt(POPULATION, "value", reason, times=len(apart))]


def _references(raw: RawRelease, catalogue: Catalogue, geography: Geography) -> list[BadRow]:
    """References that the communes of their area contradict."""
    found: dict[str, list[str]] = {}
    counts, references = raw.counts, raw.references
    given = counts.numerator != ABSENT
    numerator = np.where(given, counts.numerator, 0)
    denominator = np.where(given, np.maximum(counts.denominator, 0), 0)
    for row, area in enumerate(geography.areas):
        inside = _inside(area, geography)
        n, d = numerator[inside].sum(axis=0), denominator[inside].sum(axis=0)
        complete = given[inside & geography.whole].all(axis=0)
        for column, entry in enumerate(catalogue.counted):
            own_n, own_d = int(references.numerator[row, column]), int(references.denominator[row, column])
            rate = float("nan")
            if references.rate[row, column] != ABSENT:
                rate = references.rate[row, column] / 10
            elif own_n != ABSENT and own_d > 0:
                rate = 100 * own_n / own_d
            told = _count_contradicted(own_n, int(n[column]), complete=bool(complete[column]))
            if not told and complete[column] and d[column] > 0:
                told = _rate_contradicted(rate, 100 * n[column] / d[column])
            if told:
                found.setdefault(entry.id, []).append(f"{_name(area)}, {told}")
    return [
        doubt(
            REFERENCES,
            "rate",
            f"{name}\u00a0: les communes contredisent {many(len(areas), 'référence')}\u202f; par exemple {areas[0]}",
            times=len(areas),
        )
        for name, areas in found.items()
    ]


def _count_contradicted(said: int, summed: int, *, complete: bool) -> str:
    """Communes that outnumber their area, or that are all given and do not reach it."""
    if said == ABSENT:
        return ""
    more = summed > said * (1 + COUNT_APART)
    fewer = complete and summed < said * (1 - COUNT_APART)
    return f"effectif {said}, somme des communes {summed}" if more or fewer else ""


def _rate_contradicted(said: float, summed: float) -> str:
    """Compare two rates in percent; NaN (not given) contradicts nothing."""
    if abs(said - summed) > max(POINTS_APART, RATE_APART * said):
        return f"taux {said:.1f}, somme des communes {summed:.1f}".replace(".", ",")
    return ""


def _name(area: Area) -> str:
    return "France" if area == FRANCE else " ".join(area)


def _inside(area: Area, geography: Geography) -> Mask:
    """Units of an area, arrondissements included: a city is given whole or by them, never both."""
    level, code = area
    if area == FRANCE:
        return np.ones(len(geography.codes), dtype=bool)
    inside: Mask = np.array(geography.departements if level == "departement" else geography.regions) == code
    return inside
