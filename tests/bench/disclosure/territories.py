"""Territories drawn from a seed: whole EPCI, and discs of neighbouring communes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.indicators.geography import Geography

Units = npt.NDArray[np.intp]

DRAWN, SEED = 200, 11
DISC_RESIDENTS = 50_000


@dataclass(frozen=True)
class Territories:
    """Territories of one sort, as positions of communes. `aim`: share to keep under atoms, None where none is set."""

    name: str
    units: list[Units]
    aim: float | None = None


def epcis(geography: Geography) -> Territories:
    """EPCI drawn without replacement, each with all its communes."""
    codes = np.array([code or "" for code in geography.epcis])
    drawn = _rng().choice(np.unique(codes[codes != ""]), DRAWN, replace=False)
    units = [np.flatnonzero((codes == code) & geography.whole) for code in drawn]
    return Territories(f"{DRAWN} EPCI", units, aim=0.96)


def discs(geography: Geography) -> Territories:
    """Around communes drawn alike, the smallest with the largest: most are rural."""
    placed, points = _placed(geography)
    starts = _rng().choice(len(placed), DRAWN, replace=False)
    units = _around(geography, placed, points, starts)
    return Territories(f"{DRAWN} discs around communes", units, aim=0.90)


def discs_of_residents(geography: Geography) -> Territories:
    """Around residents drawn alike: a commune comes as often as it has inhabitants."""
    placed, points = _placed(geography)
    residents = geography.populations[placed]
    starts = _rng().choice(len(placed), DRAWN, p=residents / residents.sum())
    return Territories(f"{DRAWN} discs around residents", _around(geography, placed, points, starts))


def _rng() -> np.random.Generator:
    return np.random.default_rng(SEED)


def _placed(geography: Geography) -> tuple[Units, npt.NDArray[np.float64]]:
    """Communes with a centre, and their points on a sphere: the nearest have the largest scalar product."""
    placed = np.flatnonzero(geography.whole & ~np.isnan(geography.centres).any(axis=1))
    longitude, latitude = np.radians(geography.centres[placed]).T
    ring = np.cos(latitude)
    return placed, np.stack([ring * np.cos(longitude), ring * np.sin(longitude), np.sin(latitude)], axis=1)


def _around(
    geography: Geography, placed: Units, points: npt.NDArray[np.float64], starts: Units
) -> list[Units]:
    """Each start with the communes nearest to it, until DISC_RESIDENTS are reached."""
    found = []
    for start in starts.tolist():
        near = placed[np.argsort(-(points @ points[start]), kind="stable")]
        needed = int(np.searchsorted(geography.populations[near].cumsum(), DISC_RESIDENTS)) + 1
        found.append(np.sort(near[:needed]))
    return found
