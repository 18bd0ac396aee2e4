"""What would make a territory one block: enclaves to take in, and the fewest communes that join its pieces. Pure.

Walks stay near the territory: both searches are bounded, and say nothing rather than propose half of France.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import count

import numpy as np
import shapely

from services.geo.atlas import Atlas
from services.geo.territory.ground import hidden
from services.geo.territory.links import Links, neighbours_by_link

MAX_WALKED = 20_000
MAX_ADDED_EACH_SIDE = 15
# A territory in more pieces is no draft to mend.
MAX_PIECES = 40
# Metres of free side that rounding may leave around an enclave.
FREE_SIDE = 1.0


@dataclass(frozen=True)
class Enclosed:
    """Positions of communes cut off by the territory; `closed` where no side of them is free (sea, border)."""

    units: tuple[int, ...]
    closed: bool


@dataclass(frozen=True)
class Bridge:
    """Positions to add, sorted, to join two pieces (their ranks), and the ends of the links that it takes."""

    ends: tuple[int, int]
    units: tuple[int, ...]
    links: tuple[frozenset[int], ...] = ()


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
    found = []
    while around:
        group, open_ground = _flood(atlas, min(around), chosen | unseen, outside, box)
        around -= group
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
    within 15 communes of a piece; none over 40 pieces. Shortest paths from all at once, then a minimum spanning tree.
    """
    if len(pieces) > MAX_PIECES:
        return ()
    walk = _Walk(atlas, pieces, links)
    kept: list[Bridge] = []
    number = list(group)
    for bridge in walk.meetings():
        one, other = (number[end] for end in bridge.ends)
        if one != other:
            kept.append(bridge)
            number = [one if rank == other else rank for rank in number]
        if len(set(number)) <= 1:
            break
    return tuple(kept)


class _Walk:
    """One walk outwards from all pieces; what it has reached grows as `meetings` is consumed."""

    def __init__(self, atlas: Atlas, pieces: Sequence[Sequence[int]], links: Links) -> None:
        self._atlas, self._links = atlas, links
        self._by_link: Mapping[int, tuple[int, ...]] = neighbours_by_link(links)
        self._piece = {unit: rank for rank, piece in enumerate(pieces) for unit in piece}
        self._unseen = hidden(atlas, self._piece.keys())
        # Settled units: what it costs to reach them (communes, people), from which piece, by which unit.
        self._cost = dict.fromkeys(self._piece, (0, 0))
        self._from = {unit: unit for unit in self._piece}

    def meetings(self) -> Iterator[Bridge]:
        """Paths between pieces by increasing cost: a path is told once no cheaper one can still be found."""
        serial = count()
        reached: list[tuple[tuple[int, int], int, int, int]] = []
        met: list[tuple[tuple[int, int], int, int, int]] = []
        for unit in sorted(self._piece):
            self._leave(unit, reached, met, serial)
        while reached and len(self._cost) < MAX_WALKED:
            cost, _, unit, before = heapq.heappop(reached)
            if unit in self._cost:
                continue
            while met and met[0][0] <= cost:
                yield self._path(heapq.heappop(met))
            self._cost[unit], self._from[unit] = cost, before
            self._piece[unit] = self._piece[before]
            if cost[0] < MAX_ADDED_EACH_SIDE:
                self._leave(unit, reached, met, serial)
        while met:
            yield self._path(heapq.heappop(met))

    def _leave(
        self,
        unit: int,
        reached: list[tuple[tuple[int, int], int, int, int]],
        met: list[tuple[tuple[int, int], int, int, int]],
        serial: Iterator[int],
    ) -> None:
        communes, people = self._cost[unit]
        for other in self._next_to(unit):
            if other not in self._cost:
                step = self._atlas.communes[other].population or 0
                heapq.heappush(reached, ((communes + 1, people + step), next(serial), other, unit))
            elif self._piece[other] != self._piece[unit]:
                total = (communes + self._cost[other][0], people + self._cost[other][1])
                heapq.heappush(met, (total, next(serial), unit, other))

    def _next_to(self, unit: int) -> Iterable[int]:
        borders = self._atlas.shapes.adjacency.of(unit).tolist()
        return (other for other in (*borders, *self._by_link.get(unit, ())) if other not in self._unseen)

    def _path(self, meeting: tuple[tuple[int, int], int, int, int]) -> Bridge:
        _, _, one, other = meeting
        steps = [(one, other)]
        ends = []
        for unit in (one, other):
            at = unit
            while self._from[at] != at:
                steps.append((at, self._from[at]))
                at = self._from[at]
            ends.append(self._piece[at])
        walked = {unit for step in steps for unit in step if self._cost[unit][0] > 0}
        links = tuple(frozenset(step) for step in steps if frozenset(step) in self._links)
        return Bridge((min(ends), max(ends)), tuple(sorted(walked)), links)


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
