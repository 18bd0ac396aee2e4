"""From the coordinates of a file to longitudes and latitudes: by what it declares, else by what a person says."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from services.geo.imports.readers.refusal import refuse
from services.geo.shapes.polygons import Geometries
from services.geo.shapes.projections import legal_projections
from shared.errors import BadReference

WGS84 = CRS.from_epsg(4326)


@dataclass(frozen=True)
class Degrees:
    """The way to longitudes and latitudes of one layer; `transformer` is None where it is in them already."""

    transformer: Transformer | None
    declared: str | None
    name: str

    @classmethod
    def of(cls, declared: CRS | None, said: str | None, name: str) -> "Degrees":
        """The way from a declared system, or from `said`, which wins: GeoJSON may be in metres and not say it.

        Raises BadReference where neither tells, or where `said` is not a coordinate system.
        """
        try:
            crs = CRS.from_user_input(said) if said else declared
        except CRSError as error:
            raise refuse(
                name, f"système de coordonnées inconnu\u00a0: {said}. Un code comme EPSG:2154 est attendu"
            ) from error
        if crs is None:
            return cls(None, None, name)
        if crs.equals(WGS84, ignore_axis_order=True):
            return cls(None, "WGS84", name)
        return cls(Transformer.from_crs(crs, WGS84, always_xy=True), crs.name, name)

    def place(self, geometries: Geometries, first: int) -> Geometries:
        """The geometries in degrees. Raises BadReference, naming the feature, for one that lies nowhere."""
        if self.declared is None:
            raise self._undeclared(geometries)
        placed = geometries if self.transformer is None else shapely.transform(geometries, self._to_degrees)
        bounds = np.abs(shapely.bounds(placed))
        present = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
        inside = (bounds[:, [0, 2]] <= 180).all(axis=1) & (bounds[:, [1, 3]] <= 90).all(axis=1)
        for position in np.flatnonzero(present & ~inside):
            raise self._outside(geometries, int(position), first)
        return placed

    def _to_degrees(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.transformer is None:
            return points
        return np.column_stack(self.transformer.transform(points[:, 0], points[:, 1]))

    def _undeclared(self, geometries: Geometries) -> BadReference:
        likely = _likely(geometries)
        hint = (
            f"{likely[1]}\u202f? Donnez --crs EPSG:{likely[0]}"
            if likely
            else "donnez --crs EPSG:2154, par exemple"
        )
        return refuse(
            self.name,
            f"système de coordonnées non déclaré ou inconnu (pour un Shapefile, le fichier .prj)\u00a0: {hint}",
        )

    def _outside(self, geometries: Geometries, position: int, first: int) -> BadReference:
        likely = _likely(geometries[[position]]) if self.transformer is None else None
        if likely:
            reason = f"coordonnées en mètres sans CRS déclaré\u00a0: {likely[1]}\u202f? Donnez --crs EPSG:{likely[0]}"
        else:
            west, south = shapely.bounds(geometries[position])[:2]
            reason = (
                f"la forme {first + position} est hors des longitudes et latitudes "
                f"(x {west:.10g}, y {south:.10g} en {self.declared}). "
                "Donnez --crs si le système déclaré n’est pas le bon"
            )
        return refuse(self.name, reason, feature=first + position)


def _likely(geometries: Geometries) -> tuple[int, str] | None:
    """The system that these coordinates look like: degrees, or the legal projection in whose area they fall."""
    points = shapely.get_coordinates(geometries)
    if not len(points):
        return None
    x, y = points[np.abs(points).max(axis=1).argmax()]
    if abs(x) <= 180 and abs(y) <= 90:
        return 4326, "WGS84"
    for projection in legal_projections():
        crs = CRS.from_epsg(projection.epsg)
        lon, lat = Transformer.from_crs(crs, WGS84, always_xy=True).transform(x, y)
        area = crs.area_of_use
        if area and area.west <= lon <= area.east and area.south <= lat <= area.north:
            return projection.epsg, projection.nom
    return None
