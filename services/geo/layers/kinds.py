"""Layers: what official files say beside the national reference, each imported as a version of its own. Values only.

A layer is named by its kind and variant (`zonage`, `medecin-2025`): one version of each is in service at a time.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from shared.schemas.geo_facts import GroupKind, Zonage
from shared.schemas.geo_facts import ZonedProfession as Profession

# Everyone in geo knows these words from here; the contracts define them.
__all__ = ["GroupKind", "Profession"]


class Kind(StrEnum):
    """What a layer tells; its variants are said beside it."""

    ZONAGE = "zonage"  # <profession>-<year>: commune → zonage
    ZONAGE_QPV = "zonage_qpv"  # <profession>-<year>: QPV → zonage
    QPV = "qpv"  # 2015 | 2024: polygons of the generation
    REGROUPEMENT = "regroupement"  # canton | bassin_vie | territoire_vie_sante: commune → group
    CPTS = "cpts"  # "": existing CPTS and their communes
    STRUCTURES = "structures"  # "": establishments of FINESS
    AGES = "ages"  # <year>: residents by age band
    APL = "apl"  # <profession>-<year>: potential accessibility


@dataclass(frozen=True, slots=True)
class CommuneZonage:
    """Zonage of a commune for one profession and year."""

    commune: str
    zonage: str


@dataclass(frozen=True, slots=True)
class QpvZonage:
    """Zonage of a quartier prioritaire for one profession and year; it may differ from its commune's."""

    qpv: str
    zonage: str


@dataclass(frozen=True, slots=True)
class QpvShape:
    """A quartier prioritaire. `communes`: codes that the file gives, perhaps none; `wkb`: valid, EPSG:4326."""

    code: str
    nom: str
    communes: tuple[str, ...]
    population: int | None
    wkb: bytes


@dataclass(frozen=True, slots=True)
class GroupMember:
    """A commune in a group (bassin de vie, canton…)."""

    commune: str
    groupe: str
    nom: str


@dataclass(frozen=True, slots=True)
class CptsPerimeter:
    """An existing CPTS and its communes. `taille`: 1 to 4 of its agreement, where known."""

    code: str
    nom: str
    statut: str | None
    signature: date | None
    taille: int | None
    communes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Structure:
    """An establishment of FINESS; degrees (WGS84), None without coordinates. `categorie`: FINESS category code."""

    finess: str
    finess_juridique: str | None
    nom: str
    categorie: str
    libelle: str
    commune: str
    adresse: str | None
    telephone: str | None
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True)
class CommuneAges:
    """Residents of a commune by age band: 0-14, 15-29, 30-44, 45-59, 60-74, 75-89, 90+ (may be fractional)."""

    commune: str
    total: float
    bands: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CommuneApl:
    """Accessibilité potentielle localisée of a commune, in the unit of its profession (Drees)."""

    commune: str
    apl: float


Row = (
    CommuneZonage | QpvZonage | QpvShape | GroupMember | CptsPerimeter | Structure | CommuneAges | CommuneApl
)

ROWS: dict[Kind, type[Row]] = {
    Kind.ZONAGE: CommuneZonage,
    Kind.ZONAGE_QPV: QpvZonage,
    Kind.QPV: QpvShape,
    Kind.REGROUPEMENT: GroupMember,
    Kind.CPTS: CptsPerimeter,
    Kind.STRUCTURES: Structure,
    Kind.AGES: CommuneAges,
    Kind.APL: CommuneApl,
}


@dataclass(frozen=True)
class Layer:
    """A layer ready to be stored. `millesime`: year or date of the facts; `source`: who publishes them."""

    kind: Kind
    variant: str
    millesime: str
    source: str
    licence: str | None
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class LayerVersion:
    """What is known of a stored layer without reading its rows."""

    id: str
    kind: Kind
    variant: str
    millesime: str
    source: str
    licence: str | None
    rows: int
    rejects: int = 0
    detected: str = ""
    active: bool = True
    imported_at: str = field(default="", compare=False)


def profession_variant(profession: Profession, year: int) -> str:
    """Variant of a layer by profession and year."""
    return f"{profession}-{year}"


def read_variant(variant: str) -> tuple[Profession, int]:
    """Profession and year of such a variant."""
    profession, _, year = variant.rpartition("-")
    return Profession(profession), int(year)


def known_zonage(value: str) -> Zonage:
    """The zonage of a stored row."""
    return Zonage(value)
