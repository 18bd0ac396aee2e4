"""Codes of communes as files write them: numbers, lost zeros, lower case, several in one cell. Pure."""

import re
from typing import Any

from services.geo.imports.reading import CodeBook

_SEVERAL = re.compile(r"[^0-9A-Za-z]+")


def commune_code(value: Any, codes: CodeBook) -> tuple[str, bool]:
    """The code of five characters meant by a cell, and whether its leading zero had been lost."""
    text = (
        str(int(value))
        if isinstance(value, float) and value.is_integer()
        else str(value or "").strip().upper()
    )
    if len(text) == 4 and text.isdigit() and codes.current(f"0{text}"):
        return f"0{text}", True
    return text, False


def commune_codes(value: Any, codes: CodeBook) -> tuple[str, ...]:
    """Every code of a cell or list, whatever separates them, each once and in order."""
    told = (
        [str(one) for one in value] if isinstance(value, list | tuple) else _SEVERAL.split(str(value or ""))
    )
    return tuple(dict.fromkeys(commune_code(one, codes)[0] for one in told if one))
