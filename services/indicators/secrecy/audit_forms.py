"""What an attacker may derive from the rows of a release: each count of heads as a sum of other rows, unit by unit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from services.indicators.catalogue import load_catalogue
from services.indicators.release import BY_AGE
from services.indicators.secrecy.piece import UNBOUNDED, Ints, Mask, Piece, Quorum

# How the name of a count ends that is what `n` leaves of its denominator; values alone may not tell which.
COMPLEMENT = " - n"
# How the name of a denominator that is no row starts.
DENOMINATOR = "d."


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


def forms(piece: Piece, by_name: Mapping[str, Piece]) -> list[Form]:
    """Every link of a row with others, and every count of heads that can be derived from it.

    A link is one that the bounds of the row declare: nowhere can `n` be more than that parent. What cannot be
    told apart from `n` plus a known constant is taken for that, which gives the attacker more, never less.
    """
    found = [_quorum(piece, quorum, by_name) for quorum in piece.quorums if quorum.derivable]
    linked = {quorum.parent for quorum in piece.quorums if quorum.parent}
    whole = whole_of(piece, by_name)
    found += [
        _link(piece, {name: 1, piece.name: -1}, by_name)
        for name in dict.fromkeys((*piece.parents, *([whole] if whole else [])))
        if name not in linked and _holds(piece, by_name[name])
    ]
    found += [
        replace(_link(piece, {name: 1, piece.name: -1}, by_name), high=np.zeros_like(piece.n))
        for name in piece.parents
        if _equal(piece, by_name[name])
    ]
    if whole is None and piece.d.any() and (piece.high <= piece.d)[piece.loaded].all():
        found.append(_link(piece, {piece.name: -1}, by_name, piece.d))
    return [*found, *_complements(piece, whole, by_name), *_by_age(piece, by_name), *_derived(piece, by_name)]


def own_bounds(piece: Piece) -> tuple[Ints, Ints]:
    """Bounds of `n` for somebody who knows nothing of the other rows: which rules pass, and no more.

    Heads that no answer gives (distinct persons) still bound `n` from below where they are among those counted.
    """
    low, high = np.zeros_like(piece.n), np.full_like(piece.n, UNBOUNDED)
    for quorum in piece.quorums:
        passes = quorum.values >= quorum.threshold
        counts_n = quorum.derivable and _same(quorum.values, piece.n, piece.loaded)
        among_n = not quorum.derivable and bool((quorum.values <= piece.n)[piece.loaded].all())
        if counts_n or among_n:
            low = np.where(passes, np.maximum(low, quorum.threshold), low)
        if counts_n:
            high = np.where(passes, high, np.minimum(high, quorum.threshold - 1))
    return low, high


def _quorum(piece: Piece, quorum: Quorum, by_name: Mapping[str, Piece]) -> Form:
    terms, constant = _terms(piece, quorum, by_name)
    passes = quorum.values >= quorum.threshold
    return Form(
        row=piece.name,
        terms=terms,
        constant=constant,
        low=np.where(passes, quorum.threshold, 0),
        high=np.where(passes, UNBOUNDED, quorum.threshold - 1),
        where=_where(piece, terms, by_name),
        quorum=quorum.name,
        unsafe=~passes,
    )


def _terms(piece: Piece, quorum: Quorum, by_name: Mapping[str, Piece]) -> tuple[dict[str, int], Ints]:
    """How a count of heads is made from rows: n, parent - n, d - n, or those of d in neither of two parents."""
    own, nothing = piece.name, np.zeros_like(piece.n)
    if quorum.parent:
        return {quorum.parent: 1, own: -1}, nothing
    if _same(quorum.values, piece.n, piece.loaded) and not quorum.name.endswith(COMPLEMENT):
        return {own: 1}, nothing
    whole = whole_of(piece, by_name)
    base = {whole: 1} if whole else {}
    constant = nothing if whole else piece.d
    if _same(quorum.values, piece.d - piece.n, piece.loaded):
        return {**base, own: -1}, constant
    for first, second in _pairs(piece):
        either = by_name[first].n + by_name[second].n - piece.n
        if whole not in {first, second} and _same(quorum.values, piece.d - either, piece.loaded):
            return {**base, first: -1, second: -1, own: 1}, constant
    return {own: 1}, quorum.values - piece.n


def _pairs(piece: Piece) -> Iterator[tuple[str, str]]:
    for position, first in enumerate(piece.parents):
        for second in piece.parents[position + 1 :]:
            yield first, second


def _complements(piece: Piece, whole: str | None, by_name: Mapping[str, Piece]) -> Iterator[Form]:
    """People of a parent outside the row's denominator: no more than the parent's denominator has outside it.

    So among those of 17 and over without a médecin traitant, those under 70 are some of those under 70. Only
    where the counts have it everywhere: then the row is the part of its parent that lies in its denominator.
    """
    for name in piece.parents:
        parent = by_name[name]
        above = whole_of(parent, by_name)
        if whole is None or above is None or above not in ancestors(by_name[whole], by_name):
            continue
        outside = by_name[above].n - by_name[whole].n - parent.n + piece.n
        terms = {above: 1, whole: -1, name: -1, piece.name: 1}
        if len(terms) == 4 and (outside >= 0)[_where(piece, terms, by_name)].all():
            yield _link(piece, terms, by_name)


def _derived(piece: Piece, by_name: Mapping[str, Piece]) -> Iterator[Form]:
    """A count of another row's people over the communes of some zones, which are public: all of them, or none."""
    entry = load_catalogue().by_id.get(piece.name)
    parent = by_name.get(entry.derived_from or "") if entry else None
    if parent is None:
        return
    all_of_them = _link(piece, {parent.name: 1, piece.name: -1}, by_name)
    alike = piece.n == parent.n
    if (alike | (piece.n == 0))[all_of_them.where].all():
        nothing = np.zeros_like(piece.n)
        yield replace(all_of_them, high=nothing, where=all_of_them.where & alike)
        none_of_them = _link(piece, {piece.name: 1}, by_name)
        yield replace(none_of_them, high=nothing, where=piece.loaded & ~alike)


def _by_age(piece: Piece, by_name: Mapping[str, Piece]) -> Iterator[Form]:
    """The age bands of a row, or of its denominator, that add up to it: told of the last of them."""
    base, by_age, _ = piece.name.partition(BY_AGE)
    bands = [name for name in by_name if name.startswith(base + BY_AGE)]
    if not by_age or piece.name != bands[-1]:
        return
    whole: str | None = base
    total = np.zeros_like(piece.n)
    if base not in by_name:
        row = by_name[base.removeprefix(DENOMINATOR)]
        whole = whole_of(row, by_name)
        total = total if whole else row.d
    terms = {**({whole: 1} if whole else {}), **dict.fromkeys(bands, -1)}
    form = _link(piece, terms, by_name, total)
    left = total + sum(sign * by_name[name].n for name, sign in terms.items())
    if (left == 0)[form.where].all():
        yield replace(form, high=np.zeros_like(piece.n), total=True)


def _link(
    piece: Piece, terms: Mapping[str, int], by_name: Mapping[str, Piece], constant: Ints | None = None
) -> Form:
    nothing = np.zeros_like(piece.n)
    return Form(
        row=piece.name,
        terms=terms,
        constant=nothing if constant is None else constant,
        low=nothing,
        high=np.full_like(piece.n, UNBOUNDED),
        where=_where(piece, terms, by_name),
    )


def _holds(piece: Piece, parent: Piece) -> bool:
    both = piece.loaded & parent.loaded
    return bool((piece.high <= parent.n)[both].all())


def _equal(piece: Piece, parent: Piece) -> bool:
    """The same count of the same people, given twice: two denominators where one lacks some communes."""
    both = piece.loaded & parent.loaded
    return not piece.published and _same(piece.n, parent.n, both)


def _where(piece: Piece, terms: Mapping[str, int], by_name: Mapping[str, Piece]) -> Mask:
    where = piece.loaded.copy()
    for name in terms:
        where &= by_name[name].loaded
    return where


def _same(one: Ints, other: Ints, where: Mask) -> bool:
    return bool((one == other)[where].all())
