"""Rows of the national reference as they come from the official files. Values only: no parsing, no geometry work."""

from dataclasses import dataclass
from typing import Literal

Nature = Literal["commune", "arrondissement"]
OldNature = Literal["deleguee", "associee", "ancien"]


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """A current commune, or an arrondissement municipal of `parent` (Paris, Lyon, Marseille)."""

    code: str
    nom: str
    nature: Nature
    parent: str | None
    departement: str
    region: str
    epci: str | None
    siren: str | None
    codes_postaux: tuple[str, ...]
    population: int | None


@dataclass(frozen=True, slots=True)
class OldCodeRow:
    """A code no longer in use and one current commune that holds its ground; several rows where it was split."""

    code: str
    actuel: str
    nature: OldNature
    nom: str | None


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A région."""

    code: str
    nom: str


@dataclass(frozen=True, slots=True)
class DepartementRow:
    """A département and the code of its région."""

    code: str
    nom: str
    region: str


@dataclass(frozen=True, slots=True)
class EpciRow:
    """An EPCI à fiscalité propre: SIREN, name, legal form (CC, CA, CU, METRO, MET69)."""

    code: str
    nom: str
    forme: str


@dataclass(frozen=True, slots=True)
class ZonageRow:
    """Zonage médecin and number of QPV of a commune, as one dated source states them."""

    code: str
    millesime: int
    zonage: str
    qpv: int
    source: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What a file of the reference is, who publishes it, and of which vintage."""

    objet: str
    source: str
    millesime: str
    licence: str | None


@dataclass(frozen=True)
class Reference:
    """Everything that makes one dataset. `contours`: WKB by code, EPSG:4326; communes sorted by code."""

    id: str
    cog: int
    sources: tuple[SourceRow, ...]
    communes: tuple[CommuneRow, ...]
    old_codes: tuple[OldCodeRow, ...]
    departements: tuple[DepartementRow, ...]
    regions: tuple[RegionRow, ...]
    epcis: tuple[EpciRow, ...]
    zonage: tuple[ZonageRow, ...]
    contours: dict[str, bytes]
