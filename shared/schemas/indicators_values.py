"""One published figure of a territory and what is said beside it: status, interval, references, communes left out.

No shape here may carry the count of an unsafe commune.
"""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from shared.schemas.base import Answered, Place


class Status(StrEnum):
    """Why a value is shown or not.

    `suppressed`: every commune is neutralised, or a reference is kept back because it would give one away;
    `unavailable`: the release has no data for these communes; `missing`: the release should have it and does not;
    `not_applicable`: it has no meaning here.
    """

    PUBLISHED = "published"
    SUPPRESSED = "suppressed"
    UNAVAILABLE = "unavailable"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


Level = Literal["departement", "region", "france"]
Unit = Literal["percent", "per_100", "count"]
Kind = Literal["proportion", "event", "count", "split"]


class Interval(Answered):
    """Interval at 95 % of a released rate, in its unit, one decimal: what chance alone could have given as well.

    `wilson`: of a proportion (Wilson 1927, closed form); `byar`: of events, Byar's approximation of the exact Poisson
    limits (Breslow and Day 1987; within 0.2 % of Garwood's from 11 events on).
    """

    low: float
    high: float
    method: Literal["wilson", "byar"]


class Standardised(Answered):
    """Rate directly standardised on age, per 100, and its interval at 95 % (Dobson 1991, on Wilson's limits).

    `population`: whose age structure weighs the bands. `covered_population_share`: share (%) of the residents living
    in the communes that it is made of, those where every age band may be shown.
    """

    rate: float
    low: float
    high: float
    population: str
    covered_population_share: float | None = None


class Reference(Answered):
    """The same indicator for a larger area. `difference`: territory's rounded rate minus this one, in points.

    `spans`: whether the territory's interval holds this rate, so that the difference is not significant; None where
    one of the two is not known.
    """

    level: Level
    code: str
    nom: str
    status: Status = Status.PUBLISHED
    rate: float | None = None
    count: int | None = None
    difference: float | None = None
    spans: bool | None = None


class Neutralised(Answered):
    """Communes left out of numerator and denominator, by code; `rate` = their share of the communes, in %."""

    communes: tuple[Place, ...]
    rate: float
    number: int | None = Field(
        default=None, description="Leur nombre, là où la liste n’est pas donnée (grands territoires)"
    )


class IndicatorAnswer(Answered):
    """One indicator for the territory. `rate` in the catalogue's unit, one decimal; `count` of the communes kept.

    `covered_population_share`: share (%) of the territory's residents living in the communes kept. An
    indicator of some zonages alone is of their communes; one of unknown zonage is left out and named. `interval` is
    that of `rate`; `standardised` is given where the producer gave counts by age band.
    """

    id: str
    status: Status
    unit: Unit
    rate: float | None = None
    count: int | None = None
    neutralised: Neutralised
    covered_population_share: float | None = None
    references: tuple[Reference, ...] = ()
    interval: Interval | None = None
    standardised: Standardised | None = None


class SplitCell(Answered):
    """One cell of a linked group: its share (%) and count among the communes kept."""

    id: str
    libelle: str
    rate: float | None
    count: int | None


class SplitAnswer(Answered):
    """A 2 by 2 group published whole or not at all, under one mask; `cells` is empty unless published."""

    id: str
    status: Status
    cells: tuple[SplitCell, ...]
    neutralised: Neutralised
