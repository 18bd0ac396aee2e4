"""Whether points and polygons lie where their codes say, by the box of the département; swapped axes are told. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

import shapely
from pyproj import CRS

from services.geo.imports.readers.refusal import refuse
from services.geo.imports.reading import CodeBook
from services.geo.shapes.projections import legal_projections, projection_rank

# What stands on the shore, and départements known by simplified polygons: about two kilometres.
MARGIN = 0.02
HALF = 0.5

Box = tuple[float, float, float, float]


def box_of(departement: str, codes: CodeBook) -> Box:
    """The département's own box, or all the ground of its projection where no polygon is known."""
    if box := codes.bounds(departement):
        return box
    area = CRS.from_epsg(legal_projections()[projection_rank(departement)].epsg).area_of_use
    return area.bounds if area else (-180.0, -90.0, 180.0, 90.0)


def inside(box: Box, lon: float, lat: float) -> bool:
    """Whether a point lies in a box (west, south, east, north) or near it."""
    west, south, east, north = box
    return west - MARGIN <= lon <= east + MARGIN and south - MARGIN <= lat <= north + MARGIN


@dataclass
class Ground:
    """Where the polygons of one file lie: those elsewhere than their codes say, and those that a swap puts right."""

    codes: CodeBook
    checked: int = 0
    elsewhere: int = 0
    swapped: int = 0

    def refusal(self, shape: shapely.Geometry, departements: Collection[str]) -> str | None:
        """Why a polygon cannot be in any of these départements, by its centre (degrees); None where it can."""
        centre = shapely.centroid(shape)
        lon, lat = float(centre.x), float(centre.y)
        boxes = [box_of(departement, self.codes) for departement in departements]
        self.checked += 1
        if not boxes or any(inside(box, lon, lat) for box in boxes):
            return None
        self.elsewhere += 1
        self.swapped += any(inside(box, lat, lon) for box in boxes)
        named = ", ".join(departements)
        return f"hors du département {named} (longitude {lon:.4f}, latitude {lat:.4f})"

    def check(self, file: str) -> None:
        """Raise BadReference where most polygons lie elsewhere and swapping their coordinates puts them right."""
        if self.elsewhere > HALF * self.checked and self.swapped > HALF * self.elsewhere:
            raise refuse(
                file,
                f"longitude et latitude semblent inversées\u00a0: {self.swapped} formes sur {self.checked} "
                "tombent dans leur département une fois remises dans l’ordre (longitude, latitude)",
            )
