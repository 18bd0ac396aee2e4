"""What may be asked of geo's read face: the parameters of geo.api.gouv.fr under the same names, and a few more."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, RootModel, model_validator

from shared.schemas.base import Asked
from shared.schemas.geo_area import GivenArea


def _listed(value: Any) -> Any:
    # `code=a,b` and `code=a&code=b` mean the same; an empty code is one that nothing has.
    given = [value] if isinstance(value, str) else value
    if isinstance(given, list) and all(isinstance(one, str) for one in given):
        return tuple(part.strip() for one in given for part in one.split(","))
    return value


def _chosen(value: Any) -> Any:
    # `fields=` means the usual ones.
    listed = _listed(value)
    return tuple(one for one in listed if one) if isinstance(listed, tuple) else listed


def _known_point(value: Any) -> Any:
    if value == "mairie":
        raise ValueError("le point de la mairie n’est pas connu ici\u202f; demandez centre, contour ou bbox")
    return value


Codes = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Fields = BeforeValidator(_chosen)
Geometry = Annotated[Literal["centre", "contour", "bbox"], BeforeValidator(_known_point)]
Zones = Annotated[tuple[Literal["metro", "drom", "com"], ...], BeforeValidator(_listed)]

CommuneField = Literal[
    "nom",
    "code",
    "type",
    "codeParent",
    "codesPostaux",
    "siren",
    "population",
    "zone",
    "codeEpci",
    "epci",
    "codeDepartement",
    "departement",
    "codeRegion",
    "region",
    "anciensCodes",
    "deleguees",
    "associees",
    "surface",
    "centre",
    "contour",
    "bbox",
    "mairie",
    "_score",
]
OldCommuneField = Literal[
    "nom",
    "code",
    "type",
    "chefLieu",
    "codeEpci",
    "epci",
    "codeDepartement",
    "departement",
    "codeRegion",
    "region",
    "surface",
    "centre",
    "contour",
    "bbox",
    "_score",
]
EpciField = Literal[
    "nom",
    "code",
    "type",
    "financement",
    "population",
    "codesDepartements",
    "codesRegions",
    "zone",
    "surface",
    "centre",
    "contour",
    "bbox",
    "_score",
]
DepartementField = Literal[
    "nom",
    "code",
    "codeRegion",
    "region",
    "chefLieu",
    "population",
    "zone",
    "surface",
    "centre",
    "contour",
    "bbox",
    "_score",
]
RegionField = Literal[
    "nom", "code", "chefLieu", "population", "zone", "surface", "centre", "contour", "bbox", "_score"
]


# An empty value counts for none, as with geo.api.gouv.fr; an empty name or code is one that nothing has.
ABSENT_WHERE_EMPTY = frozenset(
    {"format", "geometry", "boost", "limit", "offset", "type", "zone", "lat", "lon"}
)


class Shape(Asked):
    """How what is found is written."""

    fields: tuple[str, ...] = ()
    format: Literal["json", "geojson"] = Field(
        default="json", description="geojson\u00a0: une Feature par réponse"
    )
    geometry: Geometry = Field(default="centre", description="Géométrie des Features")

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if value != "" or name not in ABSENT_WHERE_EMPTY}


class Listing(Shape):
    """What any list may be filtered by, and the page wanted of it."""

    nom: str | None = Field(default=None, max_length=80, description="Nom, même incomplet ou mal écrit")
    code: Codes = Field(default=(), description="Code(s)")
    boost: Literal["population"] | None = Field(
        default=None, description="Les plus peuplées d’abord, à nom proche"
    )
    limit: int | None = Field(
        default=None, ge=0, description="Nombre maximal de réponses\u202f; toutes sinon"
    )
    offset: int = Field(default=0, ge=0, description="Nombre de réponses à passer avant la première")


class OneCommuneQuery(Shape):
    """Shape of one commune."""

    fields: Annotated[tuple[CommuneField, ...], Fields] = Field(
        default=(), description="Champs voulus, séparés par des virgules"
    )


class CommuneQuery(OneCommuneQuery, Listing):
    """Filters (all must hold) and shape of a list of communes; a code parameter may list several, by commas."""

    codePostal: Codes = Field(default=(), description="Code(s) postal(aux)")
    codeDepartement: Codes = Field(default=(), description="Code(s) de département")
    codeRegion: Codes = Field(default=(), description="Code(s) de région")
    codeEpci: Codes = Field(default=(), description="Code(s) SIREN d’EPCI")
    codeParent: Codes = Field(default=(), description="Commune(s) d’arrondissements municipaux")
    siren: Codes = Field(default=(), description="Numéro(s) SIREN de commune")
    ancienCode: Codes = Field(
        default=(),
        description="Code(s) d’une autre année du COG\u202f; `_statut` dit ambigu s’il y a partage",
    )
    type: Annotated[
        tuple[Literal["commune-actuelle", "arrondissement-municipal"], ...], BeforeValidator(_listed)
    ] = Field(default=("commune-actuelle",), description="Communes, arrondissements municipaux ou les deux")
    zone: Zones = Field(default=(), description="Métropole, départements d’outre-mer ou collectivités")
    lat: float | None = Field(
        default=None, ge=-90, le=90, allow_inf_nan=False, description="Latitude, avec lon"
    )
    lon: float | None = Field(
        default=None, ge=-180, le=180, allow_inf_nan=False, description="Longitude, avec lat"
    )


class OneOldCommuneQuery(Shape):
    """Shape of one commune associée or déléguée."""

    fields: Annotated[tuple[OldCommuneField, ...], Fields] = Field(
        default=(), description="Champs voulus, séparés par des virgules"
    )


class OldCommuneQuery(OneOldCommuneQuery, Listing):
    """Filters and shape of a list of communes associées and déléguées."""

    type: Annotated[tuple[Literal["commune-associee", "commune-deleguee"], ...], BeforeValidator(_listed)] = (
        Field(default=(), description="Associées, déléguées\u202f; les deux sinon")
    )
    chefLieu: Codes = Field(default=(), description="Code(s) de la commune actuelle")
    codeDepartement: Codes = Field(default=(), description="Code(s) de département")
    codeRegion: Codes = Field(default=(), description="Code(s) de région")
    codeEpci: Codes = Field(default=(), description="Code(s) SIREN d’EPCI")


class OneEpciQuery(Shape):
    """Shape of one EPCI."""

    fields: Annotated[tuple[EpciField, ...], Fields] = Field(
        default=(), description="Champs voulus, séparés par des virgules"
    )


class EpciQuery(OneEpciQuery, Listing):
    """Filters and shape of a list of EPCI."""

    codeEpci: Codes = Field(default=(), description="Code(s) SIREN, comme `code`")
    codeDepartement: Codes = Field(default=(), description="Code(s) de département")
    codeRegion: Codes = Field(default=(), description="Code(s) de région")
    zone: Zones = Field(default=(), description="Métropole, départements d’outre-mer ou collectivités")


class OneDepartementQuery(Shape):
    """Shape of one département."""

    fields: Annotated[tuple[DepartementField, ...], Fields] = Field(
        default=(), description="Champs voulus, séparés par des virgules"
    )


class DepartementQuery(OneDepartementQuery, Listing):
    """Filters and shape of a list of départements."""

    codeRegion: Codes = Field(default=(), description="Code(s) de région")
    zone: Zones = Field(default=(), description="Métropole, départements d’outre-mer ou collectivités")


class OneRegionQuery(Shape):
    """Shape of one région."""

    fields: Annotated[tuple[RegionField, ...], Fields] = Field(
        default=(), description="Champs voulus, séparés par des virgules"
    )


class RegionQuery(OneRegionQuery, Listing):
    """Filters and shape of a list of régions."""

    chefLieu: Codes = Field(default=(), description="Code(s) de commune chef-lieu")
    zone: Zones = Field(default=(), description="Métropole, départements d’outre-mer ou collectivités")


class CommuneCodes(Asked):
    """Codes of communes of any COG year, in the order wanted."""

    codes: tuple[Annotated[str, Field(max_length=12)], ...] = Field(
        min_length=1, max_length=40_000, description="Codes INSEE", examples=[["83061", "83118"]]
    )


class GeoJsonArea(RootModel[GivenArea]):
    """A GeoJSON Polygon or MultiPolygon (WGS84), or the Feature of one."""
