"""The layers as the Atlas answers from them: by current commune codes, indexed, immutable. Lookups only.

They are put together by `layers/assemble.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from services.geo.layers.kinds import CptsPerimeter, GroupKind, LayerVersion, Profession, Structure
from services.geo.shapes.polygons import Geometries
from shared.schemas.geo import Zonage

ByProfession = tuple[Profession, int]


@dataclass(frozen=True)
class Quartier:
    """A QPV: `parts` maps each of its communes to the share (0 to 1) of the quartier's area that lies there.

    `zonages`: its own zonage by profession and year; `area_km2` in the legal projection.
    """

    code: str
    nom: str
    parts: Mapping[str, float]
    population: int | None
    area_km2: float
    zonages: Mapping[ByProfession, Zonage] = field(default_factory=dict)


@dataclass(frozen=True)
class Quartiers:
    """The QPV of one generation sorted by code; `geometries` in degrees, in the same order.

    `departements`: those the layer speaks for; elsewhere the number of QPV is unknown, not zero.
    """

    generation: int
    quartiers: tuple[Quartier, ...]
    geometries: Geometries
    departements: frozenset[str]

    @cached_property
    def by_commune(self) -> Mapping[str, tuple[int, ...]]:
        """Positions of the quartiers of each commune that has some."""
        found: dict[str, list[int]] = {}
        for position, quartier in enumerate(self.quartiers):
            for commune in quartier.parts:
                found.setdefault(commune, []).append(position)
        return {commune: tuple(positions) for commune, positions in found.items()}


@dataclass(frozen=True)
class Group:
    """A group of communes: code, name, current commune codes sorted."""

    code: str
    nom: str
    communes: tuple[str, ...]


@dataclass(frozen=True)
class Structures:
    """Establishments sorted by FINESS number; `lonlat` (n, 2) in degrees, NaN without coordinates.

    `departements`: those the layer speaks for; elsewhere the number of establishments is unknown, not zero.
    """

    rows: tuple[Structure, ...]
    lonlat: NDArray[np.float64]
    departements: frozenset[str]

    @cached_property
    def by_commune(self) -> Mapping[str, tuple[int, ...]]:
        """Positions of the establishments of each commune that has some."""
        found: dict[str, list[int]] = {}
        for position, row in enumerate(self.rows):
            found.setdefault(row.commune, []).append(position)
        return {commune: tuple(positions) for commune, positions in found.items()}


@dataclass(frozen=True)
class Layers:
    """Everything imported beside the reference. An empty one is a suite where nothing was imported yet."""

    versions: tuple[LayerVersion, ...] = ()
    zonages: Mapping[ByProfession, Mapping[str, Zonage]] = field(default_factory=dict)
    quartiers: Mapping[int, Quartiers] = field(default_factory=dict)
    groups: Mapping[GroupKind, Mapping[str, Group]] = field(default_factory=dict)
    cpts: Mapping[str, CptsPerimeter] = field(default_factory=dict)
    structures: Structures | None = None
    ages: Mapping[int, Mapping[str, tuple[float, ...]]] = field(default_factory=dict)
    apl: Mapping[ByProfession, Mapping[str, float]] = field(default_factory=dict)

    @cached_property
    def cpts_of(self) -> Mapping[str, tuple[str, ...]]:
        """Codes of the CPTS that hold each commune; several where perimeters overlap."""
        found: dict[str, list[str]] = {}
        for code, cpts in self.cpts.items():
            for commune in cpts.communes:
                found.setdefault(commune, []).append(code)
        return {commune: tuple(sorted(codes)) for commune, codes in found.items()}

    @cached_property
    def groups_of(self) -> Mapping[GroupKind, Mapping[str, tuple[str, ...]]]:
        """For each kind, the codes of the groups that hold each commune."""
        return {kind: _inverse(groups) for kind, groups in self.groups.items()}


def _inverse(groups: Mapping[str, Group]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code, group in groups.items():
        for commune in group.communes:
            found.setdefault(commune, []).append(code)
    return {commune: tuple(codes) for commune, codes in found.items()}
