"""Codes of any year, as imported files give them → current communes, for each sort of fact. Pure."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from services.geo.atlas import Atlas
from services.geo.territory.codes import current_codes

T = TypeVar("T")
# A layer with something in so many of the départements is a national one: it also says where there is nothing.
NATIONAL = 0.75


def one_each(atlas: Atlas, rows: Iterable[tuple[str, T]]) -> dict[str, T]:
    """A fact that communes do not add up (a zonage): the row of the current code wins.

    Without it, those of the old codes that a commune holds now, where they agree; nothing where they do not.
    """
    own: dict[str, T] = {}
    inherited: dict[str, set[T]] = {}
    for code, fact in rows:
        if code in atlas.index:
            own[code] = fact
            continue
        for current in current_codes(atlas, code):
            inherited.setdefault(current, set()).add(fact)
    agreed = {code: next(iter(facts)) for code, facts in inherited.items() if len(facts) == 1}
    return {**agreed, **own}


def summed(atlas: Atlas, rows: Iterable[tuple[str, Sequence[float]]]) -> dict[str, tuple[float, ...]]:
    """A count that communes add up (residents): a merged commune has the sum of all its rows.

    What a split code counted is left out: nobody knows how it was shared.
    """
    found: dict[str, tuple[float, ...]] = {}
    for code, counts in rows:
        current = current_codes(atlas, code)
        if len(current) == 1:
            before = found.get(current[0])
            added = zip(before, counts, strict=True) if before else ((0.0, count) for count in counts)
            found[current[0]] = tuple(one + other for one, other in added)
    return found


def departements_told(atlas: Atlas, codes: Iterable[str]) -> frozenset[str]:
    """Départements that a layer speaks for, by the communes where it shows something; all of them for a national one.

    Elsewhere its silence is not an absence. Codes in no current use tell nothing.
    """
    named = {commune.departement for code in set(codes) if (commune := atlas.get(code))}
    return frozenset(atlas.departements if len(named) >= NATIONAL * len(atlas.departements) else named)


def communes_of(atlas: Atlas, codes: Iterable[str]) -> tuple[str, ...]:
    """Current communes of a list of codes, sorted, each once; those of a split code all come."""
    return tuple(sorted({current for code in codes for current in current_codes(atlas, code)}))
