"""data/calibration.toml: the rates, densities and shares that the fictitious counts are drawn to."""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Levels(_Declared):
    """One value for France, and where a published report gives them, for région 93 and département 83."""

    france: float
    region_93: float | None = None
    departement_83: float | None = None


class Rate(Levels):
    """Rate in % among the people of `of`."""

    of: str


class Group(_Declared):
    """People: `share` of those of `of`, and `plus` of the other consumers of 17 and over."""

    of: str
    share: float
    plus: float = 0.0


class Event(_Declared):
    """`persons`: distinct persons per event."""

    persons: float


class Supply(_Declared):
    """A profession: `density` per 10 000 residents, or `share` of the profession that it is part of."""

    density: float = 0.0
    settles: float = 0.0
    share: float = 0.0
    age_60_plus: float | None = None
    age_65_plus: float | None = None
    france: float | None = None
    region_93: float | None = None
    departement_83: float | None = None

    @property
    def patients(self) -> Levels | None:
        """Mean patients of a professional, None where activity is not followed."""
        if self.france is None:
            return None
        return Levels(france=self.france, region_93=self.region_93, departement_83=self.departement_83)


class Calibration(_Declared):
    """The whole file."""

    source: str
    date: date
    spread_departements: float
    spread_communes: float
    age_bands: dict[str, float]
    consumers: dict[str, Rate]
    denominators: dict[str, Group]
    linked: dict[str, Rate]
    indicators: dict[str, Rate]
    events: dict[str, Event]
    professions: dict[str, Supply]
    acts: dict[str, Levels]


@cache
def load_calibration() -> Calibration:
    """Calibration shipped with the service. Raises pydantic.ValidationError."""
    text = files("services.indicators").joinpath("data", "calibration.toml").read_text(encoding="utf-8")
    return Calibration.model_validate(tomllib.loads(text))
