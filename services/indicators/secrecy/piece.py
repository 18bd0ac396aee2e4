"""One row of a release before it is cut into atoms, and the cut itself: the two shapes that secrecy passes on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

NONE = 0
# More than any count or total that a folder may hold; sums over all communes stay well within int64.
UNBOUNDED = 2**40

Terms = tuple[tuple[str, int], ...]


@dataclass(frozen=True, repr=False)
class Quorum:
    """A count of heads that must reach `threshold` in every atom: `values` per unit.

    `derivable`: whoever reads the row's totals can work this one out too. `terms`: the rows that it is a sum of, with
    their signs; what these leave of it is a public count. None where it is the row's own `n`.
    """

    name: str
    values: Ints
    threshold: int
    derivable: bool = True
    terms: Terms = ()


@dataclass(frozen=True, repr=False)
class Piece:
    """A row to cut: `n` over `d` per unit, and what somebody who adds and subtracts answers could learn.

    `parents`: rows that must be cut no coarser than this one (a denominator, the groups that hold its people):
    each atom of this row is made of whole atoms of theirs. `family`: rows linked together share it. `published`
    is False for a denominator that is cut for the sake of the rows above it. `low`, `high`: what `n` can be for
    somebody who knows `d`, the parents and which of the quorums fail; `high` is UNBOUNDED where nothing bounds it.
    `lead`: the largest contribution of one professional, None where dominance has no meaning; its limit is a share.
    `among`: the row that counts `d`, None where it is public or there is none. `cut_as`: another row of the family,
    whose cut this one takes in the end.
    """

    name: str
    family: str
    parents: tuple[str, ...]
    published: bool
    n: Ints
    d: Ints
    loaded: Mask
    low: Ints
    high: Ints
    threshold: int
    quorums: tuple[Quorum, ...]
    lead: Floats | None = None
    dominance: float = 1.0
    among: str | None = None
    cut_as: str | None = None

    @property
    def unsafe(self) -> Mask:
        """Units with data where a quorum fails or one professional dominates."""
        found = np.zeros(len(self.n), dtype=bool)
        for quorum in self.quorums:
            found |= quorum.values < quorum.threshold
        if self.lead is not None:
            found |= self.lead > self.dominance * self.n
        return found & self.loaded


@dataclass(frozen=True, repr=False)
class Cut:
    """How one row is cut. `atom[unit]` is a label from 1, NONE where the unit has no data, or where no sum
    that holds it may be told.

    By label (position 0 unused): `shown`, whether its sums are published; `known`, whether they can be derived,
    as those of an atom that is shown are, and those of a hidden one where an exact total of its area is published.
    """

    atom: Small
    shown: Mask
    known: Mask


Partition = dict[str, Cut]
"""The cut of every row, denominators included, by name."""
