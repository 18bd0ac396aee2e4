"""Sums of columns over départements, régions and France."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import numpy.typing as npt

from services.indicators.geography import NO_VILLE, Geography
from services.indicators.raw import Ints

Mask = npt.NDArray[np.bool_]


class AreaSums:
    """Units of each area of a geography, arrondissements included: a city comes whole or by its parts."""

    def __init__(self, geography: Geography) -> None:
        self.geography = geography
        codes = {"departement": geography.departements, "region": geography.regions}
        everywhere = np.arange(len(geography.codes))
        self.members: list[npt.NDArray[np.intp]] = [
            np.flatnonzero(np.array(codes[level]) == code) if level in codes else everywhere
            for level, code in geography.areas
        ]

    @property
    def count(self) -> int:
        """Number of areas."""
        return len(self.members)

    def sums(self, values: Ints) -> Ints:
        """Areas by columns, of units by columns."""
        return np.stack([values[units].sum(axis=0) for units in self.members])

    def any(self, values: Mask) -> Mask:
        """Whether any unit of each area has it."""
        return np.stack([values[units].any(axis=0) for units in self.members])

    def complete(self, loaded: Mask, left_out: Mask) -> Mask:
        """Whether every commune of each area has data, itself or by its parts, or is left out by rule."""
        parts = np.flatnonzero(self.geography.villes != NO_VILLE)
        held = loaded | left_out
        np.logical_or.at(held, self.geography.villes[parts], loaded[parts])
        held[parts] = True
        return np.stack([held[units].all(axis=0) for units in self.members])

    def between_levels(self, n: Ints, d: Ints, given: Mask) -> Iterator[tuple[Ints, Ints, Mask]]:
        """What an area has that its own parts do not: régions less their départements, France less its régions."""
        for whole, parts in self._nested:
            known = given[parts]
            rest = (values[whole] - np.where(known, values[parts], 0).sum(axis=0) for values in (n, d))
            n_rest, d_rest = rest
            yield n_rest[None], d_rest[None], (given[whole] & known.any(axis=0))[None]

    @cached_property
    def _nested(self) -> list[tuple[int, npt.NDArray[np.intp]]]:
        areas = self.geography.areas
        regions = [rank for rank, (level, _) in enumerate(areas) if level == "region"]
        departements = [rank for rank, (level, _) in enumerate(areas) if level == "departement"]
        region_of = dict(zip(self.geography.departements, self.geography.regions, strict=True))
        found = [
            (rank, np.array([d for d in departements if region_of[areas[d][1]] == areas[rank][1]], np.intp))
            for rank in regions
        ]
        return [*found, (len(areas) - 1, np.array(regions, dtype=np.intp))]
