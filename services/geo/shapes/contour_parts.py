"""Polygons of current communes made of those of their old codes: merged communes, communes déléguées. Pure."""

from collections.abc import Collection, Iterable, Mapping

import numpy as np
import shapely

from services.geo.imports.records import OldCodeRow
from services.geo.shapes.polygons import Geometries


def sole_successors(old_codes: Iterable[OldCodeRow]) -> dict[str, str]:
    """Old code → the one current code that holds its ground; codes of split communes are left out."""
    found: dict[str, set[str]] = {}
    for row in old_codes:
        found.setdefault(row.code, set()).add(row.actuel)
    return {code: next(iter(current)) for code, current in found.items() if len(current) == 1}


def gathered(
    contours: Mapping[str, bytes], old_codes: Iterable[OldCodeRow], current: Collection[str]
) -> dict[str, bytes]:
    """Polygons by current code: that of an old code is joined to those of the one commune that holds it now."""
    successors = sole_successors(old_codes)
    parts: dict[str, list[bytes]] = {}
    for code, wkb in contours.items():
        now = code if code in current else successors.get(code)
        if now in current:
            parts.setdefault(str(now), []).append(wkb)
    return {code: wkbs[0] if len(wkbs) == 1 else _union(wkbs) for code, wkbs in parts.items()}


def filled(
    contours: Mapping[str, bytes], old_contours: Mapping[str, bytes], old_codes: Collection[OldCodeRow]
) -> dict[str, bytes]:
    """The same, and the communes without polygon whose communes déléguées and associées all have one: their union.

    A commune nouvelle is also a commune déléguée of its own code, which must be there too.
    """
    members: dict[str, list[str]] = {}
    for row in old_codes:
        if row.nature != "ancien" and row.actuel not in contours:
            members.setdefault(row.actuel, [row.actuel]).append(row.code)
    complete = {
        code: [old_contours[part] for part in parts]
        for code, parts in members.items()
        if all(part in old_contours for part in parts)
    }
    return {**contours, **{code: _union(wkbs) for code, wkbs in complete.items()}}


def _union(wkbs: list[bytes]) -> bytes:
    polygons: Geometries = np.array(shapely.from_wkb(wkbs), dtype=object)
    united: bytes = shapely.to_wkb(shapely.union_all(polygons))
    return united
