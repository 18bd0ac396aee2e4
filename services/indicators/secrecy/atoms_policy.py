"""Policy atoms: communes that may not be shown alone are joined with others until their sum may be."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from services.indicators.secrecy.blocs import Bloc, Rule, Sums
from services.indicators.secrecy.ground import Ground
from services.indicators.secrecy.order import Order
from services.indicators.secrecy.piece import Cut, Floats, Small

Positions = npt.NDArray[np.intp]


def join_unsafe(rule: Rule, start: Small, ground: Ground, order: Order) -> Cut:
    """Join the sets that fail, EPCI by EPCI in a secret order, then by département, by région and in France.

    What an EPCI cannot close joins a bloc of the same EPCI, or its smallest safe communes; what a whole EPCI
    cannot hold goes on with the nearest of its département, and so on. Sets that France cannot hold are in no atom.
    """
    sums = rule.sums(start)
    joining = _Joining(rule, sums, ground, order, start)
    holds = rule.holds(sums)
    left = joining.within_epcis(np.flatnonzero(~holds), holds)
    for home in (ground.departement, ground.region, np.zeros_like(ground.region)):
        left = joining.within(home, left)
    return joining.cut(left)


class _Joining:
    """Blocs as they are joined. `atoms`: what may be published so far, by EPCI."""

    def __init__(self, rule: Rule, sums: Sums, ground: Ground, order: Order, start: Small) -> None:
        self.rule, self.sums, self.ground, self.start = rule, sums, ground, start
        units = len(start)
        self.rank = order.ranks(rule.piece.family, units)
        self.margin = order.margins(rule.piece.name, units)
        self.epci = ground.epci[sums.first]
        self.group: Positions = np.arange(len(sums.first))

    def within_epcis(self, failing: Positions, holds: npt.NDArray[np.bool_]) -> list[Bloc]:
        """Close what each EPCI can; what it cannot is returned, one bloc an EPCI at most."""
        ranked = failing[np.lexsort((self.rank[self.sums.first[failing]], self.epci[failing]))]
        safe = {
            int(self.epci[members[0]]): members
            for members in _runs(_by_place(np.flatnonzero(holds), self.epci), self.epci)
        }
        nobody = np.empty(0, dtype=np.intp)
        left: list[Bloc] = []
        for members in _runs(ranked, self.epci):
            last = self._closed(self.sums.line(position) for position in members.tolist())
            if last is None:
                continue
            joined = np.setdiff1d(members, last.sets)
            alone = safe.get(int(self.epci[members[0]]), nobody)
            # A bloc of the EPCI rather than a commune that can be shown alone.
            if not any(self._absorbed(last, atoms, self._residents) for atoms in (joined, alone)):
                left.append(last)
        return left

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
            if not self._absorbed(last, np.flatnonzero((place == area) & ~opened), self._distance):
                still.append(last)
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
                self.group[current.sets] = min(current.sets)
                current = None
        return current

    def _absorbed(
        self, bloc: Bloc, sets: Positions, cost: Callable[[Bloc, Positions, Positions], Floats]
    ) -> bool:
        """Join a bloc with the first atom among `sets` that is enough, else with as many as it takes; tell if it holds."""
        if not len(sets):
            return False
        members = sets[np.argsort(self.group[sets], kind="stable")]
        groups = self.group[members]
        starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
        preferred = np.argsort(cost(bloc, members, starts), kind="stable")
        atoms = self.sums.by_group(members, starts)
        ordered = Sums(*(values[preferred] for values in vars(atoms).values()))
        alone = np.flatnonzero(self.rule.holds(ordered.after(bloc)))
        together = np.flatnonzero(self.rule.holds(ordered.running().after(bloc)))
        if len(alone):
            taken = preferred[alone[:1]]
        elif len(together):
            taken = preferred[: together[0] + 1]
        else:
            return False
        chosen = np.flatnonzero(np.isin(groups, groups[starts[taken]]))
        whole = [*bloc.sets, *members[chosen].tolist()]
        self.group[whole] = min(whole)
        return True

    def _residents(self, _: Bloc, members: Positions, starts: Positions) -> Floats:
        """Fewest first: they are the ones a territory may lose."""
        residents = self.ground.residents[self.sums.first[members]]
        return np.add.reduceat(residents, starts).astype(np.float64)

    def _distance(self, bloc: Bloc, members: Positions, starts: Positions) -> Floats:
        xy = np.add.reduceat(self.ground.xy[self.sums.first[members]], starts, axis=0)
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
        found: npt.NDArray[np.float64] = self.ground.xy[self.sums.first[bloc.sets]].mean(axis=0)
        return found

    def cut(self, left: list[Bloc]) -> Cut:
        """Labels from 1; what is still open is in no atom."""
        leaders, label = np.unique(self.group, return_inverse=True)
        numbers = (label + 1).astype(np.int32)
        for bloc in left:
            numbers[bloc.sets] = 0
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
