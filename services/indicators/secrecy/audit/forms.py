"""Counts of heads as sums of rows, unit by unit: what an attacker may derive, and how far the rule bounds it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from services.indicators.secrecy.piece import UNBOUNDED, Ints, Mask, Piece, Quorum


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
        counts_n = quorum.derivable and not quorum.terms
        among_n = not quorum.derivable and bool((quorum.values <= piece.n)[piece.loaded].all())
        if counts_n or among_n:
            low = np.where(passes, np.maximum(low, quorum.threshold), low)
        if counts_n:
            high = np.where(passes, high, np.minimum(high, quorum.threshold - 1))
    return low, high


def counts(piece: Piece, by_name: Mapping[str, Piece]) -> list[Form]:
    """Every count of heads that can be derived from a row; what its rows leave of it is taken for known."""
    return [_count(piece, quorum, by_name) for quorum in piece.quorums if quorum.derivable]


def _count(piece: Piece, quorum: Quorum, by_name: Mapping[str, Piece]) -> Form:
    terms = dict(quorum.terms) or {piece.name: 1}
    passes = quorum.values >= quorum.threshold
    return Form(
        row=piece.name,
        terms=terms,
        constant=quorum.values - sum(sign * by_name[name].n for name, sign in terms.items()),
        low=np.where(passes, quorum.threshold, 0),
        high=np.where(passes, UNBOUNDED, quorum.threshold - 1),
        where=where_all(piece, terms, by_name),
        quorum=quorum.name,
        unsafe=~passes,
    )


def where_all(piece: Piece, terms: Mapping[str, int], by_name: Mapping[str, Piece]) -> Mask:
    """Units where the row and all terms have data."""
    where = piece.loaded.copy()
    for name in terms:
        where &= by_name[name].loaded
    return where


def same(one: Ints, other: Ints, where: Mask) -> bool:
    """Whether two counts are equal wherever they are looked at."""
    return bool((one == other)[where].all())
