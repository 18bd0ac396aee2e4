"""Counts of heads as sums of rows, unit by unit: what an attacker may derive, and how far the rule bounds it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from services.indicators.secrecy.piece import UNBOUNDED, Ints, Mask, Piece, Quorum

# How the name of a count ends that is what `n` leaves of its denominator; values alone may not tell which.
COMPLEMENT = " - n"


@dataclass(frozen=True, repr=False)
class Form:
    """`sum(coefficient * n of row) + constant`, from `low` to `high`, for the units of `where`.

    `quorum`: the count of heads that it is, None for a link that is no count under a rule; `unsafe`: where that
    count fails its threshold, to be protected. `total`: says what rows add up to, which the rule alone does not.
    """

    row: str
    terms: Mapping[str, int]
    constant: Ints
    low: Ints
    high: Ints
    where: Mask
    quorum: str | None = None
    unsafe: Mask | None = None
    total: bool = False


def whole_of(piece: Piece, by_name: Mapping[str, Piece]) -> str | None:
    """Row that counts the denominator of a piece; None where it is public or there is none."""
    for name in ancestors(piece, by_name):
        other = by_name[name]
        if other.loaded[piece.loaded].all() and (other.n == piece.d)[piece.loaded].all():
            return name
    return None


def ancestors(piece: Piece, by_name: Mapping[str, Piece]) -> list[str]:
    """Parents, their parents and so on, nearest first."""
    found: dict[str, None] = {}
    waiting = list(piece.parents)
    while waiting:
        name = waiting.pop(0)
        found.setdefault(name)
        waiting += by_name[name].parents
    return list(found)


def own_bounds(piece: Piece) -> tuple[Ints, Ints]:
    """Bounds of `n` for somebody who knows nothing of the other rows: which rules pass, and no more.

    Heads that no answer gives (distinct persons) still bound `n` from below where they are among those counted.
    """
    low, high = np.zeros_like(piece.n), np.full_like(piece.n, UNBOUNDED)
    for quorum in piece.quorums:
        passes = quorum.values >= quorum.threshold
        counts_n = quorum.derivable and same(quorum.values, piece.n, piece.loaded)
        among_n = not quorum.derivable and bool((quorum.values <= piece.n)[piece.loaded].all())
        if counts_n or among_n:
            low = np.where(passes, np.maximum(low, quorum.threshold), low)
        if counts_n:
            high = np.where(passes, high, np.minimum(high, quorum.threshold - 1))
    return low, high


def counts(piece: Piece, by_name: Mapping[str, Piece]) -> list[Form]:
    """Every count of heads that can be derived from a row.

    What cannot be told apart from `n` plus a known constant is taken for that, which gives the attacker more.
    """
    return [_count(piece, quorum, by_name) for quorum in piece.quorums if quorum.derivable]


def _count(piece: Piece, quorum: Quorum, by_name: Mapping[str, Piece]) -> Form:
    terms, constant = _terms(piece, quorum, by_name)
    passes = quorum.values >= quorum.threshold
    return Form(
        row=piece.name,
        terms=terms,
        constant=constant,
        low=np.where(passes, quorum.threshold, 0),
        high=np.where(passes, UNBOUNDED, quorum.threshold - 1),
        where=where_all(piece, terms, by_name),
        quorum=quorum.name,
        unsafe=~passes,
    )


def _terms(piece: Piece, quorum: Quorum, by_name: Mapping[str, Piece]) -> tuple[dict[str, int], Ints]:
    """How a count of heads is made from rows: n, parent - n, d - n, or those of d in neither of two parents."""
    own, nothing = piece.name, np.zeros_like(piece.n)
    if quorum.terms:
        return dict(quorum.terms), nothing
    if quorum.parent:
        return {quorum.parent: 1, own: -1}, nothing
    if same(quorum.values, piece.n, piece.loaded) and not quorum.name.endswith(COMPLEMENT):
        return {own: 1}, nothing
    whole = whole_of(piece, by_name)
    base = {whole: 1} if whole else {}
    constant = nothing if whole else piece.d
    if same(quorum.values, piece.d - piece.n, piece.loaded):
        return {**base, own: -1}, constant
    for first, second in _pairs(piece):
        either = by_name[first].n + by_name[second].n - piece.n
        if whole not in {first, second} and same(quorum.values, piece.d - either, piece.loaded):
            return {**base, first: -1, second: -1, own: 1}, constant
    return {own: 1}, quorum.values - piece.n


def _pairs(piece: Piece) -> Iterator[tuple[str, str]]:
    for position, first in enumerate(piece.parents):
        for second in piece.parents[position + 1 :]:
            yield first, second


def where_all(piece: Piece, terms: Mapping[str, int], by_name: Mapping[str, Piece]) -> Mask:
    """Units where the row and all terms have data."""
    where = piece.loaded.copy()
    for name in terms:
        where &= by_name[name].loaded
    return where


def same(one: Ints, other: Ints, where: Mask) -> bool:
    """Whether two counts are equal wherever they are looked at."""
    return bool((one == other)[where].all())
