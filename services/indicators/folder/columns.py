"""Columns of text to arrays, thousands of cells at once; a cell that cannot be read is marked, then explained."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat

import numpy as np
import numpy.typing as npt
from rapidfuzz import process

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

BLANK = -1
BAD = -2
LARGEST = 2_000_000_000
DECIMAL = re.compile(r"\d{1,12}(\.\d{1,12})?", re.ASCII)
FRACTION = re.compile(r"\d+[.,]\d+", re.ASCII)


@dataclass(frozen=True)
class Known:
    """The values that a key column may take, each with its position. `what`: their name in French.

    `hint`: what to do about an unknown one; without it the nearest value is told. `feminine`: gender of `what`.
    """

    index: Mapping[str, int]
    what: str
    choices: tuple[str, ...] = field(default=())
    hint: str = ""
    feminine: bool = False

    def why_unknown(self, text: str) -> str:
        """Sentence for a value that is not one of them, with the nearest one."""
        ending = "e" if self.feminine else ""
        if not text.strip():
            return f"valeur absente\u00a0: {self.what} attendu{ending}"
        if text.strip() in self.index:
            return f"«\u00a0{text}\u00a0»\u00a0: espaces à retirer autour de la valeur"
        if text.isascii() and text.isdigit() and text.zfill(5) in self.index:
            return f"«\u00a0{text}\u00a0»\u00a0: zéro initial perdu, écrivez {text.zfill(5)}"
        unknown = f"{self.what} inconnu{ending}\u00a0: «\u00a0{text}\u00a0»"
        if self.hint:
            return f"{unknown}\u202f; {self.hint}"
        near = process.extractOne(text, self.choices or tuple(self.index), score_cutoff=60)
        return unknown + (f"\u202f; vouliez-vous dire {near[0]}\u202f?" if near else "")


def keys(values: Sequence[str], known: Mapping[str, int]) -> Ints:
    """Position of each value, BAD where it is not known."""
    return np.array(list(map(known.get, values, repeat(BAD))), dtype=np.int64)


def integers(values: Sequence[str]) -> Ints:
    """Non-negative integers; BLANK for an empty cell, BAD for anything else."""
    joined = "".join(values)
    if not joined:
        return np.full(len(values), BLANK, dtype=np.int64)
    # The whole chunk at once where it is digits alone; cell by cell only to find what is wrong.
    if joined.isascii() and joined.isdigit() and "" not in values and max(map(len, values)) <= 18:
        found = np.array(list(map(int, values)), dtype=np.int64)
        found[found > LARGEST] = BAD
        return found
    return np.fromiter(map(_integer, values), dtype=np.int64, count=len(values))


def _integer(text: str) -> int:
    if not text:
        return BLANK
    readable = text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= LARGEST
    return int(text) if readable else BAD


def decimals(values: Sequence[str]) -> Floats:
    """Non-negative decimals with a point; NaN for an empty cell, -inf for anything else."""
    return np.fromiter(map(_decimal, values), dtype=np.float64, count=len(values))


def _decimal(text: str) -> float:
    if not text:
        return float("nan")
    return float(text) if DECIMAL.fullmatch(text) else float("-inf")


def why_not_integer(text: str) -> str:
    """Sentence for a cell that is not a non-negative integer."""
    bare = text.strip()
    if not bare:
        return "valeur absente\u00a0: un nombre entier est attendu"
    if bare != text:
        return f"«\u00a0{text}\u00a0»\u00a0: espaces à retirer autour du nombre"
    if FRACTION.fullmatch(bare.lstrip("-")):
        return f"«\u00a0{text}\u00a0»\u00a0: un effectif est un nombre entier, sans décimale"
    if bare.startswith("-") and bare[1:].isdigit():
        return f"«\u00a0{text}\u00a0»\u00a0: un effectif ne peut pas être négatif"
    if bare.isascii() and bare.isdigit():
        return f"«\u00a0{text}\u00a0»\u00a0: nombre trop grand ({LARGEST} au plus)"
    return (
        f"«\u00a0{text}\u00a0» n’est pas un nombre\u00a0: un entier sans espace est attendu, par exemple 1280"
    )


def why_not_decimal(text: str) -> str:
    """Sentence for a cell that is not a non-negative decimal."""
    if not text.strip():
        return "valeur absente\u00a0: un nombre est attendu"
    if "," in text:
        return f"«\u00a0{text}\u00a0»\u00a0: la décimale s’écrit avec un point, par exemple 12.5"
    if text.startswith("-"):
        return f"«\u00a0{text}\u00a0»\u00a0: une valeur négative n’a pas de sens ici"
    return f"«\u00a0{text}\u00a0» n’est pas un nombre\u00a0: une décimale avec un point est attendue, par exemple 12.5"
