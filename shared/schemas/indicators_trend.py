"""The same territory in each vintage: series of rates, and what may be compared between two of them."""

from pydantic import Field

from shared.contract import Contract
from shared.errors import NoRelease
from shared.schemas.base import Answered
from shared.schemas.geo_outline import GIVEN_ERRORS, GivenTerritory
from shared.schemas.indicators import ReleaseFacts, Unit
from shared.schemas.indicators_compare import ComparedValue
from shared.schemas.indicators_profile import TerritorySummary


class TrendRequest(GivenTerritory):
    """Communes or a group of them."""


class Comparable(Answered):
    """Rates of two successive vintages over the very same communes, those kept in both.

    `difference`: of the two rounded rates, in points; `distinct`: whether their intervals at 95 % have nothing in
    common, a prudent sign that the rate has moved.
    """

    communes: int
    precedent: float
    rate: float
    difference: float
    distinct: bool


class TrendPoint(ComparedValue):
    """The value in one vintage. `comparable` is with the vintage before, None where no commune is kept in both.

    `definition_changed`: the producer's definition or source is not that of the vintage before.
    """

    vintage: str
    definition: str | None = None
    definition_changed: bool = False
    comparable: Comparable | None = None


class TrendSeries(Answered):
    """One indicator over the vintages, the oldest first."""

    id: str
    unit: Unit
    points: tuple[TrendPoint, ...]


class Trend(Answered):
    """A territory over the releases once in service (six at most, the oldest first), in today's communes."""

    territory: TerritorySummary
    releases: tuple[ReleaseFacts, ...]
    series: tuple[TrendSeries, ...]
    avertissement: str = Field(description="Ce qu’une évolution entre deux millésimes ne dit pas")


MAKE_TREND = Contract(
    "indicators.trend.make.v1",
    TrendRequest,
    Trend,
    errors=(*GIVEN_ERRORS, NoRelease),
    timeout=20.0,
    summary="Un territoire dans chacun des millésimes mis en service",
)
