"""The catalogue as indicators describes it: what is counted, of whom, under which thresholds. Words, no figure."""

from typing import Literal

from shared.contract import Contract
from shared.schemas.base import Answered, Asked
from shared.schemas.indicators import Kind, Unit


class CatalogueEntry(Answered):
    """An indicator as the catalogue describes it, in French words for people."""

    id: str
    title: str
    family: str
    kind: Kind
    population: str
    numerator: str
    denominator: str | None
    unit: Unit
    direction: Literal["higher_is_better", "lower_is_better", "neither"]
    sensitive: bool
    links: tuple[str, ...] = ()
    threshold: int


class Family(Answered):
    """A family of indicators, in the order of the document. `section` places it there."""

    id: str
    title: str
    section: str


class Profession(Answered):
    """A profession or group counted in the supply section."""

    id: str
    libelle: str
    groupe: str
    activity: bool
    ages: bool


class CatalogueRequest(Asked):
    """Nothing to ask: the whole catalogue comes."""


class Catalogue(Answered):
    """Every indicator, family and profession, in order, and the thresholds in force."""

    version: str
    families: tuple[Family, ...]
    indicators: tuple[CatalogueEntry, ...]
    professions: tuple[Profession, ...]
    thresholds: dict[str, int]


LIST_CATALOGUE = Contract(
    "indicators.catalogue.list.v1",
    CatalogueRequest,
    Catalogue,
    summary="Catalogue des indicateurs",
)
