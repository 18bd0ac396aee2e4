"""What readers of files may ask of the reference in service. Answers from an Atlas; nothing is read or stored."""

from collections.abc import Collection
from functools import cached_property

import numpy as np
import shapely

from services.geo.atlas import Atlas
from services.geo.imports.readers.triage import departement_of
from services.geo.territory.codes import current_codes
from services.geo.territory.locate import covered_communes


class AtlasCodes:
    """The CodeBook of an Atlas."""

    def __init__(self, atlas: Atlas) -> None:
        """Answer from `atlas`; `cog` is the year of its codes."""
        self.atlas = atlas
        self.cog = atlas.dataset.cog

    def current(self, code: str) -> tuple[str, ...]:
        """Current code(s) of a code: itself, its successor, several where split, none if unknown."""
        return current_codes(self.atlas, code)

    def departements(self) -> Collection[str]:
        """Codes of the départements served."""
        return self.atlas.departements.keys()

    def bounds(self, departement: str) -> tuple[float, float, float, float] | None:
        """Box of a département (west, south, east, north in degrees); None where no polygon is known."""
        return self._boxes.get(departement)

    def departement(self, code: str) -> str:
        """Département of a commune: that of its current code, else the one that its code begins with."""
        current = current_codes(self.atlas, code)
        commune = self.atlas.get(current[0]) if current else None
        return commune.departement if commune else departement_of(code)

    def covered(self, wkb: bytes, share: float) -> tuple[str, ...]:
        """Communes of which at least `share` (0 to 1) of the area lies in a polygon (WKB, EPSG:4326), sorted."""
        return covered_communes(self.atlas, shapely.from_wkb(wkb), share)

    @cached_property
    def _boxes(self) -> dict[str, tuple[float, float, float, float]]:
        members: dict[str, list[int]] = {}
        for position, commune in enumerate(self.atlas.communes):
            if commune.contour:
                members.setdefault(commune.departement, []).append(position)
        boxes = {}
        for departement, positions in members.items():
            bounds = self.atlas.shapes.bounds[positions]
            west, south = np.min(bounds[:, :2], axis=0).tolist()
            east, north = np.max(bounds[:, 2:], axis=0).tolist()
            boxes[departement] = (west, south, east, north)
        return boxes
