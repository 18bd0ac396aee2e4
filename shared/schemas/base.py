"""Two bases for every shape: what is asked is strict, what is answered may grow."""

from typing import Annotated
from unicodedata import category

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Asked(BaseModel):
    """A request: unknown fields are refused, so that a typing error is named instead of ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Answered(BaseModel):
    """An answer: a caller of an older version ignores fields that it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Place(Answered):
    """A département, région, EPCI or commune: code and name."""

    code: str
    nom: str


# A code as people give it: its existence is checked by geo, which lists all the unknown ones at once.
GivenCode = Annotated[str, Field(min_length=1, max_length=12, examples=["83061"])]
Communes = Annotated[
    tuple[GivenCode, ...],
    Field(description="Codes INSEE des communes choisies", examples=[["83061", "83118"]]),
]


def _on_one_line(name: str) -> str:
    # Unicode categories Cc and Cf: controls, and marks that turn the direction of what follows.
    if any(category(character) in {"Cc", "Cf"} for character in name):
        raise ValueError("un nom sur une ligne, sans caractère de contrôle, est attendu")
    return name


# Printed as it is on every page.
PrintedName = Annotated[str, Field(max_length=120), AfterValidator(_on_one_line)]
TerritoryName = Annotated[
    PrintedName | None, Field(default=None, description="Nom donné au territoire, sur une ligne")
]
