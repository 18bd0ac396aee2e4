"""The rule checked on every atom by sums alone: independent of whatever cut them, and quick enough to run always."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from services.indicators.secrecy.audit.findings import Flag
from services.indicators.secrecy.audit.forms import ancestors
from services.indicators.secrecy.piece import NONE, Cut, Ints, Mask, Partition, Piece


def failures(pieces: Sequence[Piece], partition: Partition) -> tuple[Flag, ...]:
    """One flag per atom and reason, on a unit of the atom that has something to hide where there is one.

    An atom that is shown reaches every quorum and has no dominant professional; one whose sums can be derived
    reaches the quorums that can be derived. Where it holds an unsafe cell, its total lies far enough from both
    ends of what its cells can be that none is narrowed below the rule. A row that is told is made of whole atoms of
    all that it follows.
    """
    by_name = {piece.name: piece for piece in pieces}
    return tuple(flag for piece in pieces for flag in _piece(piece, by_name, partition))


def _piece(piece: Piece, by_name: Mapping[str, Piece], partition: Partition) -> Iterator[Flag]:
    cut = partition[piece.name]
    unsafe = piece.unsafe
    # A unit to name for each label: an unsafe one if the atom has any.
    named = np.zeros(len(cut.shown), dtype=np.intp)
    for mask in (piece.loaded, piece.loaded & unsafe):
        named[cut.atom[mask]] = np.flatnonzero(mask)

    def flags(labels: Mask, quorum: str) -> Iterator[Flag]:
        for label in np.flatnonzero(labels).tolist():
            yield Flag(piece.name, int(named[label]), quorum, "rule")

    # Sets that nothing can hold are in no atom, and nothing is said of them.
    astray = np.flatnonzero((cut.atom != NONE) & ~piece.loaded)
    yield from (Flag(piece.name, int(unit), "découpage", "rule") for unit in astray)
    present = np.bincount(cut.atom[piece.loaded], minlength=len(cut.shown)) > 0
    present[NONE] = False
    known = present & (cut.known | cut.shown)
    for quorum in piece.quorums:
        reached = _sums(cut, quorum.values, piece.loaded) >= quorum.threshold
        bound = cut.shown | (known if quorum.derivable else False)
        yield from flags(present & bound & ~reached, quorum.name)
    if piece.lead is not None:
        first = np.zeros(len(cut.shown))
        np.maximum.at(first, cut.atom[piece.loaded], piece.lead[piece.loaded])
        dominated = first > piece.dominance * _sums(cut, piece.n, piece.loaded)
        yield from flags(present & cut.shown & dominated, "dominance")
    yield from flags(known & ~_wide(piece, cut, unsafe), "intervalle")
    # What is never told on its own need not nest: the rows told of it do, in all that it follows.
    for parent in ancestors(piece, by_name) if piece.published else ():
        yield from flags(present & _torn(piece, cut, by_name[parent], partition[parent]), f"dans {parent}")


def _sums(cut: Cut, values: Ints, inside: Mask) -> Ints:
    # Sums of integers under 2**53 are exact in float64, which is what bincount adds in.
    found = np.bincount(cut.atom[inside], weights=values[inside], minlength=len(cut.shown))
    return found.astype(np.int64)


def _wide(piece: Piece, cut: Cut, unsafe: Mask) -> Mask:
    """Labels whose total leaves each unsafe cell at least as wide as the rule does, or 10 for people."""
    reach = np.minimum(piece.high - piece.low, piece.threshold - 1)
    widest = np.zeros(len(cut.shown), dtype=np.int64)
    np.maximum.at(widest, cut.atom[unsafe], reach[unsafe])
    low, high = (_sums(cut, bound, piece.loaded) for bound in (piece.low, piece.high))
    total, slack = _sums(cut, piece.n, piece.loaded), piece.high - piece.low
    # What moves beside a cell: least beside the one that moves most.
    most = np.zeros(len(cut.shown), dtype=np.int64)
    np.maximum.at(most, cut.atom[unsafe], slack[unsafe])
    others = high - low - most
    wide: Mask = (low + widest <= total) & (total <= high - widest) & (others >= widest)
    return wide


def _torn(piece: Piece, cut: Cut, parent: Piece, over: Cut) -> Mask:
    """Labels of the row that hold a part only of some atom of the parent, where both have data."""
    both = piece.loaded & parent.loaded
    first = np.full(len(over.shown), len(cut.shown), dtype=np.int64)
    last = np.zeros(len(over.shown), dtype=np.int64)
    np.minimum.at(first, over.atom[both], cut.atom[both])
    np.maximum.at(last, over.atom[both], cut.atom[both])
    torn = first < last
    torn[NONE] = False
    found = np.zeros(len(cut.shown), dtype=bool)
    found[last[torn]] = True
    return found
