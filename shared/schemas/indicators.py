"""Publishable aggregates: what indicators answers. No shape here may carry the count of an unsafe commune."""

from typing import Literal

from pydantic import Field

from shared.contract import Contract, Event
from shared.errors import NoRelease, UnknownFocus, UnknownRelease
from shared.schemas.base import Answered, Asked, Communes, Place, TerritoryName
from shared.schemas.geo import TERRITORY_ERRORS, Territory
from shared.schemas.indicators_values import (
    IndicatorAnswer,
    Interval,
    Kind,
    Level,
    Neutralised,
    Reference,
    SplitAnswer,
    SplitCell,
    Standardised,
    Status,
    Unit,
)

# Other modules know these words from here.
__all__ = [
    "IndicatorAnswer",
    "Interval",
    "Kind",
    "Level",
    "Neutralised",
    "Reference",
    "SplitAnswer",
    "SplitCell",
    "Standardised",
    "Status",
    "Unit",
]


class Focus(Asked):
    """What the caller wants beyond the default: ALD indicator ids and profession ids (see the catalogue)."""

    pathologies: tuple[str, ...] = ()
    professions: tuple[str, ...] = ()


class DiagnosticRequest(Asked):
    """A territory and what to look at; `release` defaults to the active one."""

    communes: Communes
    nom: TerritoryName = None
    focus: Focus = Focus()
    release: str | None = Field(default=None, max_length=80)


class ValueReference(Answered):
    """A ratio or mean for a larger area."""

    level: Level
    code: str
    nom: str
    status: Status = Status.PUBLISHED
    value: float | None = None


class Value(Answered):
    """A protected value and its references.

    `neutralised`: communes with professionals (or of which the release does not speak) left out of this very
    value; `professionals`: the public headcount, or active professionals, of the communes kept. Both are None
    where the value is missing or not applicable.
    """

    status: Status
    value: float | None = None
    neutralised: Neutralised | None = None
    professionals: int | None = None
    references: tuple[ValueReference, ...] = ()


class Acts(Answered):
    """Acts of one kind per professional, yearly."""

    act: str
    libelle: str
    quantity_per_professional: Value


class Activity(Answered):
    """Activity of one profession. sans_activite + neutralisees + montrees = communes of the territory, always.

    `professionals`: active ones (public); `taux_neutralisation` = professionals left out / all, in %.
    `communes_absentes`: those of which the release does not speak (an arrondissement where it has the whole
    city, or the city where it has arrondissements). They are counted among `communes_neutralisees`, with no
    professional known; where all are, `professionals` is 0 and the values are unavailable.
    """

    profession: str
    libelle: str
    professionals: int
    communes_sans_activite: int
    communes_neutralisees: int
    communes_montrees: int
    professionnels_neutralises: int
    taux_neutralisation: float
    communes_absentes: tuple[Place, ...] = ()
    absentes: int = Field(
        default=0, description="Nombre de communes absentes, que leur liste soit donnée ou non"
    )
    patients_par_professionnel: Value
    actes: tuple[Acts, ...] = ()


class CommuneHeadcount(Answered):
    """Professionals of one profession in one commune, a public fact."""

    code: str
    nom: str
    total: int


class Demography(Answered):
    """Headcount of one profession (public) and protected ages; `communes` lists those with at least one.

    `communes_absentes`: those of which the release does not speak; `total` is that of the others, None without any.
    """

    profession: str
    libelle: str
    groupe: str
    status: Status
    total: int | None
    age_60_plus: Value
    age_65_plus: Value
    communes: tuple[CommuneHeadcount, ...] = ()
    communes_absentes: tuple[Place, ...] = ()
    absentes: int = Field(
        default=0, description="Nombre de communes absentes, que leur liste soit donnée ou non"
    )


class AgeBand(Answered):
    """Residents of one age band (public)."""

    band: str
    libelle: str
    value: int
    share: float


class PopulationByAge(Answered):
    """Residents by age band; `population` is their sum, of the release's own vintage."""

    status: Status
    population: int | None
    bands: tuple[AgeBand, ...]
    communes_absentes: tuple[Place, ...] = ()
    absentes: int = Field(
        default=0, description="Nombre de communes absentes, que leur liste soit donnée ou non"
    )


class IndicatorSource(Answered):
    """Source, period and definition of one indicator (or of all, when `indicator` is None) in this release."""

    indicator: str | None
    source: str
    period: str
    definition: str | None = None


class ReleaseFacts(Answered):
    """The release an answer was made from. `audited` is false until a disclosure audit of the whole has passed."""

    id: str
    vintage: str
    title: str
    synthetic: bool
    audited: bool
    audited_at: str | None = None
    policy: Literal["commune-mask", "atoms"]
    two_sided: bool
    dominance_checked: bool
    cog: int
    dataset: str
    built_at: str
    sources: tuple[IndicatorSource, ...]


class Diagnostic(Answered):
    """The whole profile of a territory; `top_ald` ranks the ALD by released rate."""

    territory: Territory
    release: ReleaseFacts
    indicators: tuple[IndicatorAnswer, ...]
    splits: tuple[SplitAnswer, ...] = ()
    top_ald: tuple[str, ...] = ()
    focus: Focus = Focus()
    population_by_age: PopulationByAge
    demography: tuple[Demography, ...] = ()
    activity: tuple[Activity, ...] = ()


class ReleaseListRequest(Asked):
    """Nothing to ask: every release that was once in service comes."""


class ReleaseListEntry(Answered):
    """One release and whether it is the active one."""

    facts: ReleaseFacts
    active: bool


class ReleaseList(Answered):
    """Releases once in service, newest first; one never activated is not told of."""

    releases: tuple[ReleaseListEntry, ...]


class ReleaseActivated(Answered):
    """Another release serves from now on."""

    release: str


DIAGNOSE = Contract(
    "indicators.diagnostic.make.v1",
    DiagnosticRequest,
    Diagnostic,
    errors=(*TERRITORY_ERRORS, NoRelease, UnknownRelease, UnknownFocus),
    timeout=5.0,
    summary="Diagnostic complet d’un territoire",
)
LIST_RELEASES = Contract(
    "indicators.releases.list.v1",
    ReleaseListRequest,
    ReleaseList,
    summary="Millésimes de données connus",
)
RELEASE_ACTIVATED = Event(
    "indicators.release.activated.v1",
    ReleaseActivated,
    summary="Un autre millésime de données est en service",
)
