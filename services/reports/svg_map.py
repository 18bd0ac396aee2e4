"""The map of a territory as SVG, made once for PDF and HTML. Deterministic; it computes no geography."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

from services.reports.map_labels import FONT, LEADING, NUMBER_FONT, Box, Placed, Wanted, place
from services.reports.typography import number, typeset
from shared.schemas.geo import MapShape, TerritoryMap

LAND, LAND_EDGE = "#f1f0ea", "#c3c1b6"
CHOSEN, CHOSEN_INNER, CHOSEN_EDGE = "#bcdcda", "#4f8d92", "#0c4a55"
INK, PALE_INK, HALO = "#12303a", "#5f6a6e", "#ffffff"
FONT_FAMILY = "Public Sans, sans-serif"
SCALE_STEPS = (1, 2, 5)
# The scale bar takes at most this share of the frame's width, and never more than 45 mm.
SCALE_SHARE, SCALE_MAXIMUM = 0.35, 450.0


@dataclass(frozen=True)
class Picture:
    """An SVG and the numbers that stand for names on it, in order."""

    svg: str
    numbered: tuple[tuple[int, str], ...]


def draw(territory_map: TerritoryMap, populations: dict[str, int]) -> Picture:
    """Neighbours, then the territory, then names by decreasing population, a scale bar and the north."""
    frame = (float(territory_map.width), float(territory_map.height))
    neighbours = [shape for shape in territory_map.shapes if shape.role == "voisine"]
    chosen = [shape for shape in territory_map.shapes if shape.role == "territoire"]
    furniture, reserved = _furniture(territory_map)
    names, boxes = place([_wanted(shape, populations) for shape in chosen], frame, taken=reserved)
    pale_names, _ = place(
        [_wanted(shape, populations) for shape in neighbours], frame, taken=boxes, numbers=False
    )
    nom = {shape.code: shape.nom for shape in chosen}
    numbered = sorted((label.number, nom[label.code]) for label in names if label.number is not None)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {territory_map.width} {territory_map.height}" '
            f'width="{_mm(frame[0])}mm" height="{_mm(frame[1])}mm" font-family="{FONT_FAMILY}">'
        ),
        f'<rect width="100%" height="100%" fill="{HALO}"/>',
        _outlines(neighbours, LAND, LAND_EDGE, 2.5),
        # A thick edge first, then the fills over its inner half: what stays is the outline of the whole territory.
        _outlines(chosen, "none", CHOSEN_EDGE, 13),
        _outlines(chosen, CHOSEN, CHOSEN_INNER, 2.5),
        f'<g font-size="{FONT:g}" font-style="italic" fill="{PALE_INK}">{_labels(pale_names, LAND)}</g>',
        f'<g font-size="{FONT:g}" font-weight="600" fill="{INK}">{_labels(names, HALO)}</g>',
        furniture,
        "</svg>",
    ]
    return Picture("".join(parts), tuple(numbered))


def _wanted(shape: MapShape, populations: dict[str, int]) -> Wanted:
    xs = [x for polygon in shape.polygones for x in polygon[0][::2]]
    width = float(max(xs) - min(xs)) if xs else 0.0
    return Wanted(shape.code, typeset(shape.nom), shape.label, width, populations.get(shape.code, 0))


def _outlines(shapes: list[MapShape], fill: str, edge: str, width: float) -> str:
    paths = "".join(f'<path d="{_path(shape)}"/>' for shape in shapes)
    style = (
        f'fill="{fill}" stroke="{edge}" stroke-width="{width:g}" stroke-linejoin="round" fill-rule="evenodd"'
    )
    return f"<g {style}>{paths}</g>"


def _path(shape: MapShape) -> str:
    rings = []
    for polygon in shape.polygones:
        for ring in polygon:
            points = [f"{x} {y}" for x, y in zip(ring[::2], ring[1::2], strict=True)]
            rings.append(f"M{'L'.join(points)}Z")
    return "".join(rings)


def _labels(labels: tuple[Placed, ...], halo: str) -> str:
    texts = []
    for label in sorted(labels, key=lambda placed: placed.code):
        size = NUMBER_FONT if label.number is not None else FONT
        leading = size * LEADING
        # From the centre of the block to the baseline of its first line.
        first = label.y - leading * (len(label.lines) - 1) / 2 + size * 0.35
        for rank, line in enumerate(label.lines):
            place_at = f'x="{label.x:.0f}" y="{first + rank * leading:.0f}" text-anchor="middle"'
            sized = f' font-size="{size:g}"' if label.number is not None else ""
            text = escape(line)
            # Drawn twice: the halo under the letters keeps names readable across borders.
            texts.append(
                f'<text {place_at}{sized} fill="{halo}" stroke="{halo}" stroke-width="6" '
                f'stroke-linejoin="round" aria-hidden="true">{text}</text><text {place_at}{sized}>{text}</text>'
            )
    return "".join(texts)


def _furniture(territory_map: TerritoryMap) -> tuple[str, list[Box]]:
    """Scale bar at the bottom left, north at the top right, and the boxes that names must leave free."""
    width, height = float(territory_map.width), float(territory_map.height)
    longest = min(width * SCALE_SHARE, SCALE_MAXIMUM)
    metres = _round_length(longest / 10 * territory_map.metres_par_mm)
    bar = metres / territory_map.metres_par_mm * 10
    x, y = 30.0, height - 40.0
    label = f"{number(metres / 1000)} km" if metres >= 1000 else f"{number(metres)} m"
    box = (x - 15, y - 50, x + bar + 70, y + 25)
    scale = (
        f'<g fill="{HALO}" fill-opacity="0.85"><rect x="{box[0]:.0f}" y="{box[1]:.0f}" '
        f'width="{box[2] - box[0]:.0f}" height="{box[3] - box[1]:.0f}" rx="8"/></g>'
        f'<path d="M{x:.0f} {y - 14:.0f}V{y:.0f}H{x + bar:.0f}V{y - 14:.0f}M{x + bar / 2:.0f} {y - 8:.0f}V{y:.0f}" '
        f'fill="none" stroke="{INK}" stroke-width="4"/>'
        f'<g font-size="25" fill="{INK}"><text x="{x:.0f}" y="{y - 22:.0f}">0</text>'
        f'<text x="{x + bar:.0f}" y="{y - 22:.0f}" text-anchor="middle">{label}</text></g>'
    )
    nx, ny = width - 45, 30.0
    north = (
        f'<path d="M{nx:.0f} {ny:.0f}l18 50l-18 -12l-18 12Z" fill="{INK}"/>'
        f'<text x="{nx:.0f}" y="{ny + 82:.0f}" font-size="30" font-weight="700" fill="{INK}" '
        f'text-anchor="middle">N</text>'
    )
    return scale + north, [box, (nx - 30, ny - 10, nx + 30, ny + 95)]


def _round_length(longest: float) -> int:
    """Largest of 1, 2 or 5 times a power of ten, in metres, not over `longest`."""
    power = 1
    while power * 10 <= longest:
        power *= 10
    return max([step * power for step in SCALE_STEPS if step * power <= longest], default=1)


def _mm(tenths: float) -> str:
    return f"{tenths / 10:g}"
