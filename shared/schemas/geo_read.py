"""Geo's read face: the parameter and field names of geo.api.gouv.fr, so that a portal changes its base URL only."""

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from shared.contract import Read
from shared.errors import NoReference, NotFound
from shared.schemas.base import Answered, Asked, Place


def _listed(value: Any) -> Any:
    # `fields=nom,code` and `fields=nom&fields=code` mean the same.
    given = [value] if isinstance(value, str) else value
    if isinstance(given, list) and all(isinstance(one, str) for one in given):
        return tuple(part.strip() for one in given for part in one.split(",") if part.strip())
    return value


FieldName = Literal[
    "nom",
    "code",
    "codesPostaux",
    "siren",
    "codeEpci",
    "codeDepartement",
    "codeRegion",
    "epci",
    "departement",
    "region",
    "population",
    "surface",
    "centre",
    "type",
    "zone",
]
FIELDS: tuple[str, ...] = get_args(FieldName)
Listed = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Fields = Annotated[tuple[FieldName, ...], BeforeValidator(_listed)]


class CommuneQuery(Asked):
    """Filters (all must hold) and shape of a list of communes; a code parameter may list several, by commas."""

    nom: str | None = Field(
        default=None, min_length=1, max_length=80, description="Nom, même incomplet ou mal écrit"
    )
    code: Listed = Field(default=(), description="Code(s) INSEE")
    codePostal: Listed = Field(default=(), description="Code(s) postal(aux)")
    codeDepartement: Listed = Field(default=(), description="Code(s) de département")
    codeRegion: Listed = Field(default=(), description="Code(s) de région")
    codeEpci: Listed = Field(default=(), description="Code(s) SIREN d’EPCI")
    fields: Fields = Field(default=(), description="Champs voulus, séparés par des virgules")
    boost: Literal["population"] | None = Field(
        default=None, description="Les plus peuplées d’abord, à nom proche"
    )
    limit: int | None = Field(default=None, ge=1, le=40_000, description="Nombre maximal de réponses")


class OneCommuneQuery(Asked):
    """Shape of one commune."""

    fields: Fields = Field(default=(), description="Champs voulus, séparés par des virgules")


class CommuneRead(Answered):
    """A commune as geo.api.gouv.fr describes it; only the fields asked for are present."""

    nom: str
    code: str
    codesPostaux: tuple[str, ...] | None = None
    siren: str | None = None
    codeEpci: str | None = None
    codeDepartement: str | None = None
    codeRegion: str | None = None
    epci: Place | None = None
    departement: Place | None = None
    region: Place | None = None
    population: int | None = None
    surface: float | None = Field(default=None, description="hectares")
    centre: dict[str, Any] | None = Field(
        default=None, description="Point GeoJSON, longitude puis latitude (WGS84)"
    )
    type: str | None = None
    zone: str | None = None
    score: float | None = Field(default=None, alias="_score", description="Ressemblance du nom, de 0 à 1")


class Neighbour(Answered):
    """An adjacent commune and the length of the shared border, in metres in the legal projection."""

    code: str
    nom: str
    longueur: float


READ_COMMUNES = Read(
    "geo.communes.list.v1",
    "/geo/communes",
    CommuneRead,
    query=CommuneQuery,
    many=True,
    errors=(NoReference,),
    summary="Communes par nom, code, code postal ou rattachement",
)
READ_COMMUNE = Read(
    "geo.commune.get.v1",
    "/geo/communes/{code}",
    CommuneRead,
    query=OneCommuneQuery,
    errors=(NoReference, NotFound),
    summary="Une commune",
)
READ_ADJACENT = Read(
    "geo.adjacent.list.v1",
    "/geo/communes/{code}/adjacentes",
    Neighbour,
    many=True,
    errors=(NoReference, NotFound),
    summary="Communes limitrophes et longueur de la limite commune",
)
READS = (READ_COMMUNES, READ_COMMUNE, READ_ADJACENT)
