"""Policy atoms: communes that may not be shown alone are joined with others until their sum may be."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

from services.indicators.secrecy.blocs import Bloc, Rule, Sums
from services.indicators.secrecy.order import Order
from services.indicators.secrecy.piece import Cut, Floats, Small
from services.indicators.secrecy.terrain import Terrain

# Directions tried before a set is left whole.
TRIED = 3
Positions = npt.NDArray[np.intp]


def join_unsafe(rule: Rule, start: Small, terrain: Terrain, order: Order) -> Cut:
    """Join the sets that fail in each EPCI, then part them along secret directions as finely as the rule lets.

    Where all those of an EPCI are too few, its smallest safe commune joins them, or as many as it takes; what a
    whole EPCI cannot hold goes on with the nearest of its département, of its région, of France. Sets that
    France cannot hold are in no atom.
    """
    sums = rule.sums(start)
    joining = _Joining(rule, sums, terrain, order, start)
    holds = rule.holds(sums)
    left = joining.within_epcis(np.flatnonzero(~holds), holds)
    for home in (terrain.departement, terrain.region, np.zeros_like(terrain.region)):
        left = joining.within(home, left)
    return joining.cut(left)


class _Joining:
    """Blocs as they are joined. `atoms`: what may be published so far, by EPCI."""

    def __init__(self, rule: Rule, sums: Sums, terrain: Terrain, order: Order, start: Small) -> None:
        self.rule, self.sums, self.terrain, self.start = rule, sums, terrain, start
        units = len(start)
        self.rank = order.ranks(rule.piece.family, units)
        self.margin = order.margins(rule.piece.name, units)
        self.angles = order.angles(rule.piece.family, int(terrain.epci.max(initial=0)) + 1)
        self.quantiles = order.quantiles(rule.piece.name)
        self.epci = terrain.epci[sums.first]
        self.group: Positions = np.arange(len(sums.first))

    def within_epcis(self, failing: Positions, holds: npt.NDArray[np.bool_]) -> list[Bloc]:
        """Join what fails in each EPCI and part it again; what an EPCI cannot hold is returned as one bloc."""
        safe = {
            int(self.epci[members[0]]): members
            for members in _runs(_by_place(np.flatnonzero(holds), self.epci), self.epci)
        }
        nobody = np.empty(0, dtype=np.intp)
        left: list[Bloc] = []
        for members in _runs(_by_place(failing, self.epci), self.epci):
            place = int(self.epci[members[0]])
            whole = self._whole(members)
            if self.rule.admits(whole):
                self._part(members, place)
                continue
            taken = self._enough(whole, safe.get(place, nobody), self._residents)
            if taken is None:
                left.append(whole)
            else:
                self._part(np.r_[members, taken], place)
        return left

    def _part(self, members: Positions, place: int) -> None:
        """Part a set that holds along secret directions, as long as both sides hold with their margin."""
        angles = iter(self.angles[place])
        waiting = [members]
        while waiting:
            whole = waiting.pop()
            sides = self._sides(whole, angles)
            if sides is None:
                self.group[whole] = whole.min()
            else:
                waiting += sides

    def _sides(self, whole: Positions, angles: Iterator[float]) -> tuple[Positions, Positions] | None:
        if len(whole) == 1 or not self.rule.may_part(self.sums, whole):
            return None
        margin = int(self.margin[self.sums.first[whole.min()]])
        xy = self.terrain.xy[self.sums.first[whole]]
        for angle, share in zip(islice(angles, TRIED), self.quantiles, strict=False):
            along = whole[np.argsort(xy @ (np.cos(angle), np.sin(angle)), kind="stable")]
            before, after = self.rule.holds(self.sums.parted(along), margin).reshape(2, -1)
            places = np.flatnonzero(before & after)
            if len(places):
                place = int(places[np.argmin(np.abs(places + 1 - share * len(whole)))]) + 1
                return along[:place], along[place:]
        return None

    def within(self, home: Positions, left: list[Bloc]) -> list[Bloc]:
        """Join blocs of the same area, nearest to nearest; the last one takes in atoms of the area until it holds."""
        still: list[Bloc] = []
        place = home[self.sums.first]
        by_area: dict[int, list[Bloc]] = {}
        for bloc in left:
            by_area.setdefault(int(place[bloc.sets[0]]), []).append(bloc)
        opened = np.zeros(len(place), dtype=bool)
        opened[[position for bloc in left for position in bloc.sets]] = True
        for area, blocs in by_area.items():
            last = self._closed(self._chained(blocs))
            if last is None:
                continue
            closed = [position for bloc in blocs for position in bloc.sets]
            opened[closed] = False
            opened[last.sets] = True
            taken = self._enough(last, np.flatnonzero((place == area) & ~opened), self._distance)
            if taken is None:
                still.append(last)
            else:
                self._close([*last.sets, *taken.tolist()])
        return still

    def _closed(self, blocs: Iterable[Bloc]) -> Bloc | None:
        """Close blocs as soon as they hold with their margin, in the order given; the one left open is returned."""
        current: Bloc | None = None
        margin = 0
        for bloc in blocs:
            if current is None:
                current, margin = bloc, int(self.margin[self.sums.first[bloc.sets[0]]])
            else:
                current = current.joined(bloc)
            if self.rule.admits(current, margin):
                self._close(current.sets)
                current = None
        return current

    def _enough(
        self, bloc: Bloc, sets: Positions, cost: Callable[[Bloc, Positions, Positions], Floats]
    ) -> Positions | None:
        """The first atom among `sets` with which a bloc holds, else as many as it takes; None where all are too few."""
        if not len(sets):
            return None
        members = sets[np.argsort(self.group[sets], kind="stable")]
        groups = self.group[members]
        starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
        preferred = np.argsort(cost(bloc, members, starts), kind="stable")
        atoms = self.sums.by_group(members, starts).at(preferred)
        alone = np.flatnonzero(self.rule.holds(atoms.after(bloc)))
        together = np.flatnonzero(self.rule.holds(atoms.running().after(bloc)))
        if len(alone):
            taken = preferred[alone[:1]]
        elif len(together):
            taken = preferred[: together[0] + 1]
        else:
            return None
        return members[np.isin(groups, groups[starts[taken]])]

    def _close(self, sets: list[int]) -> None:
        self.group[sets] = min(sets)

    def _whole(self, members: Positions) -> Bloc:
        starts = np.zeros(1, dtype=np.intp)
        return self.sums.by_group(members, starts).line(0).of(members.tolist())

    def _residents(self, _: Bloc, members: Positions, starts: Positions) -> Floats:
        """Fewest first: they are the ones a territory may lose."""
        residents = self.terrain.residents[self.sums.first[members]]
        return np.add.reduceat(residents, starts).astype(np.float64)

    def _distance(self, bloc: Bloc, members: Positions, starts: Positions) -> Floats:
        xy = np.add.reduceat(self.terrain.xy[self.sums.first[members]], starts, axis=0)
        centres = xy / np.diff(np.r_[starts, len(members)])[:, None]
        found: Floats = ((centres - self._centre(bloc)) ** 2).sum(axis=1)
        return found

    def _chained(self, blocs: list[Bloc]) -> Sequence[Bloc]:
        """From the lowest rank, each time the nearest of the others."""
        waiting = sorted(blocs, key=lambda bloc: int(self.rank[self.sums.first[bloc.sets[0]]]))
        chain = [waiting.pop(0)]
        while waiting:
            centre = self._centre(chain[-1])
            gaps = [float(((self._centre(bloc) - centre) ** 2).sum()) for bloc in waiting]
            chain.append(waiting.pop(int(np.argmin(gaps))))
        return chain

    def _centre(self, bloc: Bloc) -> npt.NDArray[np.float64]:
        found: npt.NDArray[np.float64] = self.terrain.xy[self.sums.first[bloc.sets]].mean(axis=0)
        return found

    def cut(self, left: list[Bloc]) -> Cut:
        """Labels from 1; what is still open is in no atom."""
        group = self.group.copy()
        for bloc in left:
            group[bloc.sets] = -1
        leaders, label = np.unique(group[group >= 0], return_inverse=True)
        numbers = np.zeros(len(group), dtype=np.int32)
        numbers[group >= 0] = label + 1
        inside = self.start >= 0
        atom = np.zeros(len(self.start), dtype=np.int32)
        atom[inside] = numbers[self.start[inside]]
        told = np.r_[False, np.ones(len(leaders), dtype=bool)]
        return Cut(atom, told, told.copy())


def _by_place(positions: Positions, home: Positions) -> Positions:
    return positions[np.argsort(home[positions], kind="stable")]


def _runs(ranked: Positions, home: Positions) -> list[Positions]:
    """Consecutive positions of the same home."""
    if not len(ranked):
        return []
    homes = home[ranked]
    return np.split(ranked, np.flatnonzero(homes[1:] != homes[:-1]) + 1)
