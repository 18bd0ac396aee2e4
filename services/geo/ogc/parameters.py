"""Query strings of OGC requests as values; whatever is wrong is named, with what would be right. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import isfinite

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from services.geo.features.collection import Collection, Property
from services.geo.features.ground import DEGREES
from services.geo.ogc.cql import Node, parse, refused
from services.geo.ogc.cql_filter import unknown_property
from services.geo.ogc.crs import CRS84, Crs, flat_ground, ground_to_lonlat, read_crs
from shared.errors import InvalidQuery

DEFAULT_LIMIT = 10
MAX_LIMIT = 10_000

MEDIA: Mapping[str, str] = {
    "json": "application/geo+json",
    "csv": "text/csv",
    "gpkg": "application/geopackage+sqlite3",
    "parquet": "application/vnd.apache.parquet",
}
FILES = ("csv", "gpkg", "parquet")
ALIASES: Mapping[str, str] = {"geojson": "json", "geopackage": "gpkg", "geoparquet": "parquet"}
LANGUAGES = ("cql2-text", "cql2-json")
KNOWN = (
    *("f", "limit", "offset", "bbox", "bbox-crs", "datetime", "crs"),
    *("filter", "filter-lang", "filter-crs", "sortby", "properties"),
)


@dataclass(frozen=True)
class Box:
    """The ground of a box in degrees; `straight` where its sides are meridians and parallels."""

    ground: BaseGeometry
    straight: bool


@dataclass(frozen=True)
class ItemsQuery:
    """Which features, in what order and form. `limit` None: all of them; `wanted` None: all."""

    format: str
    limit: int | None
    offset: int
    crs: Crs
    boxes: tuple[Box, ...] = ()
    equals: tuple[tuple[Property, str], ...] = ()
    tree: Node = None
    filter_crs: Crs = field(default_factory=lambda: read_crs("filter-crs", CRS84))
    order: tuple[tuple[str, bool], ...] = ()
    wanted: tuple[str, ...] | None = None

    @property
    def selective(self) -> bool:
        """Whether some features may be left out."""
        return bool(self.boxes or self.equals or self.tree is not None)


def read_items(collection: Collection, given: Mapping[str, str], accept: str) -> ItemsQuery:
    """The query of a list of features. Raises InvalidQuery."""
    names = {one.nom: one for one in collection.properties}
    refuse_unknown(given, (*KNOWN, *names))
    form = read_format(given.get("f"), accept)
    crs = read_crs("crs", given.get("crs", CRS84))
    if form == "csv" and not crs.native:
        raise InvalidQuery(
            "crs\u00a0: le CSV donne longitudes et latitudes, sans autre choix.", parameter="crs"
        )
    box_crs = read_crs("bbox-crs", given.get("bbox-crs", CRS84))
    if "datetime" in given:
        check_datetime(given["datetime"])
    limit = _whole("limit", given["limit"], 1) if "limit" in given else None
    if form == "json":
        limit = min(limit or DEFAULT_LIMIT, MAX_LIMIT)
    return ItemsQuery(
        format=form,
        limit=limit,
        offset=_whole("offset", given.get("offset", "0"), 0),
        crs=crs,
        boxes=read_bbox(given["bbox"], box_crs) if "bbox" in given else (),
        equals=tuple((names[name], value) for name, value in given.items() if name in names),
        tree=_filter(given),
        filter_crs=read_crs("filter-crs", given.get("filter-crs", CRS84)),
        order=tuple(_order(collection, given.get("sortby", ""))),
        wanted=tuple(_wanted(collection, given["properties"])) if "properties" in given else None,
    )


def refuse_unknown(given: Iterable[str], known: Iterable[str]) -> None:
    """Raises InvalidQuery for the first name that is not known (requirement query-param-unknown)."""
    listed = tuple(known)
    for name in given:
        if name not in listed:
            raise InvalidQuery(
                f"Le paramètre «\u00a0{name[:40]}\u00a0» n’existe pas ici\u202f; "
                f"paramètres\u00a0: {', '.join(listed)}.",
                parameter=name,
                available=list(listed),
            )


def read_format(f: str | None, accept: str, served: Mapping[str, str] = MEDIA) -> str:
    """Format asked for by `f`, else by the Accept header, else JSON. Raises InvalidQuery for an unknown `f`."""
    if f is not None:
        form = ALIASES.get(f, f)
        if form not in served:
            raise InvalidQuery(
                f"f\u00a0: le format «\u00a0{f[:40]}\u00a0» n’existe pas\u202f; formats\u00a0: {', '.join(served)}.",
                parameter="f",
                available=list(served),
            )
        return form
    if accept in {"", "*/*"}:
        return "json"
    forms = {"application/json": "json", "*/*": "json", "application/*": "json"}
    forms |= {media: form for form, media in served.items()}
    for media in _preferred(accept):
        if media in forms:
            return forms[media]
    return "json"


def _preferred(accept: str) -> Iterable[str]:
    """Media types of an Accept header, the weightiest first, without those of weight zero (RFC 9110 §12.5.1)."""
    weighed = []
    for part in accept.lower().split(","):
        media, *more = (one.strip() for one in part.split(";"))
        given = next((one.removeprefix("q=") for one in more if one.startswith("q=")), "1")
        weight = float(given) if WEIGHT.fullmatch(given) else 0.0
        if weight:
            weighed.append((-weight, media))
    return [media for _, media in sorted(weighed, key=lambda one: one[0])]


def read_bbox(text: str, crs: Crs) -> tuple[Box, ...]:
    """One box, or two where it spans the antimeridian; heights are left out. Raises InvalidQuery."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(isfinite(number) for number in numbers):
        raise InvalidQuery(
            f"bbox\u00a0: «\u00a0{text[:60]}\u00a0» ne convient pas\u202f; quatre nombres (ou six, avec les altitudes) "
            "séparés par des virgules sont attendus, comme bbox=5.9,43.1,6.9,43.8.",
            parameter="bbox",
        )
    west, south, east, north = (numbers[at] for at in ((1, 0, 3, 2) if crs.swapped else range(4)))
    degrees = crs.epsg == DEGREES
    if south > north or (not degrees and west > east):
        raise InvalidQuery(
            f"bbox\u00a0: dans «\u00a0{text[:60]}\u00a0», le second coin est au sud ou à l’ouest du premier\u202f; "
            "donnez le coin sud-ouest d’abord.",
            parameter="bbox",
        )
    if degrees and west > east:
        grounds = [flat_ground(west, south, 180.0, north), flat_ground(-180.0, south, east, north)]
    else:
        grounds = [ground_to_lonlat(flat_ground(*numbers), crs)]
    if not all(_on_earth(ground) for ground in grounds):
        raise InvalidQuery(
            f"bbox\u00a0: «\u00a0{text[:60]}\u00a0» sort du monde\u202f; vérifiez bbox-crs et l’ordre des axes.",
            parameter="bbox",
        )
    return tuple(Box(ground, straight=degrees) for ground in grounds)


def _on_earth(ground: BaseGeometry) -> bool:
    points = shapely.get_coordinates(ground)
    return bool(np.isfinite(points).all() and (abs(points[:, 1]) <= 90).all())


WEIGHT = re.compile(r"[01](\.\d{0,3})?")
DAY = timedelta(days=1)
DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}([Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2}))?")


def check_datetime(text: str) -> None:
    """A date, a date-time (RFC 3339) or an interval of two; features without time always match. InvalidQuery."""
    ends = text.split("/")
    opened = [end in {"", ".."} for end in ends]
    moments = [None if is_open else _moment(end) for end, is_open in zip(ends, opened, strict=True)]
    good = len(ends) <= 2 and not all(opened)
    good = good and all(is_open or moment for moment, is_open in zip(moments, opened, strict=True))
    match moments:
        case [datetime() as first, datetime() as last]:
            # A day lasts until its end.
            good = good and (first <= last if len(ends[1]) > 10 else first - last < DAY)
    if not good:
        raise InvalidQuery(
            f"datetime\u00a0: «\u00a0{text[:60]}\u00a0» ne convient pas\u202f; une date, un instant ou un "
            "intervalle est attendu, comme 2025-01-31, 2025-01-31T12:00:00Z ou 2024-01-01/..",
            parameter="datetime",
        )


def _moment(text: str) -> datetime | None:
    """The instant of a date-time, the first one of a date; None for what is neither."""
    if not DATE_TIME.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _whole(name: str, text: str, least: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= least):
        raise InvalidQuery(
            f"{name}\u00a0: un nombre entier à partir de {least} est attendu, et non «\u00a0{text[:40]}\u00a0».",
            parameter=name,
        )
    return int(text)


def _filter(given: Mapping[str, str]) -> Node:
    language = given.get("filter-lang", "cql2-text")
    if language not in LANGUAGES:
        raise InvalidQuery(
            f"filter-lang\u00a0: «\u00a0{language[:40]}\u00a0» n’est pas servi\u202f; "
            f"langages\u00a0: {', '.join(LANGUAGES)}.",
            parameter="filter-lang",
        )
    if "filter" not in given:
        return None
    tree = parse(given["filter"], language)
    if tree is None:
        raise refused("une condition est attendue, et non NULL.")
    return tree


def _order(collection: Collection, text: str) -> Iterable[tuple[str, bool]]:
    """Properties to sort by, each once: named again, one orders nothing more."""
    order: dict[str, bool] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name = part.lstrip("+-")
        found = collection.property(name)
        if found is None or found.type == "liste":
            raise _renamed(collection, "sortby", name)
        order.setdefault(name, part.startswith("-"))
    return order.items()


def _wanted(collection: Collection, text: str) -> Iterable[str]:
    for name in filter(None, (part.strip() for part in text.split(","))):
        if collection.property(name) is None:
            raise _renamed(collection, "properties", name)
        yield name


def _renamed(collection: Collection, parameter: str, name: str) -> InvalidQuery:
    problem = unknown_property(collection, parameter, name)
    return InvalidQuery(
        problem.detail.replace("filter\u00a0:", f"{parameter}\u00a0:", 1), parameter=parameter
    )
