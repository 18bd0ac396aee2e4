"""What would make a territory one block: enclaves to take in, and the fewest communes that join its pieces. Pure.

Walks stay near the territory: both searches are bounded, and say nothing rather than propose half of France.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import shapely

from services.geo.atlas import Atlas
from services.geo.territory.ground import hidden
from services.geo.territory.links import Links
from services.geo.territory.walk import Bridge, Walk

# A territory in more pieces is no draft to mend.
MAX_PIECES = 40
# Metres of free side that rounding may leave around an enclave.
FREE_SIDE = 1.0


@dataclass(frozen=True)
class Enclosed:
    """Positions of communes cut off by the territory; `closed` where no side of them is free (sea, border)."""

    units: tuple[int, ...]
    closed: bool


def enclosed(atlas: Atlas, pieces: Sequence[Sequence[int]]) -> tuple[Enclosed, ...]:
    """Groups of unchosen units whose every neighbour is chosen, by code.

    One with a free side counts only where it holds no more units than the pieces it touches: France has coasts too.
    """
    size = {unit: (rank, len(piece)) for rank, piece in enumerate(pieces) for unit in piece}
    chosen = size.keys()
    unseen = hidden(atlas, chosen)
    of = atlas.shapes.adjacency.of
    around = {other for unit in chosen for other in of(unit).tolist()} - chosen - unseen
    box = _box(atlas, chosen)
    outside: set[int] = set()
    seen: set[int] = set()
    found = []
    barred = chosen | unseen
    for start in sorted(around):
        if start in seen:
            continue
        group, open_ground = _flood(atlas, start, barred, outside, box)
        seen |= group
        if open_ground:
            outside |= group
            continue
        closed = _free_side(atlas, group, chosen) <= FREE_SIDE * len(group)
        touched = {size[other] for unit in group for other in of(unit).tolist() if other in size}
        if closed or len(group) <= sum(units for _, units in touched):
            found.append(Enclosed(tuple(sorted(group)), closed))
    return tuple(sorted(found, key=lambda one: one.units))


def bridges(
    atlas: Atlas, pieces: Sequence[Sequence[int]], group: Sequence[int], links: Links
) -> tuple[Bridge, ...]:
    """The fewest communes (then people) that join the groups of pieces, one bridge at a time, the smallest first.

    `group` gives the number of each piece's group; adding every bridge makes one group of all that can be reached
    within 15 communes of a piece and 12,000 in all; none over 40 pieces. Shortest paths from all at once, then a
    minimum spanning tree.
    """
    if len(pieces) > MAX_PIECES:
        return ()
    walk = Walk(atlas, pieces, links)
    kept: list[Bridge] = []
    number = list(group)
    for meeting in walk.meetings():
        one, other = (number[piece] for piece in meeting.pieces)
        if one != other:
            kept.append(walk.bridge(meeting))
            number = [one if rank == other else rank for rank in number]
        if len(set(number)) <= 1:
            break
    return tuple(kept)


def _flood(
    atlas: Atlas, start: int, barred: AbstractSet[int], outside: AbstractSet[int], box: tuple[float, ...]
) -> tuple[set[int], bool]:
    """Units reached from `start` without entering `barred`; true where they lead to open ground."""
    group, edge = {start}, [start]
    limit = len(barred)
    while edge:
        unit = edge.pop()
        if len(group) > limit and not _within(atlas, unit, box):
            return group, True
        reached = set(atlas.shapes.adjacency.of(unit).tolist()) - barred - group
        if not outside.isdisjoint(reached):
            return group | reached, True
        group |= reached
        edge += reached
    return group, False


def _box(atlas: Atlas, units: AbstractSet[int]) -> tuple[float, ...]:
    bounds = atlas.shapes.bounds[list(units)]
    return (*np.nanmin(bounds[:, :2], axis=0).tolist(), *np.nanmax(bounds[:, 2:], axis=0).tolist())


def _within(atlas: Atlas, unit: int, box: tuple[float, ...]) -> bool:
    west, south, east, north = atlas.shapes.bounds[unit].tolist()
    return bool(box[0] <= west and box[1] <= south and east <= box[2] and north <= box[3])


def _free_side(atlas: Atlas, group: AbstractSet[int], chosen: AbstractSet[int]) -> float:
    """Metres of the outline of a group that no unit touches."""
    units = sorted(group)
    outline = shapely.length(atlas.shapes.levels[0].polygons.take(np.array(units, dtype=np.int64))).sum()
    for unit in units:
        adjacency = atlas.shapes.adjacency
        for other, length in zip(
            adjacency.of(unit).tolist(), adjacency.lengths_of(unit).tolist(), strict=True
        ):
            if other in group or other in chosen:
                outline -= length
    return float(outline)
