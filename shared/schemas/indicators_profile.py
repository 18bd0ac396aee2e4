"""The profile of any territory, all France included: what a diagnostic says, without the facts of each commune."""

from pydantic import Field

from shared.contract import Contract
from shared.errors import NoRelease, UnknownRelease
from shared.schemas.base import Answered, Place
from shared.schemas.geo_checks import Notice
from shared.schemas.geo_outline import GIVEN_ERRORS, GivenTerritory, Nature
from shared.schemas.indicators import (
    Activity,
    Demography,
    IndicatorAnswer,
    PopulationByAge,
    ReleaseFacts,
    SplitAnswer,
)

PROFILE_ERRORS = (*GIVEN_ERRORS, NoRelease, UnknownRelease)


class ProfileRequest(GivenTerritory):
    """Communes or a group of them; `release` defaults to the active one."""

    release: str | None = Field(default=None, max_length=80)


class TerritorySummary(Answered):
    """A territory in a few lines: what it is, its size, what it lies in. `densite`: residents per km²."""

    nom: str | None
    nature: Nature
    code: str | None
    communes: int
    population: int
    superficie_km2: float | None
    densite: float | None
    departements: tuple[Place, ...]
    regions: tuple[Place, ...]
    notices: tuple[Notice, ...] = ()
    dataset: str


class Profile(Answered):
    """Indicators, splits, activity and residents by age of a territory.

    Headcounts are not detailed by commune (`POST /v1/diagnostics` does). `top_ald` ranks the rates released.
    """

    territory: TerritorySummary
    release: ReleaseFacts
    indicators: tuple[IndicatorAnswer, ...]
    splits: tuple[SplitAnswer, ...] = ()
    top_ald: tuple[str, ...] = ()
    population_by_age: PopulationByAge
    demography: tuple[Demography, ...] = ()
    activity: tuple[Activity, ...] = ()
    listes_completes: bool = Field(
        description="Faux au-delà de 500 communes\u00a0: les listes de communes sont alors vides, et seuls leur "
        "nombre et leur part sont donnés"
    )


MAKE_PROFILE = Contract(
    "indicators.profile.make.v1",
    ProfileRequest,
    Profile,
    errors=PROFILE_ERRORS,
    timeout=10.0,
    summary="Profil d’un territoire ou d’un regroupement entier, jusqu’à la France",
)
