"""The declared indicators, professions and thresholds: reads and checks data/catalogue.toml, knows no count."""

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.schemas.geo import Zonage

COUNTS_FILE = "counts.csv"


class Declared(BaseModel):
    """An entry of the catalogue: unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Threshold(Declared):
    """A limit of disclosure control, with the text it comes from."""

    value: int = Field(gt=0)
    source: str
    date: date


class Family(Declared):
    """A family of indicators; `defaults` fill what its entries leave out."""

    id: str
    title: str
    section: Literal["territoire", "acces", "pathologies", "parcours", "prevention", "vaccination"]
    defaults: dict[str, Any] = {}


class AgeBand(Declared):
    """A band of population.csv."""

    id: str
    libelle: str


class Indicator(Declared):
    """One indicator of DOMAIN §3. `parents` hold its people; `denominator_indicator` is a count of its own.

    `complement`: those of the denominator who are not counted are an answer too (with and without médecin traitant).
    """

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    title: str
    family: str
    kind: Literal["proportion", "event", "count"]
    population: str
    numerator: str
    denominator: str | None = None
    unit: Literal["percent", "per_100", "count"]
    direction: Literal["higher_is_better", "lower_is_better", "neither"]
    sensitive: bool = False
    complement: bool = False
    parents: tuple[str, ...] = ()
    denominator_indicator: str | None = None
    derived_from: str | None = None
    derived_zonages: tuple[Zonage, ...] = ()
    file: str = COUNTS_FILE

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if (self.kind == "count") != (self.unit == "count"):
            raise ValueError(f"{self.id}: a count, and only a count, has the unit count")
        if (self.kind == "count") != (self.denominator is None):
            raise ValueError(f"{self.id}: a proportion or an event has a denominator, a count has none")
        return self

    @property
    def links(self) -> tuple[str, ...]:
        """Indicators from which something could be derived about this one."""
        named = (*self.parents, self.denominator_indicator, self.derived_from)
        return tuple(dict.fromkeys(link for link in named if link))


class Cell(Declared):
    """One of the four cells of a split."""

    id: str
    libelle: str


class Split(Declared):
    """A 2 by 2 table of people; cells in the order row&column, row only, column only, neither."""

    id: str
    title: str
    family: str
    population: str
    numerator: str
    denominator: str
    row: str
    column: str
    both: str
    cells: tuple[Cell, Cell, Cell, Cell]


class Act(Declared):
    """A kind of act of one profession."""

    id: str
    libelle: str


class Profession(Declared):
    """A profession; one with `acts` has an activity. `part_of`: already counted in another profession."""

    id: str
    libelle: str
    groupe: str
    ages: bool = True
    part_of: str | None = None
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True)
class Thresholds:
    """Limits of DOMAIN §2: consumers, people and professionals in heads, dominance as a share of 1."""

    consumers: int
    people: int
    professionals: int
    dominance: float


@dataclass(frozen=True)
class Catalogue:
    """Everything declared, in the order of the document."""

    version: str
    thresholds: dict[str, Threshold]
    families: tuple[Family, ...]
    age_bands: tuple[AgeBand, ...]
    indicators: tuple[Indicator, ...]
    splits: tuple[Split, ...]
    professions: tuple[Profession, ...]
    by_id: dict[str, Indicator] = field(default_factory=dict)

    @cached_property
    def counted(self) -> tuple[Indicator, ...]:
        """Indicators whose rows come in counts.csv."""
        return tuple(indicator for indicator in self.indicators if indicator.file == COUNTS_FILE)

    @cached_property
    def ald(self) -> tuple[str, ...]:
        """Ids of the thirty ALD."""
        return tuple(indicator.id for indicator in self.indicators if indicator.family == "ald")

    @cached_property
    def acts(self) -> tuple[tuple[Profession, Act], ...]:
        """Every kind of act with its profession."""
        return tuple((profession, act) for profession in self.professions for act in profession.acts)

    @cached_property
    def limits(self) -> Thresholds:
        """The thresholds as numbers."""
        return Thresholds(
            self.thresholds["consumers"].value,
            self.thresholds["people"].value,
            self.thresholds["professionals"].value,
            self.thresholds["dominance_percent"].value / 100,
        )


@cache
def load_catalogue() -> Catalogue:
    """Catalogue shipped with the service. Raises ValueError naming the entry that does not hold together."""
    text = files(__package__).joinpath("data", "catalogue.toml").read_text(encoding="utf-8")
    return parse_catalogue(text)


def parse_catalogue(text: str) -> Catalogue:
    """Read a catalogue in TOML, check ids, families and links. Raises ValueError."""
    data = tomllib.loads(text)
    families = tuple(Family.model_validate(entry) for entry in data["family"])
    defaults = {family.id: family.defaults for family in families}
    order = {family.id: position for position, family in enumerate(families)}
    filled = ({**defaults.get(entry.get("family", ""), {}), **entry} for entry in data["indicator"])
    indicators = tuple(Indicator.model_validate(entry) for entry in filled)
    splits = tuple(Split.model_validate(entry) for entry in data.get("split", ()))
    _check_links(order, indicators, splits)
    indicators = tuple(sorted(indicators, key=lambda indicator: order[indicator.family]))
    return Catalogue(
        version=data["version"],
        thresholds={name: Threshold.model_validate(entry) for name, entry in data["thresholds"].items()},
        families=families,
        age_bands=tuple(AgeBand.model_validate(entry) for entry in data["age_band"]),
        indicators=indicators,
        splits=splits,
        professions=tuple(Profession.model_validate(entry) for entry in data["profession"]),
        by_id={indicator.id: indicator for indicator in indicators},
    )


def _check_links(
    families: dict[str, int], indicators: tuple[Indicator, ...], splits: tuple[Split, ...]
) -> None:
    ids = [*(entry.id for entry in indicators), *(entry.id for entry in splits)]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise ValueError(f"declared twice: {', '.join(twice)}")
    links = [(entry.id, entry.family, entry.links) for entry in indicators]
    links += [(entry.id, entry.family, (entry.row, entry.column, entry.both)) for entry in splits]
    for name, family, linked in links:
        if family not in families:
            raise ValueError(f"{name}: unknown family {family}")
        unknown = [link for link in linked if link not in ids]
        if unknown:
            raise ValueError(f"{name}: links to unknown {', '.join(unknown)}")
