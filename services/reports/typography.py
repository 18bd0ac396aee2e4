"""Numbers and words in French form. Pure formatting: no threshold, no rounding of rates (indicators did it)."""

from collections.abc import Iterable

NARROW = "\u202f"
NBSP = "\u00a0"
MINUS = "\u2212"

SUPPRESSED = "s."
UNAVAILABLE = "n.d."
NOT_APPLICABLE = "–"

UNIT_SUFFIX = {"percent": f"{NARROW}%", "per_100": "", "count": ""}


def number(value: float, decimals: int = 1) -> str:
    """`52 672`, `15,5`, `16`: thousands by U+202F, at most `decimals` decimals, no trailing zero (DOMAIN)."""
    text = f"{abs(value):,.{decimals}f}".replace(",", NARROW).replace(".", ",")
    if "," in text:
        text = text.rstrip("0").rstrip(",")
    return f"{MINUS}{text}" if value < 0 and text != "0" else text


def rate(value: float, unit: str) -> str:
    """A rate in the catalogue's unit: `15,5 %`, or `15,5` where the unit is per 100."""
    return number(value) + UNIT_SUFFIX[unit]


def signed(value: float) -> str:
    """A difference with its sign: `+0,6`, `−4,3`, `0`."""
    text = number(value)
    return f"+{text}" if value > 0 and text != "0" else text


def euros(value: int) -> str:
    """`370 000 €`."""
    return f"{number(value)}{NBSP}€"


def counted(value: int, singular: str, plural: str | None = None) -> str:
    """`1 commune`, `5 communes`: French takes the plural from 2."""
    return f"{number(value)}{NBSP}{singular if abs(value) < 2 else plural or singular + 's'}"


def listing(words: Iterable[str]) -> str:
    """`a, b et c`."""
    items = list(words)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} et {items[-1]}" if items else ""


def quoted(text: str) -> str:
    """Text between French quotation marks with their spaces."""
    return f"«{NBSP}{text}{NBSP}»"


def day(iso: str) -> str:
    """`22 novembre 2026`, `avril 2019` or `2019` from an ISO date, month or year; the text itself where it is none."""
    parts = iso[:10].split("-")
    if not all(part.isdigit() for part in parts) or len(parts) > 3:
        return iso
    year, *rest = parts
    if rest and not 1 <= int(rest[0]) <= 12:
        return iso
    words = [year, *(MONTHS[int(month) - 1] for month in rest[:1])]
    words += ["1er" if int(rank) == 1 else str(int(rank)) for rank in rest[1:]]
    return NBSP.join(reversed(words))


def typeset(text: str) -> str:
    """Apostrophes and the spaces of high punctuation, for words that come from data files."""
    text = text.replace("'", "’")
    for mark in ";!?%":
        text = text.replace(f" {mark}", f"{NARROW}{mark}")
    return text.replace(" :", f"{NBSP}:").replace("« ", f"«{NBSP}").replace(" »", f"{NBSP}»")


MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
