"""Collections of features as GIS clients read them: properties in columns, ground in polygons or points. Values only.

It must not know HTTP, nor how a collection is filtered or written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pyarrow as pa
import shapely

from services.geo.features.ground import Points, Surfaces
from services.geo.shapes.polygons import Ints

Type = Literal["texte", "nombre", "entier", "date", "liste"]

ARROW: Mapping[Type, pa.DataType] = {
    "texte": pa.string(),
    "nombre": pa.float64(),
    "entier": pa.int64(),
    "date": pa.date32(),
    "liste": pa.list_(pa.string()),
}


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the features of a collection; `titre` says it in French; `valeurs` lists them where closed."""

    nom: str
    titre: str
    type: Type = "texte"
    unite: str | None = None
    valeurs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Collection:
    """Features in the order of their identifiers. `units`: where each lies in `ground`, which others may share.

    The first property is the identifier.
    """

    id: str
    titre: str
    description: str
    properties: tuple[Property, ...]
    table: pa.Table
    ground: Surfaces | Points
    units: Ints

    def __len__(self) -> int:
        return len(self.units)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Identifiers in order."""
        return tuple(self.table.column(0).to_pylist())

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Position of each identifier."""
        return {code: position for position, code in enumerate(self.codes)}

    @cached_property
    def bounds(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """West, south, east, north of each feature in degrees; NaN without geometry."""
        return self.ground.bounds[self.units]

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Boxes of the features in degrees, in their order; those without geometry are never found."""
        return shapely.STRtree(shapely.box(*self.bounds.T))

    @cached_property
    def extent(self) -> tuple[float, float, float, float] | None:
        """Box of all features in degrees, None where none has a geometry."""
        if np.isnan(self.bounds).all():
            return None
        west, south = np.nanmin(self.bounds[:, :2], axis=0).tolist()
        east, north = np.nanmax(self.bounds[:, 2:], axis=0).tolist()
        return west, south, east, north

    def property(self, nom: str) -> Property | None:
        """The property of this name."""
        return next((one for one in self.properties if one.nom == nom), None)


def table_of(properties: tuple[Property, ...], columns: Mapping[str, list[object]]) -> pa.Table:
    """The columns in the order and types of the properties."""
    return pa.table(
        {one.nom: pa.array(columns[one.nom], ARROW[one.type]) for one in properties},
    )
