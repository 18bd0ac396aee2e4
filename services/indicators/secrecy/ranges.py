"""What a count can be for somebody who knows its denominator, its parents and which rules it passes."""

import numpy as np

from services.indicators.secrecy.piece import UNBOUNDED, Ints, Quorum, Terms


class Range:
    """Bounds of `n`, narrowed by each count that can be derived from it. `n`: units."""

    def __init__(self, n: Ints, most: Ints | None = None) -> None:
        """`most`: upper bound of `n`, None where nothing bounds it."""
        self._n = n
        self.low: Ints = np.zeros_like(n)
        self.high: Ints = np.full_like(n, UNBOUNDED) if most is None else most.copy()
        self.quorums: list[Quorum] = []

    def count(self, name: str, threshold: int, offset: Ints | None = None, terms: Terms = ()) -> None:
        """Take `n + offset` as a count of people: at least the threshold where it passes, under it elsewhere.

        `terms`: the rows that it is made of, with their signs.
        """
        added = np.zeros_like(self._n) if offset is None else offset
        values = self._n + added
        passes = values >= threshold
        self.low = np.where(passes, np.maximum(self.low, threshold - added), self.low)
        self.high = np.where(passes, self.high, np.minimum(self.high, threshold - 1 - added))
        self.quorums.append(Quorum(name, values, threshold, terms=terms))

    def rest(self, name: str, whole: Ints, threshold: int, terms: Terms) -> None:
        """Take `whole - n` as a count of people, made of the rows of `terms`."""
        values = whole - self._n
        passes = values >= threshold
        self.high = np.minimum(self.high, np.where(passes, whole - threshold, whole))
        self.low = np.where(passes, self.low, np.maximum(self.low, whole - threshold + 1))
        self.quorums.append(Quorum(name, values, threshold, terms=terms))

    def behind(self, name: str, values: Ints, threshold: int) -> None:
        """Take heads that no answer gives (persons of an event, consumers), or that are public (professionals)."""
        self.quorums.append(Quorum(name, values, threshold, derivable=False))

    def at_least(self, values: Ints) -> None:
        """Raise the lower bound."""
        self.low = np.maximum(self.low, values)
