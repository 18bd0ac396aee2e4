"""The Atlas: everything geo answers from, immutable and in memory. Lookups only; it is made by atlas_build.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from services.geo.imports.records import Nature, OldNature
from services.geo.layers.indexes import Layers
from services.geo.shapes.adjacency import Adjacency
from services.geo.shapes.polygons import Ints, Polygons
from services.geo.tiles.grid import Grids
from shared.schemas.base import Place
from shared.schemas.geo import Dataset, Departement, Zonage


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune or arrondissement municipal (then `whole` is its commune). `centre`: lon, lat inside it; km²."""

    code: str
    nom: str
    nature: Nature
    whole: str | None
    departement: str
    region: str
    epci: str | None
    siren: str | None
    codes_postaux: tuple[str, ...]
    population: int | None
    area_km2: float | None
    centre: tuple[float, float] | None
    zonage: Zonage = Zonage.INCONNU
    zonage_millesime: int | None = None
    qpv: int | None = None

    @property
    def contour(self) -> bool:
        """Whether it has a polygon."""
        return self.area_km2 is not None


@dataclass(frozen=True)
class Level:
    """All polygons at one degree of detail; `tolerance` in metres, 0 for the full one."""

    tolerance: float
    polygons: Polygons


@dataclass(frozen=True)
class Areas:
    """Unions of communes (all départements, say) sorted by code, at the levels of the communes.

    `projection`: rank in `legal_projections`, -1 without polygon; polygons in metres; two levels of one
    tolerance share their borders with the communes' own.
    """

    codes: tuple[str, ...]
    projection: NDArray[np.int8]
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Shapes:
    """What is computed from the polygons, in the order of the communes' codes.

    `projection`: rank in `legal_projections`, -1 without polygon; `bounds`: lon/lat box in degrees;
    `levels`: most detailed first; `areas`: by "departements", "regions", "epcis"; `grids`: the communes and areas as
    tiles draw them, none where they are to be made from the levels.
    """

    projection: NDArray[np.int8]
    bounds: NDArray[np.float64]
    centres: NDArray[np.float64]
    areas_km2: NDArray[np.float64]
    adjacency: Adjacency
    levels: tuple[Level, ...]
    areas: Mapping[str, Areas]
    grids: Mapping[str, Grids] = field(default_factory=dict)


@dataclass(frozen=True)
class Atlas:
    """Communes sorted by code, what they belong to, their old codes, and their shapes in the same order."""

    dataset: Dataset
    communes: tuple[Commune, ...]
    departements: Mapping[str, Departement]
    regions: Mapping[str, Place]
    epcis: Mapping[str, Place]
    successors: Mapping[str, tuple[str, ...]]
    old_names: Mapping[str, str]
    shapes: Shapes
    layers: Layers = field(default_factory=Layers)
    # By old code: what it was the code of. By EPCI: its legal form (CC, CA, CU, METRO, MET69).
    old_natures: Mapping[str, OldNature] = field(default_factory=dict)
    epci_forms: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Position of each code."""
        return {commune.code: position for position, commune in enumerate(self.communes)}

    @cached_property
    def arrondissements(self) -> Mapping[int, tuple[int, ...]]:
        """Positions of the arrondissements municipaux of each commune that has some, by its position."""
        found: dict[int, tuple[int, ...]] = {}
        for position, commune in enumerate(self.communes):
            if commune.whole:
                whole = self.index[commune.whole]
                found[whole] = (*found.get(whole, ()), position)
        return found

    @cached_property
    def landmass(self) -> tuple[int, ...]:
        """For each commune the lowest position that land reaches from it; -1 without polygon."""
        found = [-1] * len(self.communes)
        for group in self.shapes.adjacency.components(np.flatnonzero(self.shapes.projection >= 0).tolist()):
            for position in group:
                found[position] = group[0]
        return tuple(found)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Boxes of the communes in degrees, in their order."""
        return shapely.STRtree(shapely.box(*self.shapes.bounds.T))

    def get(self, code: str) -> Commune | None:
        """The current commune or arrondissement of this code."""
        position = self.index.get(code)
        return None if position is None else self.communes[position]

    def indices(self, communes: tuple[Commune, ...]) -> Ints:
        """Positions of communes."""
        return np.array([self.index[commune.code] for commune in communes], dtype=np.int64)

    def neighbours(self, chosen: Ints) -> Ints:
        """Units around the chosen ones, each ground once.

        Paris and its arrondissements both have borders: the arrondissements come only where one of them
        is chosen, the whole commune otherwise.
        """
        inside = [self.communes[position] for position in chosen.tolist()]
        split = {commune.whole for commune in inside if commune.whole}
        codes = {commune.code for commune in inside}

        def shown(other: Commune) -> bool:
            if other.whole:
                return other.whole in split and other.whole not in codes
            return other.code not in split

        around = {
            other for position in chosen.tolist() for other in self.shapes.adjacency.of(position).tolist()
        }
        around.difference_update(chosen.tolist())
        return np.array(
            [position for position in sorted(around) if shown(self.communes[position])], dtype=np.int64
        )
