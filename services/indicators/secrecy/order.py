"""The secret directions in which communes are parted: from a key, so that nobody else can tell what was tried."""

import hashlib
import hmac
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SPREAD = 5
DIRECTIONS = 64


@dataclass(frozen=True)
class Order:
    """Ranks and margins drawn from a key; the same key and names give the same draws."""

    key: bytes

    def __repr__(self) -> str:
        return "Order(key=…)"

    def ranks(self, family: str, units: int) -> npt.NDArray[np.int64]:
        """Rank of each unit, shared by the rows of a family so that their sets nest."""
        return self._draws(f"ranks/{family}").permutation(units).astype(np.int64)

    def angles(self, family: str, places: int) -> npt.NDArray[np.float64]:
        """Directions to try in each place, in radians: places by DIRECTIONS, shared by the rows of a family."""
        return self._draws(f"angles/{family}").uniform(0, 2 * np.pi, size=(places, DIRECTIONS))

    def quantiles(self, row: str) -> npt.NDArray[np.float64]:
        """Where to part a set, as shares of it around its middle: one for each direction."""
        return self._draws(f"quantiles/{row}").uniform(0.3, 0.7, size=DIRECTIONS)

    def margins(self, row: str, units: int) -> npt.NDArray[np.int64]:
        """Added to the thresholds of the sets that begin with a unit: 0 to SPREAD."""
        return self._draws(f"margins/{row}").integers(0, SPREAD + 1, size=units)

    def _draws(self, name: str) -> np.random.Generator:
        seed = hmac.new(self.key, name.encode(), hashlib.sha256).digest()
        return np.random.default_rng(int.from_bytes(seed, "big"))
