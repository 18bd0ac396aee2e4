"""The communes that a folder may name: those of the reference in service, then codes of an older COG."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from services.indicators.geography import Geography


@dataclass(frozen=True)
class Units:
    """`codes`: the `communes` of the reference, then old codes; `current`: the commune each is counted with today."""

    codes: tuple[str, ...]
    current: npt.NDArray[np.intp]
    communes: int

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each code."""
        return {code: position for position, code in enumerate(self.codes)}

    @property
    def old(self) -> tuple[str, ...]:
        """Codes of an older COG."""
        return self.codes[self.communes :]


def units_of(geography: Geography, successors: Mapping[str, str]) -> Units:
    """Communes of a geography, and old codes with the one commune that each is part of today."""
    old = sorted(successors)
    to = [geography.index[successors[code]] for code in old]
    communes = len(geography.codes)
    return Units(
        (*geography.codes, *old), np.array([*range(communes), *to], dtype=np.intp).reshape(-1), communes
    )
