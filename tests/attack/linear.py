"""A system of linear constraints on counts: bounds narrowed by propagation, then exact intervals by highspy."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.attack.facts import UNBOUNDED, Cell
from tests.attack.programme import Interval, Programme

Weights = Mapping[Cell, float]
ROUNDS = 12
CLOSE = 1e-6


@dataclass(frozen=True)
class Constraint:
    """low <= sum of weight * cell <= high."""

    weights: Weights
    low: float
    high: float


@dataclass
class System:
    """Counts are non-negative and otherwise unknown, but for the constraints. `supposed` bounds are a guess."""

    constraints: list[Constraint] = field(default_factory=list)
    low: dict[Cell, float] = field(default_factory=lambda: defaultdict(float))
    high: dict[Cell, float] = field(default_factory=lambda: defaultdict(lambda: UNBOUNDED))
    _moved: set[Cell] = field(default_factory=set)

    def add(self, constraint: Constraint) -> None:
        """Take a constraint in; one that bears on a single count narrows it at once."""
        if len(constraint.weights) == 1:
            self._narrow(constraint)
        else:
            self.constraints.append(constraint)

    def suppose(self, cell: Cell, most: float) -> None:
        """Bound a count by a guess."""
        self.high[cell] = min(self.high[cell], max(most, self.low[cell]))

    def known(self, cell: Cell) -> bool:
        """Whether a count is told."""
        return self.high[cell] - self.low[cell] < CLOSE

    def narrow(self) -> None:
        """Narrow bounds until nothing moves (or ROUNDS have passed); what the bounds say already is dropped."""
        touched = self.constraints
        for _ in range(ROUNDS):
            self._moved.clear()
            for constraint in touched:
                self._narrow(constraint)
            touched = [c for c in self.constraints if not c.weights.keys().isdisjoint(self._moved)]
            if not touched:
                break
        self.constraints = [c for c in map(self._reduced, self.constraints) if c is not None]

    def _reduced(self, constraint: Constraint) -> Constraint | None:
        """A constraint less the counts that are known; None where the bounds say as much."""
        told = sum(weight * self.low[cell] for cell, weight in constraint.weights.items() if self.known(cell))
        left = {cell: weight for cell, weight in constraint.weights.items() if not self.known(cell)}
        least, most = self.sum_of(left)
        low, high = constraint.low - told, constraint.high - told
        said = least >= low - CLOSE and most <= high + CLOSE
        return None if said or not left else Constraint(left, low, high)

    def _narrow(self, constraint: Constraint) -> None:
        """Narrow each count by what the others leave it."""
        spans = [(c, w, *self._span(c, w)) for c, w in constraint.weights.items()]
        least, most = Total([low for _, _, low, _ in spans]), Total([high for _, _, _, high in spans])
        if least.told >= constraint.low and most.told <= constraint.high:
            return
        for cell, weight, low, high in spans:
            others_low, others_high = least.without(low, -UNBOUNDED), most.without(high, UNBOUNDED)
            ends = ((constraint.low - others_high) / weight, (constraint.high - others_low) / weight)
            self._tighten(cell, min(ends), max(ends))

    def _span(self, cell: Cell, weight: float) -> Interval:
        ends = (weight * self.low[cell], weight * self.high[cell])
        return (min(ends), max(ends))

    def _tighten(self, cell: Cell, low: float, high: float) -> None:
        """Narrow the bounds of a count to whole numbers; bounds that would cross are left as they are."""
        least = max(self.low[cell], math.ceil(low - CLOSE) if math.isfinite(low) else 0.0)
        most = min(self.high[cell], math.floor(high + CLOSE) if math.isfinite(high) else UNBOUNDED)
        if least <= most and (least, most) != (self.low[cell], self.high[cell]):
            self.low[cell], self.high[cell] = least, most
            self._moved.add(cell)

    def sum_of(self, weights: Weights) -> Interval:
        """Bounds of a sum that the bounds of each count give."""
        spans = [self._span(cell, weight) for cell, weight in weights.items()]
        return (sum(low for low, _ in spans), sum(high for _, high in spans))

    def intervals(self, objectives: Sequence[Weights], narrow: float) -> list[Interval]:
        """Interval of each sum. One that the bounds leave under `narrow` wide is only looked at for exactness."""
        found = [self.sum_of(weights) for weights in objectives]
        component = self._components()
        by_component: dict[int, list[int]] = defaultdict(list)
        for rank, weights in enumerate(objectives):
            roots = {component[cell] for cell in weights if cell in component}
            # Over several components, bounds of each count apart are all that can be said.
            if len(roots) == 1 and found[rank][1] - found[rank][0] > CLOSE:
                by_component[roots.pop()].append(rank)
        members: dict[int, list[Constraint]] = defaultdict(list)
        for constraint in self.constraints:
            members[component[next(iter(constraint.weights))]].append(constraint)
        for root, ranks in by_component.items():
            if len(members[root]) > 1 or any(len(objectives[rank]) > 1 for rank in ranks):
                needs = [narrow if found[rank][1] - found[rank][0] >= narrow else 1.0 for rank in ranks]
                solved = self._solved(members[root], [objectives[rank] for rank in ranks], needs)
                for rank, (low, high) in zip(ranks, solved, strict=True):
                    found[rank] = (max(low, found[rank][0]), min(high, found[rank][1]))
        return found

    def _components(self) -> dict[Cell, int]:
        parent: dict[Cell, Cell] = {}

        def root(cell: Cell) -> Cell:
            while parent.setdefault(cell, cell) != cell:
                parent[cell] = parent[parent[cell]]
                cell = parent[cell]
            return cell

        for constraint in self.constraints:
            first, *others = map(root, constraint.weights)
            for other in others:
                parent[root(other)] = root(first)
        ranks: dict[Cell, int] = {}
        return {cell: ranks.setdefault(root(cell), len(ranks)) for cell in list(parent)}

    def _solved(
        self, constraints: list[Constraint], objectives: list[Weights], needs: list[float]
    ) -> list[Interval]:
        cells = list(dict.fromkeys(cell for c in constraints for cell in c.weights))
        rank = {cell: position for position, cell in enumerate(cells)}
        bounds = [(self.low[cell], self.high[cell]) for cell in cells]
        rows = [({rank[cell]: w for cell, w in c.weights.items()}, c.low, c.high) for c in constraints]
        programme = Programme(bounds, rows)
        # Outside every constraint: a count that is told, or of which nothing is known.
        offsets = [
            sum(w * self.low[c] if self.known(c) else math.nan for c, w in weights.items() if c not in rank)
            for weights in objectives
        ]
        inside = [{rank[c]: w for c, w in weights.items() if c in rank} for weights in objectives]
        found = programme.intervals(inside, needs)
        return [
            (-UNBOUNDED, UNBOUNDED) if math.isnan(offset) else (low + offset, high + offset)
            for (low, high), offset in zip(found, offsets, strict=True)
        ]


class Total:
    """A sum of bounds, some of which may be endless, that can be told without one of them."""

    def __init__(self, bounds: list[float]) -> None:
        self.told = sum(bounds)
        self._finite = sum(bound for bound in bounds if math.isfinite(bound))
        self._endless = sum(not math.isfinite(bound) for bound in bounds)

    def without(self, bound: float, endless: float) -> float:
        """Sum of the other bounds, `endless` where one of them is."""
        if math.isfinite(bound):
            return endless if self._endless else self._finite - bound
        return endless if self._endless > 1 else self._finite
