"""Territories said in one word, and what indicators need of them: communes in columns, nothing computed on shapes.

A territory is a list of communes or a group of them; all France, a région or a département are groups like others.
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from shared.contract import Contract
from shared.errors import NoReference, NotFound
from shared.schemas.base import Answered, Asked, GivenCode, Place, TerritoryName
from shared.schemas.geo import TERRITORY_ERRORS, DepartementShare
from shared.schemas.geo_checks import Notice
from shared.schemas.geo_facts import Dataset, GroupKind, Zonage
from shared.schemas.geo_groups import GroupCode, GroupMembers

Nature = Literal["communes", "france", "region"] | GroupKind


class GivenGroup(Asked):
    """A group of communes by its kind and code; `france` has no code, or the code FR."""

    nature: Literal["france", "region"] | GroupKind = Field(description="Nature du regroupement")
    code: GroupCode | None = Field(default=None, description="Son code\u202f; inutile pour la France")

    @model_validator(mode="after")
    def _coded(self) -> Self:
        if self.nature != "france" and self.code is None:
            raise ValueError("le code du regroupement est attendu (sauf pour la nature france)")
        if self.nature == "france" and self.code not in (None, "FR"):
            raise ValueError("la nature france n’a pas d’autre code que FR")
        return self


class GivenTerritory(Asked):
    """Communes or a group of them: one of the two, never both."""

    communes: tuple[GivenCode, ...] | None = Field(
        default=None,
        description="Codes INSEE des communes choisies",
        examples=[["83061", "83118"]],
    )
    groupe: GivenGroup | None = Field(default=None, description="Ou un regroupement entier")
    nom: TerritoryName = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.communes is None) == (self.groupe is None):
            raise ValueError("donnez soit «\u00a0communes\u00a0», soit «\u00a0groupe\u00a0»")
        return self


class Outline(Answered):
    """Communes of a territory sorted by code, in columns, and what holds them.

    `code` and `nature` are those of the group asked for; `superficie_km2` is that of the communes with a polygon.
    """

    nature: Nature
    code: str | None
    nom: str | None
    codes: tuple[str, ...]
    noms: tuple[str, ...]
    populations: tuple[int | None, ...]
    zonages: tuple[Zonage, ...]
    population: int
    superficie_km2: float | None
    departements: tuple[DepartementShare, ...]
    regions: tuple[Place, ...]
    notices: tuple[Notice, ...] = ()
    dataset: Dataset


class ListMeasures(Asked):
    """Every group of a kind."""

    nature: GroupKind


class MeasuredGroup(GroupMembers):
    """A group, its current communes, their residents and the area of those with a polygon."""

    population: int
    superficie_km2: float | None


class MeasuredGroups(Answered):
    """Groups by code; `disponible` is false where no layer of this kind is loaded."""

    nature: GroupKind
    disponible: bool
    groupes: tuple[MeasuredGroup, ...]
    dataset: Dataset


GIVEN_ERRORS = (*TERRITORY_ERRORS, NotFound)

TRACE_OUTLINE = Contract(
    "geo.territory.outline.v1",
    GivenTerritory,
    Outline,
    errors=GIVEN_ERRORS,
    timeout=5.0,
    summary="Communes d’un territoire ou d’un regroupement, en colonnes",
)
MEASURE_GROUPS = Contract(
    "geo.groups.measure.v1",
    ListMeasures,
    MeasuredGroups,
    errors=(NoReference,),
    timeout=5.0,
    summary="Communes, population et superficie de chaque regroupement d’une nature",
)
