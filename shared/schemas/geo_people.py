"""People of a territory by age, and their access to care: sums and means of what is imported for its communes."""

from pydantic import Field

from shared.schemas.base import Answered
from shared.schemas.geo_facts import ZonedProfession


class ResidentBand(Answered):
    """Residents of an age band, in years: `0-14` to `75-89`, then `90+`. Census estimates may be fractional."""

    libelle: str
    habitants: float


class Ages(Answered):
    """Residents by age, for the latest census loaded.

    `tranches` and `total` are null where a commune is missing from it: part of a territory is not the whole.
    """

    millesime: int
    tranches: tuple[ResidentBand, ...] | None
    total: float | None
    communes_absentes: tuple[str, ...] = ()


class Accessibility(Answered):
    """Accessibilité potentielle localisée (APL) for a profession and year: mean over the communes where it is known.

    Each weighs its population; `valeur` is null where none is known.
    """

    profession: ZonedProfession
    millesime: int
    valeur: float | None
    unite: str
    part_population: float = Field(
        description="Part de la population du territoire où l’APL est connue, de 0 à 1"
    )
