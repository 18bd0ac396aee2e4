"""Placing names on a map without overlap: greedy, the largest commune first. Pure geometry, no SVG.

Lengths are in tenths of a millimetre, y downwards, as in TerritoryMap.
"""

from collections.abc import Iterable
from dataclasses import dataclass

Box = tuple[float, float, float, float]

FONT = 27.0  # 2.7 mm, about 7.7 points
NUMBER_FONT = 23.0
LEADING = 1.08
MARGIN = 5.0
# Width of a letter of Public Sans in ems, by kind: enough to keep names apart without reading the font.
NARROW_LETTERS, WIDE_LETTERS = set("iljtfrI'’-. ()"), set("mwMWÆŒœ")


@dataclass(frozen=True)
class Wanted:
    """A name to place: `point` inside the commune, `width` of the commune's box, larger `weight` first."""

    code: str
    nom: str
    point: tuple[float, float]
    width: float
    weight: float


@dataclass(frozen=True)
class Placed:
    """A label set at the centre (x, y), in one or two lines; `number` is set where it stands for the name."""

    code: str
    lines: tuple[str, ...]
    x: float
    y: float
    number: int | None = None


def text_width(text: str, font: float) -> float:
    """Width of a text, slightly over-estimated."""
    ems = sum(
        0.36
        if letter in NARROW_LETTERS
        else 0.9
        if letter in WIDE_LETTERS
        else 0.7
        if letter.isupper()
        else 0.57
        for letter in text
    )
    return ems * font


def place(
    wanted: Iterable[Wanted], frame: tuple[float, float], *, taken: Iterable[Box] = (), numbers: bool = True
) -> tuple[tuple[Placed, ...], tuple[Box, ...]]:
    """Labels that overlap neither each other nor `taken`, inside the frame (width, height), and their boxes.

    A name that fits nowhere near its commune becomes a number, counted in reading order, or is dropped
    where `numbers` is false.
    """
    boxes = list(taken)
    placed: list[Placed] = []
    left: list[Wanted] = []
    for want in sorted(wanted, key=lambda w: (-w.weight, w.code)):
        found = _fitting(want, frame, boxes)
        if found is None:
            left.append(want)
            continue
        label, box = found
        placed.append(label)
        boxes.append(box)
    if numbers:
        in_reading_order = sorted(left, key=lambda w: (round(w.point[1] / 60), w.point[0], w.code))
        for number, want in enumerate(in_reading_order, 1):
            label, box = _numbered(want, number, frame, boxes)
            placed.append(label)
            boxes.append(box)
    return tuple(placed), tuple(boxes)


def _fitting(want: Wanted, frame: tuple[float, float], boxes: list[Box]) -> tuple[Placed, Box] | None:
    x, y = want.point
    for lines in _breaks(want.nom):
        width = max(text_width(line, FONT) for line in lines)
        if width > want.width * 1.25 + FONT:
            continue
        height = FONT * LEADING * len(lines)
        for dx, dy in ((0, 0), (0, -0.6), (0, 0.6), (-0.2, 0), (0.2, 0), (0, -1.1), (0, 1.1)):
            cx = min(max(x + dx * width, width / 2 + 4), frame[0] - width / 2 - 4)
            box = _box(cx, y + dy * height, width, height)
            if _inside(box, frame) and not any(_overlap(box, other) for other in boxes):
                return Placed(want.code, lines, cx, y + dy * height), box
    return None


def _numbered(want: Wanted, number: int, frame: tuple[float, float], boxes: list[Box]) -> tuple[Placed, Box]:
    width, height = text_width(str(number), NUMBER_FONT), NUMBER_FONT
    x, y = want.point
    steps = ((0, 0), (0, -1), (0, 1), (-1, 0), (1, 0), (-1, -1), (1, -1), (-1, 1), (1, 1))
    for reach in (0.0, 0.5, 1.0, 1.5):
        for dx, dy in steps:
            box = _box(x + dx * reach * width, y + dy * reach * height, width, height)
            if _inside(box, frame) and not any(_overlap(box, other) for other in boxes):
                return Placed(
                    want.code, (str(number),), (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, number
                ), box
    # Nowhere free: the number stays on its commune, since a key entry without its number would mislead.
    return Placed(want.code, (str(number),), x, y, number), _box(x, y, width, height)


def _breaks(nom: str) -> list[tuple[str, ...]]:
    """The name in one line, then broken in two after the hyphen or space nearest its middle."""
    cuts = [index + 1 for index, letter in enumerate(nom[:-1]) if letter in "- "]
    if not cuts:
        return [(nom,)]
    cut = min(cuts, key=lambda index: abs(index - len(nom) / 2))
    return [(nom,), (nom[:cut].rstrip(" "), nom[cut:])]


def _box(x: float, y: float, width: float, height: float) -> Box:
    return (
        x - width / 2 - MARGIN,
        y - height / 2 - MARGIN / 2,
        x + width / 2 + MARGIN,
        y + height / 2 + MARGIN / 2,
    )


def _inside(box: Box, frame: tuple[float, float]) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= frame[0] and box[3] <= frame[1]


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
