"""Rows and cuts made by hand for the audit: a few communes, small thresholds, and all that could be true of them."""

from collections.abc import Sequence
from itertools import product

import numpy as np

from services.indicators.geography import Geography, geography_of
from services.indicators.secrecy.piece import Cut, Ints, Partition, Piece, Quorum
from services.indicators.secrecy.ranges import Range
from tests.unit.indicators.worlds import membership

THRESHOLD = 11


def ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def row(
    name: str,
    n: Sequence[int],
    *,
    among: Sequence[int] | Piece | None = None,
    parent: Piece | None = None,
    most: int | None = None,
    two_sided: bool = False,
    published: bool = True,
    threshold: int = THRESHOLD,
    family: str = "f",
) -> Piece:
    """People `n` among a public count or another row, part of `parent`; `most` bounds what nothing else does."""
    counted, of = ints(n), among.n if isinstance(among, Piece) else among
    d = np.zeros_like(counted) if of is None else ints(list(of))
    bounds = Range(counted, d if of is not None else None if most is None else np.full_like(counted, most))
    bounds.count("n", threshold)
    if parent:
        bounds.rest(f"{parent.name} - {name}", parent.n, threshold, ((parent.name, 1), (name, -1)))
    if two_sided:
        whole = ((among.name, 1),) if isinstance(among, Piece) else ()
        bounds.rest("d - n", d, threshold, (*whole, (name, -1)))
    above = [piece.name for piece in (among, parent) if isinstance(piece, Piece)]
    return Piece(
        name=name,
        family=family,
        parents=tuple(dict.fromkeys(above)),
        published=published,
        n=counted,
        d=d,
        loaded=np.ones(len(counted), dtype=bool),
        low=bounds.low,
        high=bounds.high,
        threshold=threshold,
        quorums=tuple(bounds.quorums),
        among=among.name if isinstance(among, Piece) else None,
    )


def cut(labels: Sequence[int], *, shown: bool = True, known: bool = True) -> Cut:
    """Atoms by label, 1 and on; all shown, or only known, or neither."""
    size = max(labels) + 1
    known_labels = np.full(size, known)
    shown_labels = np.full(size, shown and known)
    known_labels[0] = shown_labels[0] = False
    return Cut(np.array(labels, dtype=np.int32), shown_labels, known_labels)


def alone(units: int) -> Cut:
    """Every commune on its own, shown: what a threshold tested on the whole territory amounts to."""
    return cut(list(range(1, units + 1)))


def ground(*codes: str) -> Geography:
    """Communes of these codes, in order; départements are their first two figures."""
    return geography_of([membership(code) for code in codes], 2026, "essai")


def possible(
    rows: Sequence[Piece], partition: Partition, tops: Sequence[int]
) -> tuple[list[str], list[np.ndarray[tuple[int, int], np.dtype[np.int64]]]]:
    """Every set of whole numbers that agrees with what is known: by row, one line per possible world.

    Rows have the others' names in `parents`; counts go from 0 to `tops` (by row). Written apart from the audit: by
    trying all of them.
    """
    names = [piece.name for piece in rows]
    by_name = {piece.name: piece for piece in rows}
    units = len(rows[0].n)
    choices = [
        [
            values
            for values in product(*(range(top + 1) for top in tops))
            if _agrees(rows, names, unit, values)
        ]
        for unit in range(units)
    ]
    worlds = np.stack(
        np.meshgrid(*(np.arange(len(choice)) for choice in choices), indexing="ij"), axis=-1
    ).reshape(-1, units)
    tables = [np.array(choice, dtype=np.int64) for choice in choices]
    counts = [
        np.stack([tables[unit][worlds[:, unit], rank] for unit in range(units)], axis=1)
        for rank in range(len(rows))
    ]
    kept = np.ones(len(worlds), dtype=bool)
    for piece in rows:
        if not piece.published:
            continue
        told = [piece.name, *(name for name in piece.parents if (by_name[name].n == piece.d).all())]
        labels = partition[piece.name].atom
        for label in set(labels.tolist()):
            for name in told:
                inside, rank = labels == label, names.index(name)
                kept &= counts[rank][:, inside].sum(axis=1) == by_name[name].n[inside].sum()
    return names, [count[kept] for count in counts]


def _agrees(rows: Sequence[Piece], names: Sequence[str], unit: int, values: Sequence[int]) -> bool:
    """Whether one commune's counts pass and fail the rules that the true ones do, and no part exceeds its whole."""
    for rank, piece in enumerate(rows):
        n = values[rank]
        for name in piece.parents:
            if n > values[names.index(name)]:
                return False
        if not piece.parents and piece.d.any() and n > piece.d[unit]:
            return False
        if not all(_passes_alike(quorum, piece, names, unit, values, n) for quorum in piece.quorums):
            return False
    return True


def _passes_alike(
    quorum: Quorum, piece: Piece, names: Sequence[str], unit: int, values: Sequence[int], n: int
) -> bool:
    if quorum.name == "n":
        found = n
    else:
        wholes = [name for name, sign in quorum.terms if sign > 0]
        found = (values[names.index(wholes[0])] if wholes else int(piece.d[unit])) - n
    return (found >= quorum.threshold) == (int(quorum.values[unit]) >= quorum.threshold)
