"""Size class of a territory and the yearly funding it opens, on each published scale (DOMAIN §6). Pure."""

import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from shared.schemas.geo import FundingLine, SizeClass

FourAmounts = tuple[int, int, int, int]
Part = Literal["fixe", "variable", "compensation", "dispositif"]


class Ligne(BaseModel):
    """One line of a scale: its amounts in euros for sizes 1 to 4."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mission: str
    libelle: str
    part: Part | None = None
    socle: bool
    montants: FourAmounts


class Bareme(BaseModel):
    """A dated scale. Refused when its lines do not sum to the totals that its text announces."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    libelle: str
    date: str
    source: str
    population_min: FourAmounts
    total: FourAmounts
    lignes: tuple[Ligne, ...]

    @model_validator(mode="after")
    def _totals_and_bounds(self) -> "Bareme":
        sums = tuple(sum(amounts) for amounts in zip(*(line.montants for line in self.lignes), strict=True))
        if sums != self.total:
            raise ValueError(f"{self.id}: lines sum to {sums}, the text announces {self.total}")
        if self.population_min[0] != 0 or sorted(set(self.population_min)) != list(self.population_min):
            raise ValueError(f"{self.id}: population_min must rise from 0, got {self.population_min}")
        return self

    def size_class(self, population: int) -> SizeClass:
        """Size 1 to 4 of a population and everything it opens on this scale."""
        size = bisect_right(self.population_min, population)
        return SizeClass(
            bareme=self.id,
            libelle=self.libelle,
            date=self.date,
            source=self.source,
            taille=size,
            population_min=self.population_min[size - 1],
            population_max=self.population_min[size] - 1 if size < len(self.population_min) else None,
            lignes=tuple(
                FundingLine(
                    mission=line.mission,
                    libelle=line.libelle,
                    part=line.part,
                    socle=line.socle,
                    montant=line.montants[size - 1],
                )
                for line in self.lignes
            ),
            total=self.total[size - 1],
        )


def read_scales(document: Mapping[str, Any]) -> tuple[Bareme, ...]:
    """Validated scales, the agreement in force first. Raises pydantic's ValidationError."""
    return tuple(Bareme.model_validate(entry) for entry in document["bareme"])


@cache
def published_scales() -> tuple[Bareme, ...]:
    """The scales that ship with the project."""
    return read_scales(
        tomllib.loads(files("services.geo").joinpath("data/aci.toml").read_text(encoding="utf-8"))
    )
