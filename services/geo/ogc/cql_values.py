"""Values of CQL2 expressions over the columns of a collection: comparisons, arithmetic, text. Pure.

Everything is vectorised by Arrow, whose logic of nulls is that of the standard.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial, reduce
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from services.geo.ogc.cql import refused

Kind = Literal["texte", "nombre", "booléen", "date", "liste", "géométrie", "vide"]
Data = Any  # pyarrow has no types of its own: an Array, a ChunkedArray or a Scalar


@dataclass(frozen=True)
class Value:
    """A column or a literal, and what it holds. `literal`: the same for every feature."""

    kind: Kind
    data: Data
    literal: bool = False


SIMPLE = frozenset({"texte", "nombre", "booléen", "date"})
NUMBER = pa.float64()
UNKNOWN = Value("booléen", pa.scalar(None, pa.bool_()), literal=True)
COMPARED: Mapping[str, Callable[[Data, Data], Data]] = {
    "=": pc.equal,
    "<>": pc.not_equal,
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
}
ARITHMETIC: Mapping[str, Callable[[Data, Data], Data]] = {
    "+": pc.add,
    "-": pc.subtract,
    "*": pc.multiply,
    "/": pc.divide,
    "^": pc.power,
    "%": lambda one, two: pc.subtract(one, pc.multiply(pc.trunc(pc.divide(one, two)), two)),
    "div": lambda one, two: pc.trunc(pc.divide(one, two)),
}
EXAMPLES: Mapping[Kind, str] = {
    "texte": "un texte entre apostrophes",
    "nombre": "un nombre",
    "booléen": "TRUE ou FALSE",
    "date": "DATE('2025-01-31')",
    "liste": "une liste entre parenthèses",
    "géométrie": "une géométrie",
    "vide": "rien",
}


def literal(value: Any) -> Value:
    """A text, number, boolean or null as it stands in the tree."""
    match value:
        case None:
            return Value("vide", pa.scalar(None, pa.string()), literal=True)
        case bool():
            return Value("booléen", pa.scalar(value), literal=True)
        case int() | float():
            return Value("nombre", pa.scalar(float(value), NUMBER), literal=True)
        case _:
            return Value("texte", pa.scalar(str(value)), literal=True)


def instant(text: str) -> Value:
    """A DATE or TIMESTAMP literal; a day is its first instant."""
    try:
        if "T" in text:
            moment = datetime.fromisoformat(text).replace(tzinfo=None)
        else:
            moment = datetime.combine(date.fromisoformat(text), datetime.min.time())
    except ValueError:
        raise refused(
            f"«\u00a0{text[:40]}\u00a0» n’est pas une date\u202f; écrivez DATE('2025-01-31') "
            "ou TIMESTAMP('2025-01-31T12:00:00Z')."
        ) from None
    return Value("date", pa.scalar(moment, pa.timestamp("us")), literal=True)


def compare(operator: str, one: Value, two: Value) -> Value:
    """=, <>, <, <=, >, >= between values of one kind; unknown where one is null."""
    _same_kind(operator, one, two)
    for value in (one, two):
        if value.kind not in SIMPLE and value.kind != "vide":
            raise refused(f"«\u00a0{operator}\u00a0» ne compare pas une {value.kind}.")
    if "vide" in (one.kind, two.kind):
        return UNKNOWN
    return Value("booléen", COMPARED[operator](one.data, two.data), literal=one.literal and two.literal)


def between(value: Value, low: Value, high: Value) -> Value:
    """Both bounds included."""
    above, below = compare(">=", value, low), compare("<=", value, high)
    return Value("booléen", pc.and_kleene(above.data, below.data), above.literal and below.literal)


def among(value: Value, listed: list[Value]) -> Value:
    """Whether the value is one of those listed."""
    if not listed:
        raise refused("la liste de IN est vide.")
    # Literals are looked up together: there may be thousands.
    fixed: list[Value] = []
    others: list[Value] = []
    for one in listed:
        together = one.literal and one.kind == value.kind and one.kind in SIMPLE
        (fixed if together else others).append(one)
    answers = [compare("=", value, one) for one in others]
    if fixed:
        found = pc.is_in(value.data, value_set=pa.array([one.data.as_py() for one in fixed], value.data.type))
        known = pc.if_else(pc.is_valid(value.data), found, UNKNOWN.data)
        answers.append(Value("booléen", known, value.literal))
    return reduce(partial(joined, pc.or_kleene), answers)


def joined(join: Callable[[Data, Data], Data], one: Value, two: Value) -> Value:
    """Two truths by AND or OR."""
    return Value("booléen", join(one.data, two.data), literal=one.literal and two.literal)


def like(value: Value, pattern: Value) -> Value:
    """Pattern with % and _, escaped by a backslash."""
    if value.kind != "texte" or pattern.kind != "texte" or not pattern.literal:
        raise refused("LIKE compare un texte à un modèle entre apostrophes, comme nom LIKE 'Saint%'.")
    return Value("booléen", pc.match_like(value.data, pattern.data.as_py()), value.literal)


def calculate(operator: str, one: Value, two: Value) -> Value:
    """Arithmetic in floating point; a division by zero is no number, hence null."""
    for value in (one, two):
        if value.kind not in {"nombre", "vide"}:
            raise refused(
                f"«\u00a0{operator}\u00a0» calcule sur des nombres, et non sur {EXAMPLES[value.kind]}."
            )
    result = ARITHMETIC[operator](one.data.cast(NUMBER), two.data.cast(NUMBER))
    finite = pc.if_else(pc.is_finite(result), result, pa.scalar(None, NUMBER))
    return Value("nombre", finite, literal=one.literal and two.literal)


def folded(function: str, value: Value) -> Value:
    """`casei`: without case; `accenti`: without accents."""
    if value.kind != "texte":
        raise refused(f"{function.upper()} s’applique à un texte.")
    data = value.data if not value.literal else pa.array([value.data.as_py()])
    if function == "casei":
        data = pc.utf8_lower(pc.utf8_normalize(data, "NFC"))
    else:
        bare = pc.replace_substring_regex(pc.utf8_normalize(data, "NFD"), r"\p{M}", "")
        data = pc.utf8_normalize(bare, "NFC")
    return Value("texte", data[0] if value.literal else data, value.literal)


def is_null(value: Value) -> Value:
    """Whether nothing is known."""
    return Value("booléen", pc.is_null(value.data), value.literal)


def related(function: str, column: Value, listed: Value) -> Value:
    """a_contains, a_containedby, a_equals, a_overlaps between two lists of texts."""
    if column.kind != "liste" or listed.kind != "liste":
        raise refused(f"{function.upper()} compare deux listes, comme A_CONTAINS(codes_postaux, ('83600')).")
    judge = RELATIONS[function]
    if column.literal and listed.literal:
        return literal(judge(frozenset(column.data), frozenset(listed.data)))
    size = max(_length(column), _length(listed))
    pairs = zip(_sets(column, size), _sets(listed, size), strict=True)
    answers = [None if one is None or two is None else judge(one, two) for one, two in pairs]
    return Value("booléen", pa.array(answers, pa.bool_()))


RELATIONS: Mapping[str, Callable[[frozenset[str], frozenset[str]], bool]] = {
    "a_contains": frozenset.issuperset,
    "a_containedby": frozenset.issubset,
    "a_equals": frozenset.__eq__,
    "a_overlaps": lambda one, two: not one.isdisjoint(two),
}


def _length(value: Value) -> int:
    return 0 if value.literal else len(value.data)


def _sets(value: Value, size: int) -> list[frozenset[str] | None]:
    if value.literal:
        return [frozenset(value.data)] * size
    return [None if one is None else frozenset(one) for one in value.data.to_pylist()]


def _same_kind(operator: str, one: Value, two: Value) -> None:
    if one.kind != two.kind and "vide" not in (one.kind, two.kind):
        raise refused(
            f"«\u00a0{operator}\u00a0» compare {EXAMPLES[one.kind]} à {EXAMPLES[two.kind]}\u202f; "
            f"{EXAMPLES[one.kind]} est attendu des deux côtés."
        )
