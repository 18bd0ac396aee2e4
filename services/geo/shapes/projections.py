"""Legal projections of the French territories: which serves where, and the way to and from longitude/latitude."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer


@dataclass(frozen=True)
class Projection:
    """A legal projection in metres and the départements it serves (empty: all the others)."""

    epsg: int
    nom: str
    departements: tuple[str, ...]


@cache
def legal_projections() -> tuple[Projection, ...]:
    """Every legal projection, métropole first; an Atlas names them by their rank here."""
    text = files("services.geo").joinpath("data/projections.toml").read_text(encoding="utf-8")
    return tuple(
        Projection(entry["epsg"], entry["nom"], tuple(entry["departements"]))
        for entry in tomllib.loads(text)["projection"]
    )


def projection_rank(departement: str) -> int:
    """Rank in `legal_projections` of the projection of a département (rule: DOMAIN §1)."""
    for rank, projection in enumerate(legal_projections()):
        if departement in projection.departements:
            return rank
    return 0


@cache
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def to_metres(lonlat: NDArray[np.float64], epsg: int) -> NDArray[np.float64]:
    """Project (n, 2) longitudes and latitudes in degrees to metres."""
    return np.column_stack(_transformer(4326, epsg).transform(lonlat[:, 0], lonlat[:, 1]))


def to_degrees(metres: NDArray[np.float64], epsg: int) -> NDArray[np.float64]:
    """Longitudes and latitudes in degrees of (n, 2) points in metres."""
    return np.column_stack(_transformer(epsg, 4326).transform(metres[:, 0], metres[:, 1]))


def reproject(points: NDArray[np.float64], source: int, target: int) -> NDArray[np.float64]:
    """(n, 2) points from one EPSG code to another, x or longitude first in both."""
    if source == target:
        return points
    return np.column_stack(_transformer(source, target).transform(points[:, 0], points[:, 1]))
