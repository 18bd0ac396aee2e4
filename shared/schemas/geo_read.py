"""Geo's read face: the addresses and field names of geo.api.gouv.fr, so that a portal changes its base URL only."""

from typing import Any

from pydantic import Field

from shared.contract import Read
from shared.errors import InvalidQuery, NoReference, NotFound
from shared.schemas.base import Answered, Place
from shared.schemas.geo_read_queries import (
    CommuneCodes,
    CommuneQuery,
    DepartementQuery,
    EpciQuery,
    GeoJsonArea,
    OldCommuneQuery,
    OneCommuneQuery,
    OneDepartementQuery,
    OneEpciQuery,
    OneOldCommuneQuery,
    OneRegionQuery,
    RegionQuery,
)


class UnitRead(Answered):
    """What units of every kind have; only the fields asked for are present. Geometries are GeoJSON (WGS84)."""

    nom: str
    code: str
    surface: float | None = Field(default=None, description="hectares")
    centre: dict[str, Any] | None = Field(default=None, description="Point dans le contour")
    bbox: dict[str, Any] | None = Field(default=None, description="Rectangle englobant, Polygon")
    contour: dict[str, Any] | None = Field(default=None, description="Polygon ou MultiPolygon")
    score: float | None = Field(default=None, alias="_score", description="Ressemblance du nom, de 0 à 1")


class CommuneRead(UnitRead):
    """A commune or arrondissement municipal as geo.api.gouv.fr describes it."""

    type: str | None = None
    codeParent: str | None = None
    codesPostaux: tuple[str, ...] | None = None
    siren: str | None = None
    codeEpci: str | None = None
    codeDepartement: str | None = None
    codeRegion: str | None = None
    epci: Place | None = None
    departement: Place | None = None
    region: Place | None = None
    population: int | None = None
    zone: str | None = None
    anciensCodes: tuple[str, ...] | None = None
    deleguees: tuple[Place, ...] | None = None
    associees: tuple[Place, ...] | None = None
    statut: str | None = Field(
        default=None,
        alias="_statut",
        description="De l’ancien code demandé\u00a0: actuel, remplace ou ambigu",
    )


class OldCommuneRead(UnitRead):
    """A commune associée or déléguée; `chefLieu` is the current commune that it is part of."""

    type: str | None = None
    chefLieu: str | None = None
    codeEpci: str | None = None
    codeDepartement: str | None = None
    codeRegion: str | None = None
    epci: Place | None = None
    departement: Place | None = None
    region: Place | None = None


class EpciRead(UnitRead):
    """An EPCI à fiscalité propre."""

    type: str | None = None
    population: int | None = None
    codesDepartements: tuple[str, ...] | None = None
    codesRegions: tuple[str, ...] | None = None
    zone: str | None = None


class DepartementRead(UnitRead):
    """A département."""

    codeRegion: str | None = None
    region: Place | None = None
    chefLieu: str | None = None
    population: int | None = None
    zone: str | None = None


class RegionRead(UnitRead):
    """A région."""

    chefLieu: str | None = None
    population: int | None = None
    zone: str | None = None


class AdjacentCommune(Answered):
    """An adjacent commune and the length of the shared border, in metres in the legal projection."""

    code: str
    nom: str
    longueur: float


class CoveredCommune(UnitRead):
    """A commune that a polygon covers: `part` of its ground and `partDuPolygone` of the polygon's (0 to 1)."""

    part: float
    partDuPolygone: float


class CommunesOfCodes(Answered):
    """Communes in the order of the codes given; what became of the codes that are no longer in use."""

    communes: tuple[CommuneRead, ...]
    remplaces: dict[str, str] = Field(description="Ancien code → code actuel")
    ambigus: dict[str, tuple[str, ...]] = Field(description="Ancien code → codes actuels, à choisir")
    inconnus: tuple[str, ...]


ERRORS = (InvalidQuery, NoReference)
ONE = (*ERRORS, NotFound)

READ_COMMUNES = Read(
    "geo.communes.list.v1",
    "/geo/communes",
    CommuneRead,
    query=CommuneQuery,
    many=True,
    errors=ERRORS,
    summary="Communes par nom, code, code postal, point ou rattachement",
)
READ_COMMUNE = Read(
    "geo.commune.get.v1",
    "/geo/communes/{code}",
    CommuneRead,
    query=OneCommuneQuery,
    errors=ONE,
    summary="Une commune",
)
READ_ADJACENT = Read(
    "geo.adjacent.list.v1",
    "/geo/communes/{code}/adjacentes",
    AdjacentCommune,
    many=True,
    errors=(NoReference, NotFound),
    summary="Communes limitrophes et longueur de la limite commune",
)
READ_CODES = Read(
    "geo.communes.choose.v1",
    "/geo/communes",
    CommunesOfCodes,
    query=OneCommuneQuery,
    body=CommuneCodes,
    errors=ERRORS,
    summary="Communes d’une liste de codes, dans son ordre",
)
READ_COVERED = Read(
    "geo.communes.cover.v1",
    "/geo/communes/polygone",
    CoveredCommune,
    query=OneCommuneQuery,
    body=GeoJsonArea,
    many=True,
    errors=ERRORS,
    summary="Communes couvertes par un polygone, et la part couverte de chacune",
)
READ_OLD_COMMUNES = Read(
    "geo.old_communes.list.v1",
    "/geo/communes_associees_deleguees",
    OldCommuneRead,
    query=OldCommuneQuery,
    many=True,
    errors=ERRORS,
    summary="Communes associées et déléguées",
)
READ_OLD_COMMUNE = Read(
    "geo.old_commune.get.v1",
    "/geo/communes_associees_deleguees/{code}",
    OldCommuneRead,
    query=OneOldCommuneQuery,
    errors=ONE,
    summary="Une commune associée ou déléguée",
)
READ_EPCIS = Read(
    "geo.epcis.list.v1",
    "/geo/epcis",
    EpciRead,
    query=EpciQuery,
    many=True,
    errors=ERRORS,
    summary="EPCI par nom, code ou rattachement",
)
READ_EPCI = Read(
    "geo.epci.get.v1", "/geo/epcis/{code}", EpciRead, query=OneEpciQuery, errors=ONE, summary="Un EPCI"
)
READ_EPCI_COMMUNES = Read(
    "geo.epci_communes.list.v1",
    "/geo/epcis/{code}/communes",
    CommuneRead,
    query=CommuneQuery,
    many=True,
    errors=ONE,
    summary="Communes d’un EPCI",
)
READ_DEPARTEMENTS = Read(
    "geo.departements.list.v1",
    "/geo/departements",
    DepartementRead,
    query=DepartementQuery,
    many=True,
    errors=ERRORS,
    summary="Départements par nom, code ou région",
)
READ_DEPARTEMENT = Read(
    "geo.departement.get.v1",
    "/geo/departements/{code}",
    DepartementRead,
    query=OneDepartementQuery,
    errors=ONE,
    summary="Un département",
)
READ_DEPARTEMENT_COMMUNES = Read(
    "geo.departement_communes.list.v1",
    "/geo/departements/{code}/communes",
    CommuneRead,
    query=CommuneQuery,
    many=True,
    errors=ONE,
    summary="Communes d’un département",
)
READ_REGIONS = Read(
    "geo.regions.list.v1",
    "/geo/regions",
    RegionRead,
    query=RegionQuery,
    many=True,
    errors=ERRORS,
    summary="Régions par nom ou code",
)
READ_REGION = Read(
    "geo.region.get.v1",
    "/geo/regions/{code}",
    RegionRead,
    query=OneRegionQuery,
    errors=ONE,
    summary="Une région",
)
READ_REGION_DEPARTEMENTS = Read(
    "geo.region_departements.list.v1",
    "/geo/regions/{code}/departements",
    DepartementRead,
    query=DepartementQuery,
    many=True,
    errors=ONE,
    summary="Départements d’une région",
)
READS = (
    *(READ_COMMUNES, READ_COMMUNE, READ_ADJACENT, READ_CODES, READ_COVERED),
    *(READ_OLD_COMMUNES, READ_OLD_COMMUNE, READ_EPCIS, READ_EPCI, READ_EPCI_COMMUNES),
    *(READ_DEPARTEMENTS, READ_DEPARTEMENT, READ_DEPARTEMENT_COMMUNES),
    *(READ_REGIONS, READ_REGION, READ_REGION_DEPARTEMENTS),
)
