"""What an attacker writes down: linear facts about sums of hidden counts, and the claims drawn from them."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

Terms = tuple[tuple[str, float], ...]
Cell = tuple[str, int]
UNBOUNDED = math.inf


@dataclass(frozen=True)
class Fact:
    """low <= sum over `communes` of sum of coefficient * row <= high.

    `communes` is a set of bits, the bit of a commune being its position on the ground; `attack` tells its origin.
    """

    terms: Terms
    communes: int
    low: float
    high: float
    attack: str

    @property
    def exact(self) -> bool:
        """Whether it gives the sum itself."""
        return self.low == self.high


@dataclass(frozen=True)
class Claim:
    """What an attacker says of a count of one commune: between `low` and `high`, both included, in whole numbers."""

    target: str
    commune: str
    low: int
    high: int
    attack: str

    @property
    def width(self) -> int:
        """0 where the count is told exactly."""
        return self.high - self.low


def row(name: str) -> Terms:
    """Terms of one row alone."""
    return ((name, 1.0),)


def bits(mask: int) -> Iterator[int]:
    """Positions of the bits that are set."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


@dataclass(frozen=True)
class Ground:
    """Communes that the attacker knows of, as the geographic API lists them.

    `whole`: levels (departement, region, france) whose area around the attacked département is all on the ground.
    """

    codes: tuple[str, ...]
    departements: tuple[str, ...]
    regions: tuple[str, ...]
    whole: frozenset[str]

    @cached_property
    def _position(self) -> dict[str, int]:
        return {code: rank for rank, code in enumerate(self.codes)}

    @cached_property
    def _areas(self) -> dict[tuple[str, str], int]:
        found: dict[tuple[str, str], int] = defaultdict(int)
        for rank, (departement, region) in enumerate(zip(self.departements, self.regions, strict=True)):
            for area in (("departement", departement), ("region", region), ("france", "FR")):
                found[area] |= 1 << rank
        return found

    def mask(self, codes: Iterable[str]) -> int:
        """Bits of these communes; those that it does not know are left out."""
        found = 0
        for code in codes:
            if code in self._position:
                found |= 1 << self._position[code]
        return found

    def named(self, mask: int) -> list[str]:
        """Codes of these bits."""
        return [self.codes[position] for position in bits(mask)]

    def area(self, level: str, code: str) -> int:
        """Bits of a département, a région or France; none where the ground does not hold it whole."""
        return self._areas.get((level, code), 0) if level in self.whole else 0
