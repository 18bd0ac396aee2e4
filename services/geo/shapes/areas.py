"""Unions of communes: départements, régions, EPCI, as a coverage that shares its borders with theirs. Pure."""

from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from services.geo.atlas import Areas, Level
from services.geo.shapes.polygons import Geometries, Polygons


def unite(codes: Sequence[str | None], rank: NDArray[np.int8], levels: Mapping[float, Geometries]) -> Areas:
    """Unions of the units of each code, at each level (polygons in metres by tolerance, most detailed first).

    `rank` is the legal projection of each unit. A unit without code or polygon adds nothing; no ground may lie
    in two units.
    """
    names = tuple(sorted({code for code in codes if code}))
    first = next(iter(levels.values()))
    members: dict[str, list[int]] = {name: [] for name in names}
    for position, code in enumerate(codes):
        if code and first[position] is not None:
            members[code].append(position)
    made = []
    for tolerance, level in levels.items():
        unions: Geometries = np.full(len(names), None, dtype=object)
        for at, name in enumerate(names):
            if members[name]:
                unions[at] = shapely.coverage_union_all(level[members[name]])
        made.append(Level(tolerance, Polygons.of(unions)))
    projection = [rank[members[name][0]] if members[name] else -1 for name in names]
    return Areas(names, np.array(projection, dtype=np.int8), tuple(made))
