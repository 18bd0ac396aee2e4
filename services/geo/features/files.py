"""Features written as files that GIS and spreadsheets open: CSV, GeoPackage, GeoParquet 1.1; batch after batch.

It writes to the path or in the pieces that it is told, and keeps no file.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyproj import CRS

from services.geo.features.collection import Collection
from services.geo.features.ground import DEGREES

# Features held at a time while a file is written.
BATCH = 2_000
GEOMETRY = "geometry"
BOM = b"\xef\xbb\xbf"


def csv_pieces(
    collection: Collection, positions: Sequence[int], wanted: Sequence[str] | None
) -> Iterator[bytes]:
    """CSV in UTF-8 with its mark, for spreadsheets; `lon` and `lat` of a point inside, lists parted by spaces."""
    yield BOM
    header = True
    for chosen in _batches(positions) or [np.empty(0, dtype=np.int64)]:
        table = _flat(_rows(collection, chosen, wanted))
        lonlat = np.round(collection.ground.centres[collection.units[chosen]], 6)
        for axis, name in enumerate(("lon", "lat")):
            table = table.append_column(name, pa.array(lonlat[:, axis], from_pandas=True))
        sink = pa.BufferOutputStream()
        pacsv.write_csv(table, sink, pacsv.WriteOptions(include_header=header, quoting_style="needed"))
        yield sink.getvalue().to_pybytes()
        header = False


def write_gpkg(
    collection: Collection, positions: Sequence[int], wanted: Sequence[str] | None, epsg: int, path: Path
) -> None:
    """A GeoPackage of one layer, named as the collection."""
    schema = _with_geometry(collection, np.empty(0, dtype=np.int64), wanted, epsg, flat=True).schema
    batches = (
        batch
        for chosen in _batches(positions)
        for batch in _with_geometry(collection, chosen, wanted, epsg, flat=True).to_batches()
    )
    pyogrio.write_arrow(
        pa.RecordBatchReader.from_batches(schema, batches),
        path,
        layer=collection.id,
        driver="GPKG",
        geometry_name=GEOMETRY,
        geometry_type=collection.ground.geometry_type,
        crs=f"EPSG:{epsg}",
    )


def write_parquet(
    collection: Collection, positions: Sequence[int], wanted: Sequence[str] | None, epsg: int, path: Path
) -> None:
    """A GeoParquet 1.1 file; without `crs` in its metadata coordinates are longitudes and latitudes (OGC:CRS84)."""
    column = {"encoding": "WKB", "geometry_types": [collection.ground.geometry_type], "edges": "planar"}
    if epsg != DEGREES:
        column["crs"] = json.loads(CRS.from_epsg(epsg).to_json())
    geo = {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
    empty = _with_geometry(collection, np.empty(0, dtype=np.int64), wanted, epsg, flat=False)
    schema = empty.schema.with_metadata({"geo": json.dumps(geo)})
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for chosen in _batches(positions):
            table = _with_geometry(collection, chosen, wanted, epsg, flat=False)
            writer.write_table(table.replace_schema_metadata(schema.metadata))


def _batches(positions: Sequence[int]) -> list[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    every = np.asarray(positions, dtype=np.int64)
    return [every[start : start + BATCH] for start in range(0, len(every), BATCH)]


def _rows(
    collection: Collection, chosen: np.ndarray[tuple[int], np.dtype[np.int64]], wanted: Sequence[str] | None
) -> pa.Table:
    table = collection.table.take(pa.array(chosen))
    return table if wanted is None else table.select(list(dict.fromkeys(wanted)))


def _flat(table: pa.Table) -> pa.Table:
    """Lists as one text."""
    for number, kind in enumerate(table.schema.types):
        if pa.types.is_list(kind):
            joined = pc.binary_join(table.column(number), " ")
            table = table.set_column(number, table.schema.names[number], joined)
    return table


def _with_geometry(
    collection: Collection,
    chosen: np.ndarray[tuple[int], np.dtype[np.int64]],
    wanted: Sequence[str] | None,
    epsg: int,
    *,
    flat: bool,
) -> pa.Table:
    table = _rows(collection, chosen, wanted)
    shapes = collection.ground.geometries(collection.units[chosen], epsg)
    return (_flat(table) if flat else table).append_column(
        GEOMETRY, pa.array(shapely.to_wkb(shapes).tolist(), pa.binary())
    )
