"""A walk outwards from the pieces of a territory, all at once: where two of them meet, the cheapest first. Pure.

The cost of a path is its communes, then their people. It stays near: the walk is bounded, and ends in silence.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from services.geo.atlas import Atlas
from services.geo.territory.ground import hidden
from services.geo.territory.links import Links, neighbours_by_link

# In communes, from all pieces together: the more pieces, the nearer each is searched around.
MAX_WALKED = 12_000
MAX_ADDED_EACH_SIDE = 15

Cost = tuple[int, int]


@dataclass(frozen=True)
class Bridge:
    """Positions to add, sorted, to join two pieces (their ranks), and the ends of the links that it takes."""

    ends: tuple[int, int]
    units: tuple[int, ...]
    links: tuple[frozenset[int], ...] = ()


class Meeting(NamedTuple):
    """Two units side by side, reached from two pieces (their ranks): together their paths cost `cost`."""

    cost: Cost
    units: tuple[int, int]
    pieces: tuple[int, int]


class Walk:
    """What the walk has reached grows as `meetings` is consumed."""

    def __init__(self, atlas: Atlas, pieces: Sequence[Sequence[int]], links: Links) -> None:
        self._atlas, self._links = atlas, links
        self._by_link: Mapping[int, tuple[int, ...]] = neighbours_by_link(links)
        # Units reached: from which piece, at what cost, by which unit.
        self._piece = {unit: rank for rank, piece in enumerate(pieces) for unit in piece}
        self._cost: dict[int, Cost] = dict.fromkeys(self._piece, (0, 0))
        self._from = {unit: unit for unit in self._piece}
        self._unseen = hidden(atlas, self._piece.keys())

    def meetings(self) -> Iterator[Meeting]:
        """Meetings by increasing cost: one is told once no cheaper one can still be found."""
        edge = [((0, 0), unit) for unit in sorted(self._piece)]
        left: set[int] = set()
        met: list[Meeting] = []
        while edge and len(self._cost) < MAX_WALKED:
            cost, unit = heapq.heappop(edge)
            while met and met[0].cost <= cost:
                yield heapq.heappop(met)
            left.add(unit)
            for other in self._next_to(unit):
                if other not in self._piece:
                    if cost[0] < MAX_ADDED_EACH_SIDE:
                        heapq.heappush(edge, (self._reach(other, unit), other))
                elif self._piece[other] != self._piece[unit] and other not in left:
                    heapq.heappush(met, self._meeting(unit, other))
        yield from sorted(met)

    def bridge(self, meeting: Meeting) -> Bridge:
        """The path that a meeting ends, from piece to piece."""
        steps = [meeting.units]
        for unit in meeting.units:
            at = unit
            while self._from[at] != at:
                steps.append((at, self._from[at]))
                at = self._from[at]
        walked = {unit for step in steps for unit in step if self._cost[unit][0] > 0}
        links = tuple(frozenset(step) for step in steps if frozenset(step) in self._links)
        return Bridge((min(meeting.pieces), max(meeting.pieces)), tuple(sorted(walked)), links)

    def _reach(self, unit: int, before: int) -> Cost:
        # Units are left by increasing cost, and a unit costs the same from every side: the first to reach it is best.
        communes, people = self._cost[before]
        cost = communes + 1, people + (self._atlas.communes[unit].population or 0)
        self._cost[unit], self._from[unit], self._piece[unit] = cost, before, self._piece[before]
        return cost

    def _meeting(self, one: int, other: int) -> Meeting:
        (communes, people), (others, other_people) = self._cost[one], self._cost[other]
        return Meeting(
            (communes + others, people + other_people), (one, other), (self._piece[one], self._piece[other])
        )

    def _next_to(self, unit: int) -> Iterable[int]:
        borders = self._atlas.shapes.adjacency.of(unit).tolist()
        return (other for other in (*borders, *self._by_link.get(unit, ())) if other not in self._unseen)
