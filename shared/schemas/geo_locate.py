"""Places to communes: points, polygons, discs. Longitudes and latitudes in degrees (WGS84), as in GeoJSON."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.contract import Contract
from shared.errors import AmbiguousCommunes, InvalidRequest, NoReference, UnknownCommunes
from shared.schemas.base import Answered, Asked, GivenCode, Place
from shared.schemas.geo_facts import Dataset

Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Position = Annotated[tuple[Longitude, Latitude], Field(description="Longitude, latitude en degrés")]
Ring = Annotated[tuple[Position, ...], Field(min_length=4)]
Rings = Annotated[tuple[Ring, ...], Field(min_length=1)]

MAX_VERTICES = 20_000
# The métropole is 15 degrees wide; a projection in metres means nothing far beyond its territory.
MAX_DEGREES = 20
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


class GivenPolygon(Asked):
    """A GeoJSON Polygon: closed rings, the shell first."""

    type: Literal["Polygon"]
    coordinates: Rings


class GivenMultiPolygon(Asked):
    """A GeoJSON MultiPolygon."""

    type: Literal["MultiPolygon"]
    coordinates: Annotated[tuple[Rings, ...], Field(min_length=1)]


class LocatePolygon(Asked):
    """Communes under a polygon; those covered for less than `part_minimale` of their ground are left out."""

    geometrie: Annotated[GivenPolygon | GivenMultiPolygon, Field(discriminator="type")]
    part_minimale: float = Field(default=0.0, ge=0, le=1, allow_inf_nan=False)
    arrondissements: bool = ARRONDISSEMENTS

    @model_validator(mode="after")
    def _drawable(self) -> Self:
        polygons = (
            (self.geometrie.coordinates,)
            if isinstance(self.geometrie, GivenPolygon)
            else self.geometrie.coordinates
        )
        rings = [ring for polygon in polygons for ring in polygon]
        vertices = sum(map(len, rings))
        if vertices > MAX_VERTICES:
            raise ValueError(f"au plus {MAX_VERTICES} sommets sont admis, {vertices} reçus")
        for axis, name in enumerate(("longitude", "latitude")):
            values = [position[axis] for ring in rings for position in ring]
            if max(values) - min(values) > MAX_DEGREES:
                raise ValueError(f"au plus {MAX_DEGREES} degrés de {name} sont admis, d’un bord à l’autre")
        for number, ring in enumerate(rings, start=1):
            if ring[0] != ring[-1]:
                raise ValueError(
                    f"l’anneau {number} n’est pas fermé\u00a0: son dernier point doit être le premier"
                )
        return self


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

    `mesure`: distance to the nearest ground of each commune (`contour`) or to a point inside it (`centre`).
    """

    point: Position | None = None
    commune: GivenCode | None = None
    rayon_km: float = Field(gt=0, le=100, allow_inf_nan=False)
    mesure: Literal["contour", "centre"] = "contour"
    arrondissements: bool = ARRONDISSEMENTS

    @model_validator(mode="after")
    def _one_centre(self) -> Self:
        if (self.point is None) == (self.commune is None):
            raise ValueError("donnez un point ou une commune, l’un des deux")
        return self


class NearCommune(CommunePlace):
    """A commune at a distance in kilometres, in the legal projection (0 inside it)."""

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
