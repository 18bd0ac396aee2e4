"""Intervals of sums of counts under linear constraints, by a linear program kept warm (highspy)."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import highspy
import numpy as np
import numpy.typing as npt

Interval = tuple[float, float]
Row = tuple[Mapping[int, float], float, float]
Array = npt.NDArray[np.float64]
UNBOUNDED = math.inf
INFINITE = highspy.kHighsInf
# More than any count: with every count bounded, a programme always has a solution to look at.
LARGE = 1e6
DRAWN = 16
# The class is untyped only for its constructor, which takes nothing.
_highs: Callable[[], highspy.Highs] = highspy.Highs


class Programme:
    """One connected set of constraints, kept warm from one objective to the next."""

    def __init__(self, bounds: Sequence[Interval], rows: Iterable[Row]) -> None:
        """`bounds` of each count; `rows`: weights by position of the count, and what their sum is between."""
        self._solver = _highs()
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("threads", 1)
        self._columns = np.arange(len(bounds), dtype=np.int32)
        for low, high in bounds:
            self._solver.addVar(low, min(high, LARGE))
        for weights, low, high in rows:
            places = np.array(list(weights), dtype=np.int32)
            values = np.array(list(weights.values()), dtype=np.float64)
            self._solver.addRow(max(low, -INFINITE), min(high, INFINITE), len(places), places, values)

    def intervals(self, objectives: Sequence[Mapping[int, float]], needs: Sequence[float]) -> list[Interval]:
        """Interval of each sum of counts. Two solutions apart by what it needs are enough to leave one alone.

        The first solutions are drawn: counts that bear on each other little are seen at both ends in a few of them.
        """
        seen = Seen(objectives)
        draw = np.random.default_rng(0)
        for _ in range(DRAWN):
            self._minimum(draw.choice([-1.0, 1.0], len(self._columns)), seen)
            if (seen.most - seen.least >= needs).all():
                break
        found: list[Interval] = []
        for line, objective in enumerate(objectives):
            if seen.most[line] - seen.least[line] >= needs[line]:
                found.append((-UNBOUNDED, UNBOUNDED))
                continue
            costs = np.zeros(len(self._columns))
            costs[list(objective)] = list(objective.values())
            low, high = self._minimum(costs, seen), -self._minimum(-costs, seen)
            found.append((low, high if high < LARGE else UNBOUNDED))
        return found

    def _minimum(self, costs: Array, seen: "Seen") -> float:
        """Minimum of a sum, -inf where it has none; the solution widens what is seen of every other."""
        self._solver.changeColsCost(len(self._columns), self._columns, costs)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            seen.widen(np.array(self._solver.getSolution().col_value))
            return float(self._solver.getInfo().objective_function_value)
        return -UNBOUNDED


class Seen:
    """The least and the most that sums of counts were in the solutions looked at."""

    def __init__(self, objectives: Sequence[Mapping[int, float]]) -> None:
        width = max(map(len, objectives))
        self._places = np.zeros((len(objectives), width), dtype=np.intp)
        self._weights = np.zeros((len(objectives), width))
        for line, objective in enumerate(objectives):
            self._places[line, : len(objective)] = list(objective)
            self._weights[line, : len(objective)] = list(objective.values())
        self.least = np.full(len(objectives), np.inf)
        self.most = np.full(len(objectives), -np.inf)

    def widen(self, solution: Array) -> None:
        """Look at one more solution."""
        values = (solution[self._places] * self._weights).sum(axis=1)
        np.minimum(self.least, values, out=self.least)
        np.maximum(self.most, values, out=self.most)
