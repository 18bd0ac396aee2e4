"""Where communes lie, as the cut needs it: EPCI in départements, in régions, in France, and who is near whom."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.indicators.geography import FRANCE, Area, Geography

Ranks = npt.NDArray[np.intp]


@dataclass(frozen=True, repr=False)
class Terrain:
    """Per unit: ranks of its EPCI (within its département), département and région; residents; x, y in degrees.

    `areas` names the areas of a geography; `of_departement`, `of_region`: position there of each rank.
    """

    epci: Ranks
    departement: Ranks
    region: Ranks
    residents: npt.NDArray[np.int64]
    xy: npt.NDArray[np.float64]
    areas: tuple[Area, ...]
    of_departement: Ranks
    of_region: Ranks
    of_france: int


def terrain_of(geography: Geography) -> Terrain:
    """Terrain of a geography. A commune without EPCI stands with the others of its département that have none."""
    homes = [f"{dep}/{epci or ''}" for dep, epci in zip(geography.departements, geography.epcis, strict=True)]
    departements, departement = np.unique(geography.departements, return_inverse=True)
    regions, region = np.unique(geography.regions, return_inverse=True)
    position = {area: rank for rank, area in enumerate(geography.areas)}
    x, y = geography.centres.T
    return Terrain(
        epci=np.unique(homes, return_inverse=True)[1],
        departement=departement,
        region=region,
        residents=geography.populations,
        xy=np.stack([np.nan_to_num(x * np.cos(np.radians(y))), np.nan_to_num(y)], axis=1),
        areas=geography.areas,
        of_departement=np.array([position["departement", str(code)] for code in departements], dtype=np.intp),
        of_region=np.array([position["region", str(code)] for code in regions], dtype=np.intp),
        of_france=position[FRANCE],
    )
