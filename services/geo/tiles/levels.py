"""From the levels of an Atlas, in metres, to the grids that tiles are cut from. Pure."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.geo.shapes.polygons import Polygons
from services.geo.tiles.grid import Grids, make_grids, on_square


class Simplified(Protocol):
    """Polygons simplified by so many metres."""

    @property
    def tolerance(self) -> float:
        """Metres, 0 for the full ones."""

    @property
    def polygons(self) -> Polygons:
        """In metres."""


def grids_of(levels: Sequence[Simplified], projection: NDArray[np.int8]) -> Grids:
    """Grids of units whose legal projections have these ranks (-1 without polygon); a second for 300,000 vertices."""
    return make_grids({level.tolerance: on_square(level.polygons, projection) for level in levels})
