"""Units written as JSON, alone, as a list or as GeoJSON features, batch by batch. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from services.geo.read.directory import Directory, Found
from shared.schemas.geo_read_queries import Shape

ALWAYS = ("nom", "code")
GEOMETRIES = frozenset({"centre", "contour", "bbox", "mairie"})
# geo.api.gouv.fr says null for a commune without any, and leaves out other fields without value.
SAID_NULL = frozenset({"associees", "deleguees"})
# Units written at a time: some ten milliseconds of contours.
BATCH = 500

Row = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """Fields wanted, and the geometry of features where they are (None: plain JSON)."""

    fields: tuple[str, ...]
    geometry: str | None


def form_of(directory: Directory, query: Shape) -> Form:
    """How a question wants its answer; features have no geometry among their properties."""
    fields = tuple(dict.fromkeys((*(query.fields or directory.usual), *ALWAYS)))
    fields = tuple(name for name in fields if name != "_score")
    if query.format == "json":
        return Form(fields, None)
    return Form(tuple(name for name in fields if name not in GEOMETRIES), query.geometry)


def rows(
    directory: Directory, form: Form, positions: Sequence[int], notes: Mapping[int, Mapping[str, Any]]
) -> list[Row]:
    """Each unit as a JSON object, notes last."""
    columns = [directory.columns[name](positions) for name in form.fields]
    written = [
        {
            name: value
            for name, value in zip(form.fields, values, strict=True)
            if value is not None or name in SAID_NULL
        }
        for values in zip(*columns, strict=True)
    ]
    for position, row in zip(positions, written, strict=True):
        row.update(notes.get(position, {}))
    if form.geometry is None:
        return written
    geometries = directory.columns[form.geometry](positions)
    return [
        {"type": "Feature", "properties": row, "geometry": geometry}
        for row, geometry in zip(written, geometries, strict=True)
    ]


def one(directory: Directory, form: Form, position: int) -> bytes:
    """One unit as JSON text."""
    return orjson.dumps(rows(directory, form, (position,), {})[0])


def listed(directory: Directory, form: Form, found: Found) -> Iterator[bytes]:
    """A list of units, or a FeatureCollection, as pieces of JSON text; never more than a batch at a time."""
    opening, closing = (
        (b"[", b"]") if form.geometry is None else (b'{"type":"FeatureCollection","features":[', b"]}")
    )
    if not found.positions:
        yield opening + closing
        return
    for start in range(0, len(found.positions), BATCH):
        batch = rows(directory, form, found.positions[start : start + BATCH], found.notes)
        last = start + BATCH >= len(found.positions)
        yield (b"," if start else opening) + orjson.dumps(batch)[1:-1] + (closing if last else b"")
