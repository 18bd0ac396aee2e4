"""Codes of any COG year to current ones, with what became of each."""

from typing import Literal

from pydantic import Field

from shared.contract import Contract
from shared.errors import NoReference
from shared.schemas.base import Answered, Asked, GivenCode, Place
from shared.schemas.geo_facts import Dataset


class CodesHistory(Asked):
    """Codes of any COG year, at most 2,000."""

    codes: tuple[GivenCode, ...] = Field(
        min_length=1, max_length=2000, description="Codes de tout millésime", examples=[["01025", "83061"]]
    )


class CodeFate(Answered):
    """What became of a code: `actuel`, `remplace` (one successor), `ambigu` (split: a choice is needed), `inconnu`.

    `nature` and `nom` are those of the old code: commune déléguée or associée, or a former commune.
    `proche`: the code that was probably meant by an unknown one.
    """

    code: str
    statut: Literal["actuel", "remplace", "ambigu", "inconnu"]
    nom: str | None = None
    nature: Literal["commune", "arrondissement", "deleguee", "associee", "ancien"] | None = None
    actuels: tuple[Place, ...] = ()
    proche: str | None = None


class CodeFates(Answered):
    """One fate for each code given, in the same order."""

    cog: int
    codes: tuple[CodeFate, ...]
    dataset: Dataset


TELL_CODES = Contract(
    "geo.codes.tell.v1",
    CodesHistory,
    CodeFates,
    errors=(NoReference,),
    timeout=5.0,
    summary="Ce que sont devenus des codes communes",
)
