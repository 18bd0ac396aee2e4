"""What each commune belongs to, as geo tells it when a release is built: codes and areas, no count."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from shared.schemas.geo import Membership, Zonage

FRANCE = ("france", "FR")
NO_VILLE = -1
Area = tuple[str, str]


@dataclass(frozen=True)
class Geography:
    """Units sorted by code, and the areas (level, code) that references are given for.

    `whole` tells communes from arrondissements municipaux, which would count a city twice in a sum; `villes`
    gives the position of the city of each arrondissement, NO_VILLE for a commune. `epcis`: None where there is
    none, that of its city for an arrondissement. `centres`: lon, lat (units, 2), NaN unknown; `populations`:
    residents, 0 unknown.
    """

    codes: tuple[str, ...]
    departements: tuple[str, ...]
    regions: tuple[str, ...]
    zonages: tuple[Zonage, ...]
    epcis: tuple[str | None, ...]
    centres: npt.NDArray[np.float64]
    populations: npt.NDArray[np.int64]
    whole: npt.NDArray[np.bool_]
    villes: npt.NDArray[np.intp]
    cog: int
    dataset: str

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each code."""
        return {code: position for position, code in enumerate(self.codes)}

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """Départements, régions, then France."""
        departements = (("departement", code) for code in sorted(set(self.departements)))
        regions = (("region", code) for code in sorted(set(self.regions)))
        return (*departements, *regions, FRANCE)

    def communes_of(self, area: Area) -> npt.NDArray[np.intp]:
        """Positions of the communes (no arrondissement) of an area."""
        level, code = area
        if level == "france":
            return np.flatnonzero(self.whole)
        belongs = self.departements if level == "departement" else self.regions
        return np.flatnonzero((np.array(belongs) == code) & self.whole)


def geography_of(memberships: Iterable[Membership], cog: int, dataset: str) -> Geography:
    """Build the geography of these communes and arrondissements."""
    units = sorted(memberships, key=lambda unit: unit.code)
    position = {unit.code: rank for rank, unit in enumerate(units)}
    villes = [position.get(unit.ville, NO_VILLE) if unit.ville else NO_VILLE for unit in units]
    epcis = [
        unit.epci or (units[ville].epci if ville != NO_VILLE else None)
        for unit, ville in zip(units, villes, strict=True)
    ]
    centres = [unit.centre or (np.nan, np.nan) for unit in units]
    return Geography(
        codes=tuple(unit.code for unit in units),
        departements=tuple(unit.departement for unit in units),
        regions=tuple(unit.region for unit in units),
        zonages=tuple(unit.zonage for unit in units),
        epcis=tuple(epcis),
        centres=np.array(centres, dtype=np.float64).reshape(-1, 2),
        populations=np.array([unit.population or 0 for unit in units], dtype=np.int64),
        whole=np.array([unit.nature == "commune" for unit in units], dtype=bool),
        villes=np.array(villes, dtype=np.intp),
        cog=cog,
        dataset=dataset,
    )
