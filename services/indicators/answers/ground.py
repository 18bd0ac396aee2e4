"""What the indicators need of a territory: its communes in columns, and the areas it lies in. No shape, no count."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shared.schemas.base import Place
from shared.schemas.geo import Territory, Zonage
from shared.schemas.geo_outline import Nature, Outline


@dataclass(frozen=True, repr=False)
class Ground:
    """Communes in the order of their codes, as in every answer; `residents` of each, 0 where unknown.

    `departements` and `regions` are those to compare with.
    """

    codes: tuple[str, ...]
    noms: tuple[str, ...]
    residents: npt.NDArray[np.int64]
    zonages: tuple[Zonage, ...]
    departements: tuple[tuple[str, str], ...]
    regions: tuple[tuple[str, str], ...]


def ground_of(territory: Territory) -> Ground:
    """Ground of a territory as its facts and checks tell it."""
    communes = sorted(territory.communes, key=lambda commune: commune.code)
    return Ground(
        codes=tuple(commune.code for commune in communes),
        noms=tuple(commune.nom for commune in communes),
        residents=np.array([commune.population or 0 for commune in communes], dtype=np.int64),
        zonages=tuple(commune.zonage for commune in communes),
        departements=_named(territory.departements),
        regions=_named(territory.regions),
    )


def ground_of_outline(outline: Outline) -> Ground:
    """Ground of an outline; a région is not compared with its départements, nor France with anything inside it."""
    return Ground(
        codes=outline.codes,
        noms=outline.noms,
        residents=np.array([residents or 0 for residents in outline.populations], dtype=np.int64),
        zonages=outline.zonages,
        departements=() if _wider(outline.nature) else _named(outline.departements),
        regions=() if outline.nature == "france" else _named(outline.regions),
    )


def _wider(nature: Nature) -> bool:
    return nature in ("region", "france")


def _named(places: Sequence[Place]) -> tuple[tuple[str, str], ...]:
    return tuple((place.code, place.nom) for place in places)
