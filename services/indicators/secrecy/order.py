"""The secret order in which communes are joined: from a key, so that nobody else can tell which came last."""

import hashlib
import hmac
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SPREAD = 5


@dataclass(frozen=True)
class Order:
    """Ranks and margins drawn from a key; the same key and names give the same draws."""

    key: bytes

    def __repr__(self) -> str:
        return "Order(key=…)"

    def ranks(self, family: str, units: int) -> npt.NDArray[np.int64]:
        """Rank of each unit, shared by the rows of a family so that their sets nest."""
        return self._draws(f"ranks/{family}").permutation(units).astype(np.int64)

    def margins(self, row: str, units: int) -> npt.NDArray[np.int64]:
        """Added to the thresholds of the bloc that a unit begins: 0 to SPREAD."""
        return self._draws(f"margins/{row}").integers(0, SPREAD + 1, size=units)

    def _draws(self, name: str) -> np.random.Generator:
        seed = hmac.new(self.key, name.encode(), hashlib.sha256).digest()
        return np.random.default_rng(int.from_bytes(seed, "big"))
