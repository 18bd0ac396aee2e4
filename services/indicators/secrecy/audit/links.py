"""Links between the rows of a family, unit by unit: parts and wholes, sums, and counts that are another's."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from services.indicators.catalogue import load_catalogue
from services.indicators.release import BY_AGE
from services.indicators.secrecy.audit.forms import Form, ancestors, same, where_all
from services.indicators.secrecy.piece import UNBOUNDED, Ints, Piece

# How the name of a denominator that is no row starts.
DENOMINATOR = "d."


def links(piece: Piece, by_name: Mapping[str, Piece]) -> list[Form]:
    """Every link of a row with others.

    A parent holds its people where the bounds of the row say so: nowhere can `n` be more than the parent's.
    """
    counted = {frozenset(quorum.terms) for quorum in piece.quorums}
    whole = piece.among
    found = [
        _link(piece, {name: 1, piece.name: -1}, by_name)
        for name in dict.fromkeys((*piece.parents, *([whole] if whole else [])))
        if frozenset({(name, 1), (piece.name, -1)}) not in counted and _holds(piece, by_name[name])
    ]
    found += [
        replace(_link(piece, {name: 1, piece.name: -1}, by_name), high=np.zeros_like(piece.n))
        for name in piece.parents
        if _equal(piece, by_name[name])
    ]
    if whole is None and piece.d.any() and (piece.high <= piece.d)[piece.loaded].all():
        found.append(_link(piece, {piece.name: -1}, by_name, piece.d))
    return [*found, *_complements(piece, whole, by_name), *_by_age(piece, by_name), *_derived(piece, by_name)]


def _complements(piece: Piece, whole: str | None, by_name: Mapping[str, Piece]) -> Iterator[Form]:
    """People of a parent outside the row's denominator: no more than the parent's denominator has outside it.

    So among those of 17 and over without a médecin traitant, those under 70 are some of those under 70. Only
    where the counts have it everywhere: then the row is the part of its parent that lies in its denominator.
    """
    for name in piece.parents:
        parent = by_name[name]
        above = parent.among
        if whole is None or above is None or above not in ancestors(by_name[whole], by_name):
            continue
        outside = by_name[above].n - by_name[whole].n - parent.n + piece.n
        terms = {above: 1, whole: -1, name: -1, piece.name: 1}
        if len(terms) == 4 and (outside >= 0)[where_all(piece, terms, by_name)].all():
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
        whole = row.among
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
        where=where_all(piece, terms, by_name),
    )


def _holds(piece: Piece, parent: Piece) -> bool:
    both = piece.loaded & parent.loaded
    return bool((piece.high <= parent.n)[both].all())


def _equal(piece: Piece, parent: Piece) -> bool:
    """The same count of the same people, given twice: two denominators where one lacks some communes."""
    both = piece.loaded & parent.loaded
    return not piece.published and same(piece.n, parent.n, both)
