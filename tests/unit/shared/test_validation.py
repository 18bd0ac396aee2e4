from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from shared.validation import MAX_ERRORS, MAX_RECEIVED, explain, path_of, summary, told


class Season(StrEnum):
    SPRING = "printemps"
    AUTUMN = "automne"


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")

    communes: tuple[Annotated[str, Field(min_length=1, max_length=12)], ...] = ()
    year: Annotated[int, Field(ge=2000, le=2100)] = 2022
    on: date | None = None
    season: Season = Season.SPRING
    policy: Literal["commune-mask", "atoms"] = "atoms"
    ratio: float = 0.5

    @field_validator("ratio")
    @classmethod
    def below_one(cls, ratio: float) -> float:
        if ratio > 1:
            raise ValueError("une part ne dépasse pas 1")
        return ratio


def explained(**values: object) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as caught:
        Shape.model_validate(values)
    return [(error["path"], error["message"]) for error in explain(caught.value)]


@pytest.mark.parametrize(
    ("values", "path", "message"),
    [
        ({"communes": "83061"}, "communes", "une liste est attendue"),
        ({"communes": ["1", None]}, "communes[1]", "un texte est attendu"),
        ({"communes": [""]}, "communes[0]", "au moins 1 caractère(s) attendus"),
        ({"communes": ["1" * 13]}, "communes[0]", "au plus 12 caractères sont admis"),
        ({"year": 1999}, "year", "une valeur d’au moins 2000 est attendue"),
        ({"year": "soon"}, "year", "un nombre entier est attendu"),
        ({"on": "demain"}, "on", "une date (AAAA-MM-JJ) est attendue"),
        ({"season": "hiver"}, "season", "valeurs admises\u00a0: 'printemps' ou 'automne'"),
        ({"policy": "none"}, "policy", "valeurs admises\u00a0: 'commune-mask' ou 'atoms'"),
        ({"communs": []}, "communs", "ce champ n’existe pas ici"),
        ({"ratio": 2}, "ratio", "une part ne dépasse pas 1"),
    ],
)
def test_an_error_says_where_and_what_would_be_right(
    values: dict[str, object], path: str, message: str
) -> None:
    assert explained(**values) == [(path, message)]


def test_a_path_reads_like_the_message() -> None:
    assert path_of(("territories", 2, "communes", 3)) == "territories[2].communes[3]"
    assert path_of((3, "code")) == "[3].code"
    assert path_of(()) == "$"


def test_what_came_is_shortened() -> None:
    with pytest.raises(ValidationError) as caught:
        Shape.model_validate({"year": "9" * 100_000})
    assert len(explain(caught.value)[0]["received"]) <= MAX_RECEIVED


def test_a_flood_of_errors_is_cut_but_counted() -> None:
    with pytest.raises(ValidationError) as caught:
        Shape.model_validate({"communes": [None] * 40_000})
    errors = explain(caught.value)
    assert len(errors) == MAX_ERRORS
    assert "et 39999 autres erreurs" in summary(errors, caught.value.error_count())


def test_one_other_error_is_singular() -> None:
    with pytest.raises(ValidationError) as caught:
        Shape.model_validate({"communes": [None, None]})
    assert summary(explain(caught.value), 2).endswith("et 1 autre erreur.")


class Group(BaseModel):
    kind: Literal["france"] | Season
    code: str | None = None


@pytest.mark.parametrize("kind", ["canton", 3, None, True])
def test_what_the_members_of_a_union_admit_is_told_together(kind: object) -> None:
    given = {"kind": kind}
    with pytest.raises(ValidationError) as caught:
        Group.model_validate(given)
    (error,), sentence = told(caught.value, given)
    assert (error["path"], error["message"]) == (
        "kind",
        "valeurs admises\u00a0: 'france', 'printemps' ou 'automne'",
    )
    assert "autre erreur" not in sentence


def test_an_unforeseen_kind_of_error_is_still_said_in_french() -> None:
    class Odd(BaseModel):
        blob: bytes

    with pytest.raises(ValidationError) as caught:
        Odd.model_validate({"blob": 3})
    assert explain(caught.value)[0]["message"] == "cette valeur n’est pas admise"


class Square(BaseModel):
    kind: Literal["Square"]
    sides: tuple[float, ...]


class Disc(BaseModel):
    kind: Literal["Disc"]
    radius: float

    @model_validator(mode="after")
    def _not_flat(self) -> Self:
        if not self.radius:
            raise ValueError("ce disque est plat")
        return self


class Drawing(BaseModel):
    shapes: list[Annotated[Square | Disc, Field(discriminator="kind")]]


@pytest.mark.parametrize(
    ("shape", "path"),
    [
        ({"kind": "Square", "sides": [1, "x"]}, "shapes[0].sides[1]"),
        ({"kind": "Disc"}, "shapes[0].radius"),
        ({"kind": "Disc", "radius": 0}, "shapes[0]"),
        ({"kind": "Star"}, "shapes[0]"),
    ],
)
def test_the_tag_of_a_union_is_no_step_of_a_path(shape: dict[str, object], path: str) -> None:
    given = {"shapes": [shape]}
    with pytest.raises(ValidationError) as caught:
        Drawing.model_validate(given)
    assert [error["path"] for error in explain(caught.value, given)] == [path]
