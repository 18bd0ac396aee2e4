"""Numbers and lists in French sentences. Pure formatting."""

from collections.abc import Iterable


def thousands(number: int) -> str:
    """`52 672`, by U+202F."""
    return f"{number:,}".replace(",", "\u202f")


def shortened(text: str, most: int = 40) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """`1 commune`, `5 communes`: French takes the plural from 2."""
    return f"{thousands(number)}\u00a0{singular if number < 2 else plural or singular + 's'}"


def listed(words: Iterable[str], most: int = 8) -> str:
    """`a, b et c`; beyond `most`, `a, b et 12 autres`."""
    items = list(words)
    if len(items) > most:
        items = [*items[: most - 1], counted(len(items) - most + 1, "autre")]
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} et {items[-1]}" if items else ""
