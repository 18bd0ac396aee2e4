"""Reads CQL2 text and JSON into its standard tree; what cannot be read is said in French, with its place. Pure."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import cql2

from shared.errors import InvalidQuery

# The parser recurses by term: thousands of them would overflow the stack of the process.
MAX_TERMS = 500
# And evaluation recurses by operation.
MAX_DEPTH = 100
TERM = re.compile(r"'(?:[^']|'')*'|(?P<term>[A-Za-z_]\w*|[=<>+*/^%(\[{]|-(?=\s*[-(A-Za-z]))")
PLACE = re.compile(r"-->\s*(\d+):(\d+)|line (\d+) column (\d+)")
Node = Any


def parse(text: str, language: str) -> Node:
    """Tree of a filter, as CQL2 JSON has it; `language`: cql2-text or cql2-json. Raises InvalidQuery."""
    terms = sum(1 for found in TERM.finditer(text) if found["term"])
    if terms > MAX_TERMS:
        raise refused(f"{terms} termes, {MAX_TERMS} au plus. Découpez la demande.")
    return _parsed(text, language)


@lru_cache(maxsize=256)
def _parsed(text: str, language: str) -> Node:
    read = cql2.parse_json if language == "cql2-json" else cql2.parse_text
    try:
        tree = read(text).to_json()
    except cql2.ParseError as error:
        raise refused(_where(text, str(error)), filtre=text[:200]) from None
    except Exception as error:
        # What reads but cannot be said again, an empty geometry first of all, has no type of its own.
        raise refused(
            "une géométrie vide ou incomplète ne trouve rien\u202f; écrivez-la comme POINT(6.73 43.43).",
            filtre=text[:200],
        ) from error
    if _depth(tree) > MAX_DEPTH:
        raise refused(f"plus de {MAX_DEPTH} expressions l’une dans l’autre. Découpez la demande.")
    return tree


def _depth(tree: Node) -> int:
    """Operations one inside the other, counted without recursion."""
    depth, level = 0, [tree]
    while level := [one for node in level for one in _inside(node)]:
        depth += 1
    return depth


def _inside(node: Node) -> Iterable[Node]:
    if isinstance(node, dict) and "op" in node:
        return [one for one in node["args"] if isinstance(one, dict | list)]
    return node if isinstance(node, list) else ()


def refused(reason: str, **more: Any) -> InvalidQuery:
    """The problem of a filter."""
    return InvalidQuery(f"filter\u00a0: {reason}", parameter="filter", **more)


def _where(text: str, message: str) -> str:
    found = PLACE.search(message)
    if found is None:
        return (
            'ce n’est pas du CQL2 en JSON\u00a0: une expression {"op": …, "args": […]} est attendue, '
            'comme {"op": "=", "args": [{"property": "departement"}, "83"]}.'
        )
    line, column = (int(part) for part in found.groups() if part is not None)
    lines = text.splitlines() or [""]
    rest = lines[min(line, len(lines)) - 1][column - 1 :]
    near = f"devant «\u00a0{rest[:30]}\u00a0»" if rest else "à la fin"
    return (
        f"le filtre ne se lit pas, ligne {line}, colonne {column}, {near}. Un texte s’écrit entre apostrophes "
        "droites, et une comparaison comme population > 1000 AND nom LIKE 'Saint%'."
    )
