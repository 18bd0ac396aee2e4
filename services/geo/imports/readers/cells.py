"""What a cell of an official table says: plain words, numbers, dates and years. Pure; knows no file and no column."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

# Alone, or in a date without separators: 01012019, 20250131.
YEAR = re.compile(r"(?<!\d)(?:\d{4})?(20[0-4]\d)(?:(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]))?(?!\d)")
FRENCH_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def plain(text: str) -> str:
    """Lower case, no accent, one underscore between words: `Code commune (INSEE)` → `code_commune_insee`."""
    decomposed = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("’", "'"))
    letters = "".join(char for char in decomposed if not unicodedata.combining(char)).lower()
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")


def text_of(value: Any) -> str:
    """Text of a workbook cell: whole numbers without decimals, dates as ISO, nothing as an empty text."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value).strip()


def number(text: str) -> float:
    """A number as the French write it (`1 234,5`) or not. Raises ValueError for anything else, infinite included."""
    compact = re.sub(r"[\s\u00a0\u202f]", "", text).replace(",", ".")
    if not re.fullmatch(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?|[+-]?\.\d+", compact):
        raise ValueError(f"nombre illisible\u00a0: {text!r}")
    return float(compact)


def day(text: str) -> date:
    """A date, ISO or jj/mm/aaaa, its time left aside. Raises ValueError."""
    if found := FRENCH_DATE.match(text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    return date.fromisoformat(text[:10])


def only_year(texts: Iterable[str]) -> int | None:
    """The year (2000 to 2049) that the texts name, where they name just one."""
    years = {int(year) for text in texts for year in YEAR.findall(text)}
    return years.pop() if len(years) == 1 else None


def counted(number: int) -> str:
    """A whole number with French thousands."""
    return f"{number:,}".replace(",", "\u202f")
