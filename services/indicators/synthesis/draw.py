"""Draws counts commune by commune that sum exactly to what each area must reach. Pure, given the generator."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.indicators.synthesis.calibration import Levels
from shared.schemas.geo import Membership

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

STEPS = 60
WIDEST = 12.0


@dataclass(frozen=True)
class World:
    """Communes in the order of their codes; `place` is 0 in département 83, 1 elsewhere in région 93, else 2."""

    codes: tuple[str, ...]
    residents: Ints
    departement: Ints
    place: Ints

    def areas(self, levels: Levels) -> list[tuple[npt.NDArray[np.bool_], float]]:
        """Nested areas with the value given for each, smallest first."""
        given = ((0, levels.departement_83), (1, levels.region_93), (2, levels.france))
        return [(self.place <= rank, value) for rank, value in given if value is not None]


def world_of(memberships: Sequence[Membership]) -> World:
    """Communes of these memberships; an arrondissement is part of its commune and gets nothing."""
    communes = sorted((m for m in memberships if m.nature == "commune"), key=lambda m: m.code)
    departements = {code: rank for rank, code in enumerate(sorted({m.departement for m in communes}))}
    return World(
        codes=tuple(m.code for m in communes),
        residents=np.array([m.population or 0 for m in communes], dtype=np.int64),
        departement=np.array([departements[m.departement] for m in communes], dtype=np.int64),
        place=np.array(
            [0 if m.departement == "83" else 1 if m.region == "93" else 2 for m in communes], dtype=np.int64
        ),
    )


class Draw:
    """Draws over one world; the order of the calls decides what comes out."""

    def __init__(self, world: World, rng: np.random.Generator, spreads: tuple[float, float]) -> None:
        """`spreads`: standard deviations of the effects of the département and of the commune."""
        self.world, self.rng, self.spreads = world, rng, spreads

    def effects(self) -> Floats:
        """Effect of each commune on the odds, its département's included."""
        between, within = self.spreads
        count = int(self.world.departement.max()) + 1
        shared = self.rng.normal(0, between, count)[self.world.departement]
        own: Floats = shared + self.rng.normal(0, within, len(self.world.codes))
        return own

    def part(self, whole: Ints, levels: Levels) -> Ints:
        """People among `whole` at these rates (%)."""
        return self.with_totals(
            whole, [(inside, _total(whole, inside, r)) for inside, r in self._rates(levels)]
        )

    def remainder(self, whole: Ints, rates: Levels, base: Ints, already: Ints) -> Ints:
        """People among `whole` who, with those of `already`, make these rates (%) of `base`."""
        totals = [
            (inside, _total(base, inside, rate) - int(already[inside].sum()))
            for inside, rate in self._rates(rates)
        ]
        return self.with_totals(whole, totals)

    def share(self, whole: Ints, share: float) -> Ints:
        """People among `whole`, each with the same chance."""
        found: Ints = self.rng.binomial(whole, share)
        return found

    def events(self, base: Ints, levels: Levels) -> Ints:
        """Events per 100 of `base`; one person may have several."""
        return self._drawn(None, base, [(i, _total(base, i, r)) for i, r in self._rates(levels)])

    def with_totals(self, whole: Ints, totals: list[tuple[npt.NDArray[np.bool_], int]]) -> Ints:
        """People among `whole` that sum to the total of each nested area."""
        return self._drawn(whole, whole, totals)

    def _rates(self, levels: Levels) -> list[tuple[npt.NDArray[np.bool_], float]]:
        return self.world.areas(levels)

    def _drawn(self, whole: Ints | None, base: Ints, totals: list[tuple[npt.NDArray[np.bool_], int]]) -> Ints:
        drawn = np.zeros(len(base), dtype=np.int64)
        effects = self.effects()
        done = np.zeros(len(base), dtype=bool)
        for inside, total in totals:
            here = np.flatnonzero(inside & ~done)
            due = total - int(drawn[inside & done].sum())
            if len(here):
                weights = effects[here]
                drawn[here] = (
                    self._poisson(base[here], weights, max(due, 0))
                    if whole is None
                    else self._binomial(whole[here], weights, min(max(due, 0), int(whole[here].sum())))
                )
            done |= inside
        return drawn

    def _binomial(self, whole: Ints, effects: Floats, total: int) -> Ints:
        low, high = -WIDEST, WIDEST
        for _ in range(STEPS):
            middle = (low + high) / 2
            enough = (whole / (1 + np.exp(-(effects + middle)))).sum() >= total
            low, high = (low, middle) if enough else (middle, high)
        drawn = self.rng.binomial(whole, 1 / (1 + np.exp(-(effects + high))))
        missing = total - int(drawn.sum())
        if missing > 0:
            drawn += self.rng.multivariate_hypergeometric(whole - drawn, missing, method="marginals")
        elif missing < 0:
            drawn -= self.rng.multivariate_hypergeometric(drawn, -missing, method="marginals")
        found: Ints = drawn
        return found

    def _poisson(self, base: Ints, effects: Floats, total: int) -> Ints:
        weights = base * np.exp(effects)
        if not weights.sum():
            return np.zeros(len(base), dtype=np.int64)
        found: Ints = self.rng.multinomial(total, weights / weights.sum())
        return found


def _total(base: Ints, inside: npt.NDArray[np.bool_], rate: float) -> int:
    return round(int(base[inside].sum()) * rate / 100)
