"""Establishments (FINESS) of a territory: counted by kind and commune, listed, and the nearest to a place."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.contract import Contract
from shared.errors import AmbiguousCommunes, InvalidRequest, NoReference, UnknownCommunes
from shared.schemas.base import Answered, Asked, Communes, GivenCode
from shared.schemas.geo import TERRITORY_ERRORS
from shared.schemas.geo_area import Position
from shared.schemas.geo_facts import Dataset

Kinds = Annotated[
    tuple[str, ...],
    Field(
        max_length=60,
        description="Genres de structures\u202f; tous par défaut",
        examples=[["ehpad", "maison_de_sante"]],
    ),
]


class CountStructures(Asked):
    """Communes of a territory, and the kinds to count."""

    communes: Communes
    genres: Kinds = ()


class KindCount(Answered):
    """Establishments of a kind: in all, and per commune in the order of the answer's `communes`, zeros kept.

    Null for a commune that the loaded file does not cover, and then for the total too: unknown is not zero.
    """

    genre: str
    libelle: str
    groupe: str
    total: int | None
    par_commune: tuple[int | None, ...]


class GroupCount(Answered):
    """Establishments of the kinds counted, by group: sanitaire, médico-social, exercice coordonné."""

    groupe: str
    libelle: str
    total: int | None


class StructureCounts(Answered):
    """`disponible` is false where no FINESS file is loaded, or covers none of these communes: nothing is counted then.

    `hors_couverture`: communes of which the loaded file says nothing. `autres`: establishments of the territory whose
    category is in no kind, null where a commune is not covered.
    """

    disponible: bool
    communes: tuple[str, ...]
    hors_couverture: tuple[str, ...] = ()
    genres: tuple[KindCount, ...] = ()
    groupes: tuple[GroupCount, ...] = ()
    autres: int | None = None
    dataset: Dataset


class ListStructures(Asked):
    """A page of the establishments of a territory, by commune then FINESS number."""

    communes: Communes
    genres: Kinds = ()
    debut: int = Field(default=0, ge=0)
    limite: int = Field(default=100, ge=1, le=500)


class StructureFacts(Answered):
    """An establishment; `genre` is None where no kind holds its category. Degrees, None without coordinates."""

    finess: str
    nom: str
    genre: str | None
    categorie: str
    libelle: str
    commune: str
    adresse: str | None
    telephone: str | None
    lon: float | None
    lat: float | None


class StructureList(Answered):
    """One page; `total` counts all those asked for in the communes covered, null where none is.

    `hors_couverture`: communes of which the loaded file says nothing: where there are some, total and list are partial.
    """

    disponible: bool
    total: int | None
    hors_couverture: tuple[str, ...] = ()
    structures: tuple[StructureFacts, ...] = ()
    dataset: Dataset


class NearestStructures(Asked):
    """The nearest establishments of each kind to a point or to the middle of a commune (one of the two)."""

    point: Position | None = None
    commune: GivenCode | None = None
    genres: Kinds = ()
    rayon_km: float = Field(default=50.0, gt=0, le=200, allow_inf_nan=False)
    limite: int = Field(default=3, ge=1, le=50, description="Nombre de structures de chaque genre")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.point is None) == (self.commune is None):
            raise ValueError("donnez un point ou une commune, l’un des deux")
        return self


class NearStructure(StructureFacts):
    """An establishment and its distance in kilometres, as the crow flies, in the legal projection."""

    distance_km: float


class NearOfKind(Answered):
    """The nearest establishments of a kind; none within the radius is an empty list."""

    genre: str
    libelle: str
    structures: tuple[NearStructure, ...]


class StructuresNear(Answered):
    """For each kind asked for. `sans_coordonnees`: establishments of these kinds that could not be placed.

    `departements_non_couverts`: those within the radius of which the loaded file says nothing: a nearer establishment
    may be there. Where it covers none of them, or no file is loaded, `disponible` is false.
    """

    disponible: bool
    departements_non_couverts: tuple[str, ...] = ()
    genres: tuple[NearOfKind, ...] = ()
    sans_coordonnees: int | None = None
    dataset: Dataset


COUNT_STRUCTURES = Contract(
    "geo.structures.count.v1",
    CountStructures,
    StructureCounts,
    errors=(*TERRITORY_ERRORS, InvalidRequest),
    timeout=5.0,
    summary="Nombre de structures d’un territoire",
)
LIST_STRUCTURES = Contract(
    "geo.structures.list.v1",
    ListStructures,
    StructureList,
    errors=(*TERRITORY_ERRORS, InvalidRequest),
    timeout=5.0,
    summary="Structures d’un territoire",
)
NEAR_STRUCTURES = Contract(
    "geo.structures.near.v1",
    NearestStructures,
    StructuresNear,
    errors=(NoReference, UnknownCommunes, AmbiguousCommunes, InvalidRequest),
    timeout=5.0,
    summary="Structures les plus proches d’un lieu",
)
