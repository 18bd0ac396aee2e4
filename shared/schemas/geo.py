"""Territories and communes: what geo answers. Facts of geography only, no health count."""

from typing import Literal

from pydantic import Field

from shared.contract import Contract, Event
from shared.errors import (
    AmbiguousCommunes,
    EmptyTerritory,
    NoReference,
    NotFound,
    TerritoryTooLarge,
    UnknownCommunes,
)
from shared.schemas.base import Answered, Asked, Communes, Place, TerritoryName
from shared.schemas.geo_checks import (
    Check,
    CptsOverlap,
    Enclave,
    Joining,
    Link,
    Neighbour,
    Notice,
    Piece,
    QuartiersFacts,
    ZonageOf,
    ZonageTotals,
)
from shared.schemas.geo_facts import Dataset, Source, Zonage, ZonedProfession
from shared.schemas.geo_people import Accessibility, Ages

# Other modules know these words from here.
__all__ = ["Dataset", "Notice", "Piece", "Source", "Zonage", "ZonageTotals"]


class CommuneFacts(Answered):
    """One commune (or arrondissement municipal) of a territory. `contour` is false where it has no polygon.

    `cpts`: names of the CPTS that hold it. `qpv_en_zone`: its QPV in ZIP or ZAC where the commune itself is in neither.
    `zonages`: of the professions asked for, where loaded.
    """

    code: str
    nom: str
    population: int | None
    departement: str
    region: str
    epci: Place | None = None
    qpv: int | None = None
    zonage: Zonage = Zonage.INCONNU
    zonage_millesime: int | None = None
    cpts: str | None = None
    contour: bool = True
    qpv_en_zone: tuple[str, ...] = ()
    zonages: tuple[ZonageOf, ...] = ()


class DepartementShare(Place):
    """A département of the territory and how many of the chosen communes lie in it."""

    communes: int
    region: str


class FundingLine(Answered):
    """A yearly amount in euros. `part`: fixe, variable, compensation, dispositif, or None."""

    mission: str
    libelle: str
    part: str | None
    socle: bool
    montant: int


class SizeClass(Answered):
    """Size class 1 to 4 on one dated scale, its population bounds, and the yearly funding it opens."""

    bareme: str
    libelle: str
    date: str
    source: str
    taille: int
    population_min: int
    population_max: int | None
    lignes: tuple[FundingLine, ...]
    total: int


class ResolveTerritory(Asked):
    """The communes chosen by a person or a portal; old codes are mapped, duplicates dropped with a notice."""

    communes: Communes
    nom: TerritoryName = None
    zonage_millesime: int | None = Field(
        default=None, ge=2000, le=2100, description="Millésime du zonage\u202f; par défaut le dernier chargé"
    )
    professions: tuple[ZonedProfession, ...] = Field(
        default=(), max_length=len(ZonedProfession), description="Professions dont le zonage est demandé"
    )
    qpv_generation: Literal[2015, 2024] | None = Field(
        default=None, description="Génération des QPV\u202f; par défaut la dernière chargée"
    )
    voisines: bool = Field(default=False, description="Vrai pour recevoir aussi les communes voisines")


class Territory(Answered):
    """Facts and checks of a territory; communes sorted by code, pieces by decreasing population.

    `d_un_seul_tenant` is about shared borders alone, `relie` counts declared links too; null where a commune without
    polygon leaves it unknown. `cpts`, `quartiers`, `ages` and `apl` are null where no such layer is loaded, which is
    not none at all.
    """

    nom: str | None = None
    communes: tuple[CommuneFacts, ...]
    population: int
    superficie_km2: float | None
    departements: tuple[DepartementShare, ...]
    regions: tuple[Place, ...]
    pieces: tuple[Piece, ...]
    d_un_seul_tenant: bool | None
    relie: bool | None = None
    liaisons: tuple[Link, ...] = ()
    rapprochements: tuple[Joining, ...] = ()
    enclaves: tuple[Enclave, ...] = ()
    plusieurs_departements: bool = False
    cpts: tuple[CptsOverlap, ...] | None = None
    quartiers: QuartiersFacts | None = None
    voisines: tuple[Neighbour, ...] | None = None
    controles: tuple[Check, ...] = ()
    qpv_par_commune: int | None = Field(
        description="Somme des QPV de chaque commune : un QPV à cheval sur deux communes y compte deux fois"
    )
    zonage: ZonageTotals
    tailles: tuple[SizeClass, ...] = Field(description="Accord en vigueur d’abord, projets datés ensuite")
    notices: tuple[Notice, ...] = ()
    ages: Ages | None = None
    apl: tuple[Accessibility, ...] | None = None
    dataset: Dataset


class MapRequest(Asked):
    """The map of a territory for a frame of `width_mm` by at most `height_mm` millimetres."""

    communes: Communes
    width_mm: float = Field(default=170.0, gt=10, le=1200)
    height_mm: float = Field(default=190.0, gt=10, le=1200)


class MapShape(Answered):
    """One commune on the map: rings as flat x,y lists in tenths of a millimetre, y downwards.

    The first ring of each polygon is its shell; `role` tells a chosen commune from a pale neighbour.
    `label` is a point inside the largest polygon, in the same units.
    """

    code: str
    nom: str
    role: Literal["territoire", "voisine"]
    polygones: tuple[tuple[tuple[int, ...], ...], ...]
    label: tuple[int, int]


class TerritoryMap(Answered):
    """Shapes of a territory in its legal projection (`epsg`), ready for drawing.

    `width`, `height` in tenths of a millimetre; `metres_par_mm` is the scale on paper.
    `sans_contour`: chosen communes without polygon, so not drawn.
    """

    epsg: int
    projection: str
    width: int
    height: int
    metres_par_mm: float
    shapes: tuple[MapShape, ...]
    sans_contour: tuple[Place, ...] = ()
    sources: tuple[Source, ...] = ()


class ListMemberships(Asked):
    """The communes of one département (code), or the départements themselves when none is given."""

    departement: str | None = Field(default=None, max_length=3)


class Membership(Answered):
    """What a commune (or arrondissement municipal) belongs to. `nature` tells the two apart.

    `ville`: the commune that an arrondissement is part of (75056 for 75101); None for a commune. `cpts`: codes of the
    existing CPTS that hold it, none where no perimeter is loaded. `centre`: lon, lat inside it, None without polygon.
    """

    code: str
    nom: str
    departement: str
    region: str
    epci: str | None
    population: int | None
    nature: Literal["commune", "arrondissement"] = "commune"
    ville: str | None = None
    zonage: Zonage = Zonage.INCONNU
    cpts: tuple[str, ...] = ()
    centre: tuple[float, float] | None = None


class Departement(Place):
    """A département and its région."""

    region: Place


class Memberships(Answered):
    """Communes of the département asked for (empty when none was) and all départements."""

    communes: tuple[Membership, ...] = ()
    departements: tuple[Departement, ...]
    dataset: Dataset


class CurrentCodes(Asked):
    """Codes of any COG year, at most 5,000."""

    codes: tuple[str, ...] = Field(max_length=5000)


class CodeHistory(Answered):
    """Current code(s) of each given code: one (unchanged or merged), several (split), none (unknown)."""

    actuels: dict[str, tuple[str, ...]]


class DatasetActivated(Answered):
    """A new version of the national reference serves from now on."""

    dataset: str


TERRITORY_ERRORS = (EmptyTerritory, TerritoryTooLarge, UnknownCommunes, AmbiguousCommunes, NoReference)

RESOLVE_TERRITORY = Contract(
    "geo.territory.resolve.v1",
    ResolveTerritory,
    Territory,
    errors=TERRITORY_ERRORS,
    timeout=2.0,
    summary="Faits et contrôles d’un territoire",
)
DRAW_TERRITORY = Contract(
    "geo.territory.draw.v1",
    MapRequest,
    TerritoryMap,
    errors=TERRITORY_ERRORS,
    timeout=5.0,
    summary="Contours d’un territoire et de ses voisines, prêts à dessiner",
)
LIST_MEMBERSHIPS = Contract(
    "geo.memberships.list.v1",
    ListMemberships,
    Memberships,
    errors=(NoReference, NotFound),
    timeout=5.0,
    summary="Rattachements des communes d’un département",
)
FIND_CURRENT_CODES = Contract(
    "geo.codes.find.v1",
    CurrentCodes,
    CodeHistory,
    errors=(NoReference,),
    timeout=5.0,
    summary="Codes actuels de codes communes anciens",
)
DATASET_ACTIVATED = Event(
    "geo.dataset.activated.v1", DatasetActivated, summary="Un nouveau référentiel géographique est en service"
)
