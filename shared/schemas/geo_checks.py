"""What the checks of a territory find: pieces, links, enclaves, gaps, other CPTS, zonages, QPV. No operation."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.schemas.base import Answered, Place
from shared.schemas.geo_facts import Zonage, ZonedProfession


class Notice(Answered):
    """Something the caller should know: `code` for programs, `detail` in French for people."""

    code: Literal[
        "commune_remplacee",
        "doublon",
        "sans_contour",
        "population_inconnue",
        "liaison",
        "qpv_en_zone",
        "zonage_absent",
    ]
    detail: str
    communes: tuple[str, ...] = ()


class Piece(Answered):
    """Communes joined by shared borders; a territory of several pieces is not in one block.

    `principal`: the most peopled that is no whole island; `fragment`: apart from it on the same land; `ile`: others.
    """

    communes: tuple[str, ...]
    population: int
    nature: Literal["principal", "ile", "fragment"] = "principal"


class Link(Answered):
    """A passage that is no shared border, declared in a dated file: bridge, ford, ferry."""

    nature: Literal["pont", "gue", "bac", "maritime"]
    nom: str
    communes: tuple[str, str]
    source: str
    date: str


class Enclave(Answered):
    """Communes that were not chosen and that the territory cuts off from all others.

    `fermee` is false where a side is free: sea, foreign border or commune without polygon.
    """

    communes: tuple[Place, ...]
    population: int
    fermee: bool


class Joining(Answered):
    """The fewest communes that would join two pieces (their ranks in `pieces`), with the links that they need."""

    morceaux: tuple[int, int]
    communes: tuple[Place, ...]
    population: int
    liaisons: tuple[Link, ...] = ()


class CptsOverlap(Answered):
    """An existing CPTS that holds communes of the territory: which, how many people, out of how many communes."""

    code: str
    nom: str
    statut: str | None = None
    signature: date | None = None
    taille: int | None = None
    communes: tuple[str, ...]
    population: int
    communes_en_tout: int


class ZonageOf(Answered):
    """Zonage for one profession and vintage."""

    profession: ZonedProfession
    millesime: int
    zonage: Zonage


class QuartierFacts(Answered):
    """A QPV of the territory: `communes` are chosen ones, `part` the share (0 to 1) of its ground in the territory."""

    code: str
    nom: str
    communes: tuple[str, ...]
    population: int | None
    part: float
    zonages: tuple[ZonageOf, ...] = ()


class QuartiersFacts(Answered):
    """The QPV of a generation, each once. Null fields are unknown: the layer does not speak for the whole territory."""

    generation: int
    distincts: int | None
    quartiers: tuple[QuartierFacts, ...]


class Neighbour(Place):
    """A commune around the territory: metres of shared border, and the CPTS that hold it already."""

    departement: str
    population: int | None
    longueur_m: int
    cpts: tuple[str, ...] = ()


class Check(Answered):
    """One check in words: `ok`, `attention` (to be thought over), `inconnu` (it could not be made)."""

    code: Literal["continuite", "enclaves", "departements", "cpts", "zonage", "taille"]
    etat: Literal["ok", "attention", "inconnu"]
    detail: str


class ZonageTotals(Answered):
    """Communes in ZIP, in ZAC, and `renseignees` out of the territory's communes whose zonage is known.

    `population_zip`, `population_zac`: residents of these communes.
    """

    zip: int
    zac: int
    renseignees: int
    communes: int
    population_zip: int | None = None
    population_zac: int | None = None
    part_population: float | None = Field(
        default=None,
        description="Part de la population en ZIP ou ZAC, en %\u202f; null si un zonage ou une population manque",
    )
