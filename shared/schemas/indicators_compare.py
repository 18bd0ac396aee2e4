"""Several territories side by side: those that a caller names, or those that resemble one of them."""

from pydantic import Field

from shared.contract import Contract
from shared.schemas.base import Answered, Asked
from shared.schemas.geo_facts import GroupKind
from shared.schemas.geo_outline import GivenTerritory
from shared.schemas.indicators import Interval, ReleaseFacts, Standardised, Status, Unit
from shared.schemas.indicators_profile import PROFILE_ERRORS, TerritorySummary


class ComparisonRequest(Asked):
    """Two to twenty territories, each of communes or a group; `release` defaults to the active one."""

    territoires: tuple[GivenTerritory, ...] = Field(min_length=2, max_length=20)
    release: str | None = Field(default=None, max_length=80)


class LeftOut(Answered):
    """Number of communes left out, and their share (%) of the territory's."""

    number: int
    rate: float


class ComparedValue(Answered):
    """One indicator of one territory, as its profile gives it."""

    status: Status
    rate: float | None = None
    count: int | None = None
    interval: Interval | None = None
    standardised: Standardised | None = None
    neutralised: LeftOut
    covered_population_share: float | None = None


class ComparedIndicator(Answered):
    """A row of the table: `values` in the order of the territories; `france` is the national rate, where published."""

    id: str
    unit: Unit
    values: tuple[ComparedValue, ...]
    france: float | None = None


class Comparison(Answered):
    """Territories and a row for each indicator, all from one release."""

    release: ReleaseFacts
    territoires: tuple[TerritorySummary, ...]
    indicators: tuple[ComparedIndicator, ...]


class SimilarRequest(GivenTerritory):
    """A territory, the kind of groups to look among, and how many; `release` defaults to the active one."""

    parmi: GroupKind = Field(
        default=GroupKind.EPCI, description="Nature des regroupements parmi lesquels chercher"
    )
    nombre: int = Field(default=5, ge=1, le=19, description="Combien de regroupements semblables")
    release: str | None = Field(default=None, max_length=80)


class Criterion(Answered):
    """What groups are compared on: `valeur` of the territory, `ecart_type` among the groups (in `echelle`)."""

    id: str
    libelle: str
    unite: str
    echelle: str
    valeur: float
    ecart_type: float


class SimilarTerritory(Answered):
    """A similar group: its distance in standard deviations, and its value for each criterion, in their order."""

    territoire: TerritorySummary
    distance: float
    valeurs: tuple[float, ...]


class Similar(Answered):
    """The groups nearest to a territory, the nearest first, and the table of all of them (the territory leads it)."""

    methode: str
    parmi: GroupKind
    regroupements: int = Field(description="Nombre de regroupements comparés au territoire")
    criteres: tuple[Criterion, ...]
    semblables: tuple[SimilarTerritory, ...]
    comparaison: Comparison


COMPARE = Contract(
    "indicators.comparison.make.v1",
    ComparisonRequest,
    Comparison,
    errors=PROFILE_ERRORS,
    timeout=15.0,
    summary="Plusieurs territoires, indicateur par indicateur",
)
FIND_SIMILAR = Contract(
    "indicators.similar.find.v1",
    SimilarRequest,
    Similar,
    errors=PROFILE_ERRORS,
    timeout=15.0,
    summary="Un territoire et ceux qui lui ressemblent",
)
