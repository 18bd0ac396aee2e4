"""Places to communes: points, polygons, discs. Longitudes and latitudes in degrees (WGS84), as in GeoJSON."""

from typing import Literal, Self

from pydantic import Field, model_validator

from shared.contract import Contract
from shared.errors import AmbiguousCommunes, InvalidRequest, NoReference, UnknownCommunes
from shared.schemas.base import Answered, Asked, GivenCode, Place
from shared.schemas.geo_area import GivenArea, Position
from shared.schemas.geo_facts import Dataset

ARRONDISSEMENTS = Field(
    default=True,
    description="Vrai pour les arrondissements de Paris, Lyon et Marseille, faux pour la ville entière",
)


class LocatePoints(Asked):
    """At most 5,000 points."""

    points: tuple[Position, ...] = Field(min_length=1, max_length=5000, examples=[[[6.737, 43.433]]])
    arrondissements: bool = ARRONDISSEMENTS


class CommunePlace(Place):
    """A commune and its département."""

    departement: str


class LocatedPoints(Answered):
    """The commune of each point, in the same order; null outside every known polygon (the sea, abroad)."""

    communes: tuple[CommunePlace | None, ...]
    dataset: Dataset


class LocatePolygon(Asked):
    """Communes under a polygon; those covered for less than `part_minimale` of their ground are left out."""

    geometrie: GivenArea
    part_minimale: float = Field(default=0.0, ge=0, le=1, allow_inf_nan=False)
    arrondissements: bool = ARRONDISSEMENTS


class CommuneCover(CommunePlace):
    """A commune under a polygon: the share of its ground that is covered, and of the polygon that it takes (0 to 1)."""

    part_commune: float
    part_polygone: float
    population: int | None


class LocatedPolygon(Answered):
    """Communes by code; `part_en_france` is the share of the polygon on communes with a known polygon."""

    communes: tuple[CommuneCover, ...]
    part_en_france: float
    dataset: Dataset


class LocateDisc(Asked):
    """Communes within `rayon_km` of a point or of a commune (one of the two).

    `mesure`: distance to the nearest ground of each commune (`contour`) or to a point inside it (`centre`); from a
    commune it is measured alike, from its ground (0 for those that touch it) or from its centre.
    """

    point: Position | None = None
    commune: GivenCode | None = None
    rayon_km: float = Field(gt=0, le=100, allow_inf_nan=False)
    mesure: Literal["contour", "centre"] = Field(
        default="contour",
        description="Distance au contour de chaque commune, ou à son centre. Depuis une commune, de contour à contour "
        "(0 pour elle et celles qui la touchent), ou de centre à centre",
    )
    arrondissements: bool = ARRONDISSEMENTS

    @model_validator(mode="after")
    def _one_centre(self) -> Self:
        if (self.point is None) == (self.commune is None):
            raise ValueError("donnez un point ou une commune, l’un des deux")
        return self


class NearCommune(CommunePlace):
    """A commune at a distance in kilometres, in the legal projection (0 inside it, or where grounds touch)."""

    distance_km: float
    population: int | None


class LocatedDisc(Answered):
    """Communes from the nearest."""

    communes: tuple[NearCommune, ...]
    dataset: Dataset


LOCATE_POINTS = Contract(
    "geo.communes.locate.v1",
    LocatePoints,
    LocatedPoints,
    errors=(NoReference,),
    timeout=5.0,
    summary="Commune de chaque point",
)
LOCATE_POLYGON = Contract(
    "geo.communes.cover.v1",
    LocatePolygon,
    LocatedPolygon,
    errors=(NoReference, InvalidRequest),
    timeout=15.0,
    summary="Communes sous un polygone",
)
LOCATE_DISC = Contract(
    "geo.communes.near.v1",
    LocateDisc,
    LocatedDisc,
    errors=(NoReference, UnknownCommunes, AmbiguousCommunes),
    timeout=5.0,
    summary="Communes à moins d’une distance",
)
