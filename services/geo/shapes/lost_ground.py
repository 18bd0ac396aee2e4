"""Ground that polygons older than a merger leave uncovered, given back to the commune that took it in. Pure.

A commune nouvelle drawn as it was before its merger lacks the ground of what it took in. Where other polygons
close that ground in, it is a hole of the coverage, and whose polygons border the hole tells whose it is.
"""

from collections.abc import Collection, Iterable, Mapping

import numpy as np
import shapely

from services.geo.imports.records import OldCodeRow
from services.geo.shapes.coverage import holes
from services.geo.shapes.polygons import Geometries

# Degrees: closes the gaps between official polygons, about a metre as in coverage.clean.
SNAPPING = 1e-5

Suspects = tuple[frozenset[str], ...]


def suspects(old_codes: Iterable[OldCodeRow], drawn: Collection[str]) -> Suspects:
    """Communes whose polygon may lack ground, the likelier first: those of old codes that are not in `drawn`.

    A commune déléguée or associée is drawn in its own right; a code of the past is not, whenever it was left.
    """
    members: set[str] = set()
    merged: set[str] = set()
    for row in old_codes:
        if row.code not in drawn:
            (merged if row.nature == "ancien" else members).add(row.actuel)
    return frozenset(members), frozenset(merged)


def with_lost_ground(contours: Mapping[str, bytes], lacking: Suspects) -> dict[str, bytes]:
    """The polygons (WKB, EPSG:4326), those of `lacking` communes joined by the holes that can only be theirs.

    Where a hole borders one suspect of the first group, it is of that commune; where none, of the only one of the
    next group. A hole that borders no suspect, or several alike (a foreign enclave does), stays a hole.
    """
    if not frozenset().union(*lacking).intersection(contours):
        return dict(contours)
    polygons: Geometries = np.array(shapely.from_wkb(list(contours.values())), dtype=object)
    polygons = shapely.coverage_clean(polygons, snapping_distance=SNAPPING)
    codes = list(contours)
    tree = shapely.STRtree(polygons)
    grown: dict[str, list[shapely.Geometry]] = {}
    for hole in holes(polygons).tolist():
        around = {
            codes[position]: polygons[position]
            for position in tree.query(hole, predicate="intersects").tolist()
        }
        owner = _owner(hole, around, lacking)
        if owner:
            grown.setdefault(owner, [around[owner]]).append(hole)
    return {**contours, **{code: shapely.to_wkb(shapely.union_all(parts)) for code, parts in grown.items()}}


def _owner(hole: shapely.Geometry, around: Mapping[str, shapely.Geometry], lacking: Suspects) -> str | None:
    for group in lacking:
        beside = [code for code in group.intersection(around) if _border(hole, around[code]) > 0]
        if beside:
            return beside[0] if len(beside) == 1 else None
    return None


def _border(one: shapely.Geometry, other: shapely.Geometry) -> float:
    return float(shapely.length(shapely.intersection(one, other)))
