"""Kinds and groups of structures, by FINESS category, as data/structures.toml states them. Pure lookups."""

import csv
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Groupe(BaseModel):
    """A group of kinds: sanitaire, médico-social, exercice coordonné."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    libelle: str


class Genre(BaseModel):
    """A kind of structures and the FINESS categories it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    libelle: str
    groupe: str
    codes: tuple[str, ...] = Field(min_length=1)


class StructureKinds(BaseModel):
    """Every kind, in the order shown. Refused where a category is in two kinds, or a kind in an unknown group."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    date: str
    groupe: tuple[Groupe, ...]
    genre: tuple[Genre, ...]

    @model_validator(mode="after")
    def _each_category_once(self) -> "StructureKinds":
        groups = {group.id for group in self.groupe}
        ids = [kind.id for kind in self.genre]
        codes = [code for kind in self.genre for code in kind.codes]
        for names in (ids, codes):
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"given twice: {', '.join(twice)}")
        if lost := sorted({kind.groupe for kind in self.genre} - groups):
            raise ValueError(f"unknown groups: {', '.join(lost)}")
        return self

    def by_code(self) -> Mapping[str, Genre]:
        """The kind of each FINESS category that has one."""
        return {code: kind for kind in self.genre for code in kind.codes}


def read_kinds(document: Mapping[str, Any]) -> StructureKinds:
    """Validated kinds. Raises pydantic's ValidationError."""
    return StructureKinds.model_validate(document)


@cache
def structure_kinds() -> StructureKinds:
    """The kinds that ship with the project."""
    return read_kinds(tomllib.loads(_text("structures.toml")))


def kind_of(categorie: str) -> Genre | None:
    """The kind of a FINESS category; None for one that no kind claims."""
    return _kinds().get(categorie)


@cache
def _kinds() -> Mapping[str, Genre]:
    return structure_kinds().by_code()


@cache
def category_labels() -> Mapping[str, str]:
    """Official French names of FINESS categories, for files that give codes alone (TRE_R66, 2026-05-05)."""
    return {
        row["code"]: row["libelle"] for row in csv.DictReader(_text("finess_categories.csv").splitlines())
    }


def _text(name: str) -> str:
    return files("services.geo").joinpath("data", name).read_text(encoding="utf-8")
