"""Sums of what was drawn over départements, régions and France: the references of the synthetic folder."""

from collections.abc import Iterator

import numpy as np

from services.indicators.geography import Area, Geography
from services.indicators.synthesis.draw import Ints, World
from services.indicators.synthesis.people import People
from services.indicators.synthesis.professionals import Professionals


class Areas:
    """Membership of each commune drawn in each area."""

    def __init__(self, world: World, geography: Geography) -> None:
        position = {code: rank for rank, code in enumerate(world.codes)}
        self.members: dict[Area, list[int]] = {
            area: [position[geography.codes[unit]] for unit in geography.communes_of(area).tolist()]
            for area in geography.areas
        }

    def sums(self, values: Ints) -> list[int]:
        """Sum of the communes of each area, in the order of `members`."""
        return [int(values[members].sum()) for members in self.members.values()]

    def references(self, people: People) -> Iterator[str]:
        """Rows of references.csv: counts, from which the loader makes the rates."""
        for name, counted in people.indicators.items():
            numerators = self.sums(counted.numerator)
            base = counted.denominator
            denominators = [""] * len(numerators) if base is None else [str(d) for d in self.sums(base)]
            for (level, code), n, d in zip(self.members, numerators, denominators, strict=True):
                if d != "0":
                    yield f"{name},{level},{code},{n},{d},\n"

    def patients(self, professionals: Professionals) -> Iterator[str]:
        """Rows of activity_references.csv."""
        for name, patients in professionals.patients.items():
            for (level, code), ratio in self._ratios(patients.value, professionals.active[name]):
                yield f"{name},{level},{code},{ratio}\n"

    def acts(self, professionals: Professionals) -> Iterator[str]:
        """Rows of acts_references.csv."""
        for (name, act), quantity in professionals.acts.items():
            for (level, code), ratio in self._ratios(quantity.value, professionals.active[name]):
                yield f"{name},{act},{level},{code},{ratio}\n"

    def _ratios(self, values: Ints, active: Ints) -> Iterator[tuple[Area, int]]:
        for area, value, count in zip(self.members, self.sums(values), self.sums(active), strict=True):
            if count:
                yield area, int(np.rint(value / count))
