"""Sets of communes and what is known of their sums: the closed rule that says whether a set may be published."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.indicators.secrecy.piece import NONE, UNBOUNDED, Floats, Ints, Mask, Piece, Small


@dataclass(frozen=True, repr=False)
class Sums:
    """Figures of sets, one line each: quorums then `n`, `low`, `high`, slack (`high - low`) in `added`.

    `widest`: of the unsafe communes, the most that the rule alone leaves open (at most threshold - 1), and the
    most slack; 0 where all are safe. `lead`: the largest professional's part. `first`: first unit of each set.
    """

    added: Ints
    widest: Ints
    lead: Floats
    first: npt.NDArray[np.intp]

    def by_group(self, members: npt.NDArray[np.intp], starts: npt.NDArray[np.intp]) -> "Sums":
        """Figures of groups of sets: `members` are their positions, one group after the other from `starts`."""
        return Sums(
            np.add.reduceat(self.added[members], starts, axis=0),
            np.maximum.reduceat(self.widest[members], starts, axis=0),
            np.maximum.reduceat(self.lead[members], starts),
            self.first[members[starts]],
        )

    def after(self, bloc: "Bloc") -> "Sums":
        """Figures of each line joined with a bloc."""
        return Sums(
            self.added + np.array(bloc.added),
            np.maximum(self.widest, [bloc.width, bloc.slack]),
            np.maximum(self.lead, bloc.lead),
            self.first,
        )

    def at(self, positions: npt.NDArray[np.intp]) -> "Sums":
        """Figures of some lines, in the order given."""
        return Sums(
            self.added[positions], self.widest[positions], self.lead[positions], self.first[positions]
        )

    def running(self) -> "Sums":
        """Figures of the first line, of the first two, and so on."""
        return Sums(
            np.cumsum(self.added, axis=0),
            np.maximum.accumulate(self.widest, axis=0),
            np.maximum.accumulate(self.lead),
            self.first,
        )

    def parted(self, along: npt.NDArray[np.intp]) -> "Sums":
        """Figures of both sides of each place where sets in a row may be parted: first those before, then after."""
        added, widest, lead = self.added[along], self.widest[along], self.lead[along]
        before = np.cumsum(added, axis=0)
        top = np.maximum.accumulate(widest, axis=0)
        top_after = np.maximum.accumulate(widest[::-1], axis=0)[::-1]
        led = np.maximum.accumulate(lead)
        led_after = np.maximum.accumulate(lead[::-1])[::-1]
        return Sums(
            np.concatenate([before[:-1], before[-1] - before[:-1]]),
            np.concatenate([top[:-1], top_after[1:]]),
            np.concatenate([led[:-1], led_after[1:]]),
            np.concatenate([self.first[along[:-1]], self.first[along[1:]]]),
        )

    def line(self, position: int) -> "Bloc":
        """One set, to be joined with others."""
        width, slack = self.widest[position].tolist()
        return Bloc([position], self.added[position].tolist(), width, slack, float(self.lead[position]))


class Bloc:
    """Sets joined, as their positions in a table of sums."""

    __slots__ = ("added", "lead", "sets", "slack", "width")

    def __init__(self, sets: list[int], added: list[int], width: int, slack: int, lead: float) -> None:
        self.sets, self.added, self.width, self.slack, self.lead = sets, added, width, slack, lead

    def of(self, sets: list[int]) -> "Bloc":
        """The same figures, for the sets that they are of."""
        return Bloc(sets, self.added, self.width, self.slack, self.lead)

    def joined(self, other: "Bloc") -> "Bloc":
        """Both together."""
        return Bloc(
            self.sets + other.sets,
            [one + more for one, more in zip(self.added, other.added, strict=True)],
            max(self.width, other.width),
            max(self.slack, other.slack),
            max(self.lead, other.lead),
        )


class Rule:
    """The rule of one piece: every quorum reached, nobody dominant, and no unsafe commune narrowed by the sum."""

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self._thresholds = np.array([quorum.threshold for quorum in piece.quorums])
        self._least: list[int] = self._thresholds.tolist()
        high = np.minimum(piece.high, UNBOUNDED)
        slack = np.maximum(high - piece.low, 0)
        self._columns: Ints = np.stack(
            [*(quorum.values for quorum in piece.quorums), piece.n, piece.low, high, slack], axis=1
        ).astype(np.int64)
        unsafe = piece.unsafe
        self._widest: Ints = np.stack(
            [np.where(unsafe, _open(piece, slack), 0), np.where(unsafe, slack, 0)], axis=1
        )
        self._lead: Floats = np.zeros(len(piece.n)) if piece.lead is None else piece.lead

    def sums(self, labels: Small) -> Sums:
        """Figures of each set of `labels` (0, 1, 2… per unit, none skipped; negative: in no set)."""
        inside = np.flatnonzero(labels >= 0)
        order = inside[np.argsort(labels[inside], kind="stable")]
        if not len(order):
            width = self._columns.shape[1]
            return Sums(np.zeros((0, width), np.int64), np.zeros((0, 2), np.int64), np.zeros(0), order)
        ordered = labels[order]
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        return Sums(
            np.add.reduceat(self._columns[order], starts, axis=0),
            np.maximum.reduceat(self._widest[order], starts, axis=0),
            np.maximum.reduceat(self._lead[order], starts),
            order[starts],
        )

    def holds(self, sums: Sums, margin: int = 0) -> Mask:
        """Whether each set may be published; `margin` is added to every threshold."""
        added, (width, slack) = sums.added, sums.widest.T
        n, low, high, free = added[:, -4:].T
        passed: Mask = np.all(added[:, : len(self._thresholds)] >= self._thresholds + margin, axis=1)
        hidden = (low + width <= n) & (n <= high - width) & (free - slack >= width)
        led: Mask = sums.lead <= self.piece.dominance * n
        found: Mask = passed & ((width == 0) | hidden) & led
        return found

    def may_part(self, sums: Sums, sets: npt.NDArray[np.intp]) -> bool:
        """Whether the heads of these sets are enough for two."""
        heads = sums.added[sets, : len(self._thresholds)].sum(axis=0)
        return bool((heads >= 2 * self._thresholds).all())

    def admits(self, bloc: Bloc, margin: int = 0) -> bool:
        """Whether a bloc may be published; `margin` is added to every threshold."""
        *quorums, n, low, high, free = bloc.added
        width = bloc.width
        return (
            all(value >= least + margin for value, least in zip(quorums, self._least, strict=True))
            and (not width or (low + width <= n <= high - width and free - bloc.slack >= width))
            and bloc.lead <= self.piece.dominance * n
        )


def _open(piece: Piece, slack: Ints) -> Ints:
    """What must be left open of an unsafe count: what the rule alone does, were its parents not known.

    They are hidden too wherever they are unsafe: the little that they leave open once known would ask for nothing.
    """
    most = np.where(piece.d > 0, np.minimum(piece.d, piece.threshold - 1), piece.threshold - 1)
    found: Ints = np.maximum(np.minimum(slack, piece.threshold - 1), most)
    return found


def numbered(labels: npt.NDArray[np.integer], loaded: Mask) -> Small:
    """The same sets numbered 0, 1, 2…; -1 where not loaded. A label of NONE is a set of its own unit."""
    own = np.where(labels == NONE, np.arange(len(labels)) - len(labels), labels)
    found = np.full(len(labels), -1, dtype=np.int32)
    found[loaded] = np.unique(own[loaded], return_inverse=True)[1]
    return found


def connected(partitions: Sequence[npt.NDArray[np.integer]], units: int) -> npt.NDArray[np.int64]:
    """Join partitions (labels per unit, NONE outside): the finest one that each is finer than; labels from 1."""
    joined = np.arange(1, units + 1, dtype=np.int64)
    coarse = [labels for labels in partitions if _has_groups(labels)]
    while coarse:
        before = joined.copy()
        for labels in coarse:
            inside = labels != NONE
            least = np.full(int(labels.max()) + 1, units + 1, dtype=np.int64)
            np.minimum.at(least, labels[inside], joined[inside])
            # The whole of each joined set follows its least member.
            target = np.arange(units + 2, dtype=np.int64)
            np.minimum.at(target, joined[inside], least[labels[inside]])
            joined = target[joined]
        if np.array_equal(before, joined):
            break
    return joined


def with_pairs(pairs: Iterable[tuple[int, int]], units: int) -> npt.NDArray[np.int64]:
    """Labels where both units of each pair share one, NONE elsewhere. Chains of pairs are joined by `connected`."""
    found = np.zeros(units, dtype=np.int64)
    for label, (one, other) in enumerate(pairs, start=1):
        old = {int(found[one]), int(found[other])} - {NONE}
        if old:
            found[np.isin(found, list(old))] = label
        found[[one, other]] = label
    return found


def _has_groups(labels: npt.NDArray[np.integer]) -> bool:
    inside = labels[labels != NONE]
    return len(np.unique(inside)) < len(inside)
