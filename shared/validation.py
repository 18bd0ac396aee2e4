"""What is wrong with a message, where, in French: pydantic's errors translated for people.

Shared by the bus codec and the HTTP edge; it must not decide what is wrong, only say it.
"""

import re
from collections.abc import Mapping
from typing import Any, TypedDict

from pydantic import ValidationError
from pydantic_core import ErrorDetails

Steps = tuple[int | str, ...]

MAX_ERRORS = 50
MAX_RECEIVED = 60

# Error types of pydantic-core that our shapes can meet; `{…}` are the error's own context values.
MESSAGES = {
    "missing": "ce champ est obligatoire",
    "extra_forbidden": "ce champ n’existe pas ici",
    "model_type": "un objet est attendu",
    "model_attributes_type": "un objet est attendu",
    "dict_type": "un objet est attendu",
    "mapping_type": "un objet est attendu",
    "json_invalid": "ce n’est pas du JSON",
    "json_type": "ce n’est pas du JSON",
    "string_type": "un texte est attendu",
    "string_too_short": "au moins {min_length} caractère(s) attendus",
    "string_too_long": "au plus {max_length} caractères sont admis",
    "string_pattern_mismatch": "la forme attendue est {pattern}",
    "string_unicode": "ce texte contient des caractères invalides",
    "int_type": "un nombre entier est attendu",
    "int_parsing": "un nombre entier est attendu",
    "int_parsing_size": "ce nombre est trop grand",
    "int_from_float": "un nombre entier est attendu",
    "float_type": "un nombre est attendu",
    "float_parsing": "un nombre est attendu",
    "finite_number": "un nombre fini est attendu",
    "bool_type": "vrai ou faux est attendu",
    "bool_parsing": "vrai ou faux est attendu",
    "tuple_type": "une liste est attendue",
    "list_type": "une liste est attendue",
    "set_type": "une liste est attendue",
    "frozen_set_type": "une liste est attendue",
    "too_short": "au moins {min_length} élément(s) attendus, {actual_length} reçus",
    "too_long": "au plus {max_length} éléments sont admis, {actual_length} reçus",
    "greater_than": "une valeur supérieure à {gt} est attendue",
    "greater_than_equal": "une valeur d’au moins {ge} est attendue",
    "less_than": "une valeur inférieure à {lt} est attendue",
    "less_than_equal": "une valeur d’au plus {le} est attendue",
    "multiple_of": "un multiple de {multiple_of} est attendu",
    "enum": "valeurs admises\u00a0: {expected}",
    "literal_error": "valeurs admises\u00a0: {expected}",
    "none_required": "aucune valeur n’est admise ici",
    "date_type": "une date (AAAA-MM-JJ) est attendue",
    "date_parsing": "une date (AAAA-MM-JJ) est attendue",
    "date_from_datetime_parsing": "une date (AAAA-MM-JJ) est attendue",
    "datetime_type": "une date et une heure (ISO 8601) sont attendues",
    "datetime_parsing": "une date et une heure (ISO 8601) sont attendues",
    "datetime_from_date_parsing": "une date et une heure (ISO 8601) sont attendues",
    "timezone_aware": "le fuseau horaire manque",
    "uuid_type": "un identifiant UUID est attendu",
    "uuid_parsing": "un identifiant UUID est attendu",
    "url_type": "une adresse (URL) est attendue",
    "url_parsing": "une adresse (URL) est attendue",
    "url_scheme": "le début de l’adresse doit être l’un de\u00a0: {expected_schemes}",
    "union_tag_invalid": "valeurs admises de {discriminator}\u00a0: {expected_tags}",
    "union_tag_not_found": "le champ {discriminator} est obligatoire",
    # A sentence written by our own validators, in French already.
    "value_error": "{error}",
    "assertion_error": "{error}",
}
# The admitted values of these are told in full, each between quotes.
CHOICES = ("enum", "literal_error")
QUOTED = re.compile(r"'[^']*'")
# What has no part that a path could name, and what stands for a message that is not at hand.
SCALARS = (str, bytes, int, float)
UNSEEN = object()
OTHER = "cette valeur n’est pas admise"


class FieldError(TypedDict):
    """One wrong value: where it is (`communes[3]`, `$` for the whole), why, and what came (shortened)."""

    path: str
    message: str
    received: str


def explain(error: ValidationError, given: Any = None) -> list[FieldError]:
    """List the errors, in order, at most 50. A missing value's `received` is empty.

    Paths are those of the message, where it is `given`: without the tags that pydantic adds for unions.
    """
    found: list[FieldError] = []
    admitted: dict[str, tuple[FieldError, list[str]]] = {}
    for detail in error.errors(include_url=False)[:MAX_ERRORS]:
        fault = _explain_one(detail, given)
        if detail["type"] in CHOICES:
            # Each member of a union says what it admits: one error tells them all.
            first, values = admitted.setdefault(fault["path"], (fault, []))
            values += QUOTED.findall(detail["ctx"]["expected"])
            first["message"] = f"valeurs admises\u00a0: {_listed(values)}"
            if first is not fault:
                continue
        found.append(fault)
    return found


def told(error: ValidationError, given: Any) -> tuple[list[FieldError], str]:
    """Return the errors as `explain` lists them, and one sentence for all of them."""
    errors, count = explain(error, given), error.error_count()
    joined = min(count, MAX_ERRORS) - len(errors)
    return errors, summary(errors, count - joined)


def summary(errors: list[FieldError], total: int) -> str:
    """One French sentence for `detail`: the first error, and how many others there are."""
    if not errors:
        return "La demande n’a pas la forme attendue."
    first = errors[0]
    sentence = f"{first['path']}\u00a0: {first['message']}"
    if first["received"]:
        sentence += f" (reçu\u00a0: {first['received']})"
    others = total - 1
    if others > 0:
        sentence += f", et {others} autre{'s' if others > 1 else ''} erreur{'s' if others > 1 else ''}"
    return sentence + "."


def path_of(location: Steps) -> str:
    """Write a location as `territories[2].communes[3]`; `$` is the whole message."""
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path or "$"


def _listed(values: list[str]) -> str:
    *first, last = values
    return f"{', '.join(first)} ou {last}" if first else last


def _explain_one(detail: ErrorDetails, given: Any) -> FieldError:
    kind = detail["type"]
    return FieldError(
        path=path_of(_as_given(detail["loc"], given, missing=kind == "missing")),
        message=_message(kind, detail.get("ctx", {})),
        received="" if kind == "missing" or detail["input"] is None else _short(detail["input"]),
    )


def _as_given(location: Steps, given: Any, *, missing: bool) -> Steps:
    # pydantic adds the tag of the union's member that it chose, which is no step of the message.
    at: Any = UNSEEN if given is None else given
    steps, kept = location[:-1] if missing else location, []
    for step in steps:
        # A number is a place in a list, even in one written as text (`fields=nom,code`).
        within = isinstance(step, int) or not (at is None or isinstance(at, SCALARS))
        if not within or (isinstance(at, Mapping) and step not in at):
            continue
        kept.append(step)
        try:
            at = at[step]
        except (LookupError, TypeError):
            at = UNSEEN
    return (*kept, *location[len(steps) :])


def _message(kind: str, context: Mapping[str, Any]) -> str:
    try:
        return MESSAGES.get(kind, OTHER).format_map({key: _french(value) for key, value in context.items()})
    except KeyError:
        return OTHER


def _french(value: Any) -> Any:
    # pydantic joins the admitted values with an English « or ».
    return value.replace(" or ", " ou ") if isinstance(value, str) else value


def _short(value: Any) -> str:
    text = repr(value[:MAX_RECEIVED]) if isinstance(value, str | bytes) else repr(value)
    return text if len(text) <= MAX_RECEIVED else text[: MAX_RECEIVED - 1] + "…"
