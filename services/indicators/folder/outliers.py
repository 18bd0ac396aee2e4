"""Counts that are possible but unlikely: all zeros, rates ten times the others, the same numbers twice. Pure."""

from collections import defaultdict

import numpy as np

from services.indicators.catalogue import Catalogue
from services.indicators.folder.columns import Ints
from services.indicators.folder.counts import COUNTS
from services.indicators.folder.problems import BadRow, doubt, many, some
from services.indicators.geography import Geography
from services.indicators.raw import ABSENT, RawRelease

TIMES = 10
# Below so many people expected, chance alone makes a rate ten times another.
EXPECTED = 5
# Two lists of fewer numbers may be equal by chance.
LIST = 10
PEOPLE = 100


def outliers(raw: RawRelease, catalogue: Catalogue, geography: Geography) -> list[BadRow]:
    """Warnings on each indicator's numbers, then on numbers found twice."""
    found = []
    departements = np.unique(np.array(geography.departements), return_inverse=True)[1].reshape(-1)
    for column, entry in enumerate(catalogue.counted):
        n, d = raw.counts.numerator[:, column], raw.counts.denominator[:, column]
        given = np.flatnonzero(n != ABSENT)
        if not len(given):
            continue
        if not n[given].any() and (entry.kind == "count" or d[given].sum() >= PEOPLE):
            reason = f"{entry.id}\u00a0: zéro partout ({many(len(given), 'commune')})"
            found.append(doubt(COUNTS, "numerator", reason, times=len(given)))
        if entry.kind != "count":
            found += _far(entry.id, n, d, departements, geography)
    return found + _copies(raw, catalogue, geography)


def _far(name: str, n: Ints, d: Ints, departements: Ints, geography: Geography) -> list[BadRow]:
    """Communes, then départements, whose rate is ten times that of the rest of the folder."""
    given = (n != ABSENT) & (d > 0)
    inside = np.where(given, n, 0), np.where(given, d, 0)
    found = []
    places = [str(code) for code in np.unique(np.array(geography.departements))]
    levels = (
        ("commune", inside, list(geography.codes)),
        ("département", tuple(np.bincount(departements, weights=values) for values in inside), places),
    )
    for what, (people, among), codes in levels:
        others = among.sum() - among
        expected = np.divide(
            among * (people.sum() - people), others, out=np.zeros(len(among)), where=others > 0
        )
        far = np.flatnonzero(
            (people > TIMES * expected) & (expected >= EXPECTED)
            | (expected > TIMES * np.maximum(people, EXPECTED))
        )
        if len(far):
            worst = [codes[place] for place in far]
            reason = (
                f"{name}\u00a0: taux {TIMES} fois plus grand ou plus petit qu’ailleurs dans {many(len(far), what)} "
                f"({some(worst)})"
            )
            found.append(doubt(COUNTS, "numerator", reason, times=len(far)))
    return found


def _copies(raw: RawRelease, catalogue: Catalogue, geography: Geography) -> list[BadRow]:
    """Indicators with the same numbers everywhere, and départements with the same numbers in the same order."""
    whole: dict[bytes, list[str]] = defaultdict(list)
    parts: dict[tuple[str, bytes], list[str]] = defaultdict(list)
    of = np.array(geography.departements)
    order = np.argsort(of, kind="stable")
    cuts = np.flatnonzero(of[order][1:] != of[order][:-1]) + 1
    for column, entry in enumerate(catalogue.counted):
        n = raw.counts.numerator[:, column]
        if _telling(n):
            whole[n.tobytes()].append(entry.id)
        for units in np.split(order, cuts):
            values = n[units][n[units] != ABSENT]
            if _telling(values):
                parts[entry.id, values.tobytes()].append(str(of[units[0]]))
    found = [
        doubt(COUNTS, "numerator", f"mêmes numérateurs partout\u00a0: {', '.join(names)}", times=len(names))
        for names in whole.values()
        if len(names) > 1
    ]
    for (name, _), twins in parts.items():
        if len(twins) > 1:
            reason = (
                f"{name}\u00a0: mêmes numérateurs, commune après commune, dans les départements {some(twins)}"
            )
            found.append(doubt(COUNTS, "numerator", reason, times=len(twins)))
    return found


def _telling(values: Ints) -> bool:
    """Whether these numbers are too many and too different to be found twice by chance."""
    return len(np.unique(values[values > 0])) >= LIST
