"""The shapes of an Atlas as named numpy arrays, and back: what the ready-made Atlas is stored as. Pure."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.geo.atlas import Areas, Level, Shapes
from services.geo.shapes.adjacency import Adjacency
from services.geo.shapes.polygons import Polygons
from services.geo.tiles.geometry import Encoded
from services.geo.tiles.grid import ZOOMS, Grids

Arrays = Mapping[str, NDArray[Any]]

# Unions of communes kept beside them.
AREAS = ("departements", "epcis", "regions")

# Goes into the dataset's id and its arrays: a change in how shapes are made or laid out is another version.
BUILD = 5


def to_arrays(shapes: Shapes) -> Arrays:
    """Every array of the shapes by name; offsets and indices in 32 bits, which halves them."""
    arrays: dict[str, NDArray[Any]] = {
        "build": np.array([BUILD]),
        "projection": shapes.projection,
        "bounds": shapes.bounds,
        "centres": shapes.centres,
        "areas_km2": shapes.areas_km2,
        "adjacency.starts": shapes.adjacency.starts.astype(np.int32),
        "adjacency.neighbours": shapes.adjacency.neighbours.astype(np.int32),
        "adjacency.lengths": shapes.adjacency.lengths.astype(np.float32),
        "tolerances": np.array([level.tolerance for level in shapes.levels]),
    }
    arrays |= _level_arrays("communes", shapes.levels)
    for name, areas in shapes.areas.items():
        arrays[f"{name}.codes"] = np.array([code.encode() for code in areas.codes], dtype="S9")
        arrays[f"{name}.projection"] = areas.projection
        arrays |= _level_arrays(name, areas.levels)
    for name, grids in shapes.grids.items():
        arrays |= _grid_arrays(name, grids)
    return arrays


def is_readable(arrays: Arrays) -> bool:
    """Whether this version of the code made the arrays."""
    return "build" in arrays and arrays["build"].tolist() == [BUILD]


def from_arrays(arrays: Arrays) -> Shapes:
    """The shapes; coordinates keep pointing at the bytes they were read into."""
    return Shapes(
        projection=arrays["projection"],
        bounds=arrays["bounds"],
        centres=arrays["centres"],
        areas_km2=arrays["areas_km2"],
        adjacency=Adjacency(
            arrays["adjacency.starts"].astype(np.int64),
            arrays["adjacency.neighbours"].astype(np.int64),
            arrays["adjacency.lengths"].astype(np.float64),
        ),
        levels=_levels("communes", arrays),
        areas={
            name: Areas(
                tuple(code.decode() for code in arrays[f"{name}.codes"].tolist()),
                arrays[f"{name}.projection"],
                _levels(name, arrays),
            )
            for name in AREAS
        },
        grids={name: _grids(name, arrays) for name in ("communes", *AREAS)},
    )


def _level_arrays(prefix: str, levels: tuple[Level, ...]) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    for number, level in enumerate(levels):
        arrays[f"{prefix}.level{number}.coords"] = level.polygons.coords
        for name in ("rings", "parts", "units"):
            arrays[f"{prefix}.level{number}.{name}"] = getattr(level.polygons, name).astype(np.int32)
    return arrays


def _levels(prefix: str, arrays: Arrays) -> tuple[Level, ...]:
    return tuple(
        Level(
            float(tolerance),
            Polygons(
                arrays[f"{prefix}.level{number}.coords"],
                *(
                    arrays[f"{prefix}.level{number}.{name}"].astype(np.int64)
                    for name in ("rings", "parts", "units")
                ),
            ),
        )
        for number, tolerance in enumerate(arrays["tolerances"])
    )


def _grid_arrays(prefix: str, grids: Grids) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {f"{prefix}.bounds": grids.bounds}
    for zoom, encoded in enumerate(grids.zooms):
        arrays[f"{prefix}.zoom{zoom}.firsts"] = encoded.firsts
        arrays[f"{prefix}.zoom{zoom}.starts"] = encoded.starts.astype(np.int32)
        arrays[f"{prefix}.zoom{zoom}.body"] = encoded.body
    return arrays


def _grids(prefix: str, arrays: Arrays) -> Grids:
    return Grids(
        tuple(
            Encoded(*(arrays[f"{prefix}.zoom{zoom}.{name}"] for name in ("firsts", "starts", "body")))
            for zoom in ZOOMS
        ),
        arrays[f"{prefix}.bounds"],
    )
