"""Rows of a layer ↔ one Parquet document, by the annotations of their dataclass. Pure: bytes in and out."""

import io
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.parquet as pq

from services.geo.layers.kinds import ROWS, Kind, Row

SCALARS: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bytes: pa.binary(),
    date: pa.date32(),
}


@cache
def schema(kind: Kind) -> pa.Schema:
    """Columns of a kind of rows: one per field, null only where its annotation allows None."""
    row = ROWS[kind]
    hints = get_type_hints(row)
    return pa.schema([_column(field.name, hints[field.name]) for field in fields(row)])


def encode(kind: Kind, rows: Sequence[Row]) -> bytes:
    """The Parquet document of rows, in their order."""
    columns = schema(kind)
    table = pa.Table.from_arrays(
        [pa.array([getattr(row, field.name) for row in rows], type=field.type) for field in columns],
        schema=columns,
    )
    document = io.BytesIO()
    pq.write_table(table, document, compression="zstd")
    return document.getvalue()


def decode(kind: Kind, document: bytes) -> tuple[Row, ...]:
    """The rows of such a document, in their order."""
    table = pq.read_table(io.BytesIO(document), schema=schema(kind))
    columns = [_values(table.column(field.name), field.type) for field in schema(kind)]
    return tuple(map(ROWS[kind], *columns)) if table.num_rows else ()


def _column(name: str, annotation: Any) -> pa.Field:
    nullable = get_origin(annotation) is UnionType
    if nullable:
        annotation = next(one for one in get_args(annotation) if one is not type(None))
    if get_origin(annotation) is tuple:
        item = pa.field("item", SCALARS[get_args(annotation)[0]], nullable=False)
        return pa.field(name, pa.list_(item), nullable=nullable)
    return pa.field(name, SCALARS[annotation], nullable=nullable)


def _values(column: pa.ChunkedArray, kind: pa.DataType) -> list[Any]:
    values: list[Any] = column.to_pylist()
    return [tuple(value) for value in values] if pa.types.is_list(kind) else values
