"""The data dictionary of a producer's folder, made from the catalogue and from what the reader expects: no I/O.

`markdown` is docs/dictionnaire.md; `package` is the same for programs, a Frictionless Data Package descriptor.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict

from services.indicators.catalogue import Catalogue
from services.indicators.folder import by_age, counts, references, supply
from services.indicators.folder.columns import LARGEST
from services.indicators.folder.description import FILE, Description
from services.indicators.folder.files import MANDATORY
from services.indicators.folder.known import COMMUNE, Vocabulary, vocabulary
from services.indicators.folder.table import Column
from services.indicators.folder.units import units_of
from services.indicators.geography import geography_of

CODE = r"^[0-9][0-9AB][0-9]{3}$"
AREA_CODE = "code de territoire"
COLUMNS: dict[str, Callable[[Vocabulary], tuple[Column, ...]]] = {
    counts.COUNTS: counts.counts_columns,
    counts.CONSUMERS: counts.consumers_columns,
    by_age.BY_AGE: by_age.by_age_columns,
    references.REFERENCES: references.references_columns,
    counts.POPULATION: counts.population_columns,
    supply.PROFESSIONALS: supply.professionals_columns,
    supply.ACTIVITY: supply.activity_columns,
    supply.ACTS: supply.acts_columns,
    references.ACTIVITY_REFERENCES: references.activity_references_columns,
    references.ACTS_REFERENCES: references.acts_references_columns,
}


# A plain space before high punctuation, before a colon or a per cent, and inside guillemets.
HIGH, WIDE = re.compile(r" (?=[;!?%])"), re.compile(r" (?=[:»])|(?<=«) ")


def typeset(text: str) -> str:
    """Put the no-break spaces of French where a data file has plain ones."""
    return WIDE.sub("\u00a0", HIGH.sub("\u202f", text))


French = Annotated[str, AfterValidator(typeset)]


class ColumnWords(BaseModel):
    """What a column holds, in French."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: French
    example: str
    unit: French | None = None


class FileWords(BaseModel):
    """What a file holds, in French; `key`: the columns of which two lines cannot have the same values."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: French
    about: French
    key: tuple[str, ...]
    columns: dict[str, ColumnWords]


@dataclass(frozen=True)
class File:
    """A CSV file of the folder: its words, and its columns as the reader expects them."""

    name: str
    mandatory: bool
    words: FileWords
    columns: tuple[Column, ...]


@cache
def words() -> dict[str, FileWords]:
    """Words of every file. Raises ValueError where data/dictionary.toml does not hold together."""
    text = files("services.indicators").joinpath("data", "dictionary.toml").read_text(encoding="utf-8")
    return {name: FileWords.model_validate(said) for name, said in tomllib.loads(text)["file"].items()}


def csv_files(catalogue: Catalogue) -> tuple[File, ...]:
    """Every CSV file. Raises ValueError naming a file whose words are not about the columns that are read."""
    nowhere = geography_of((), 0, "")
    known = vocabulary(catalogue, nowhere, units_of(nowhere, {}))
    found = tuple(File(name, name in MANDATORY, words()[name], of(known)) for name, of in COLUMNS.items())
    read = {file.name: {column.name for column in file.columns} for file in found}
    read[FILE] = set(Description.model_fields)
    for name, said in words().items():
        if set(said.columns) != read.get(name):
            raise ValueError(f"data/dictionary.toml: {name} does not tell the columns that are read")
    return found


def choices(column: Column) -> tuple[str, ...] | None:
    """Values that a column may take, None where they are not a short list (communes, areas) or it is a number."""
    if column.known is None or column.known.what in (COMMUNE, AREA_CODE):
        return None
    return column.known.choices or tuple(column.known.index)


def package(catalogue: Catalogue, version: str) -> dict[str, Any]:
    """Frictionless Data Package descriptor of a folder, a Table Schema for each file."""
    return {
        "profile": "tabular-data-package",
        "name": "rezone-dossier-producteur",
        "title": "Dossier du producteur",
        "version": version,
        "resources": [_resource(file) for file in csv_files(catalogue)],
    }


def _resource(file: File) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": file.name.removesuffix(".csv"),
        "path": file.name,
        "title": file.words.title,
        "description": file.words.about,
        "mandatory": file.mandatory,
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "header": True},
        "schema": {
            "fields": [_field(column, file.words.columns[column.name]) for column in file.columns],
            "primaryKey": list(file.words.key),
            "missingValues": [""],
        },
    }


def _field(column: Column, said: ColumnWords) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": not column.blank}
    if column.known is None:
        constraints["minimum"] = 0
        if not column.decimal:
            constraints["maximum"] = LARGEST
    elif column.known.what == COMMUNE:
        constraints["pattern"] = CODE
    elif listed := choices(column):
        constraints["enum"] = list(listed)
    field = {
        "name": column.name,
        "title": said.about,
        "type": "string" if column.known else "number" if column.decimal else "integer",
        "example": said.example,
        "optionalColumn": column.optional,
        "constraints": constraints,
    }
    return field | ({"unit": said.unit} if said.unit else {})
