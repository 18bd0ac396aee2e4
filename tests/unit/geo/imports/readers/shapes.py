"""What tests of readers of shapes share: a book of codes that knows its ground, and small files of shapes."""

import json
import warnings
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyogrio.raw import write
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from services.geo.shapes.projections import to_metres
from tests.unit.geo.imports.readers.tabular import SmallBook

DRIVERS = {
    ".gpkg": "GPKG",
    ".shp": "ESRI Shapefile",
    ".geojson": "GeoJSON",
    ".fgb": "FlatGeobuf",
    ".jsonl": "GeoJSONSeq",
}
Columns = Mapping[str, Sequence[Any]]


def box(column: int, row: int = 0) -> BaseGeometry:
    """A box of a hundredth of a degree near Fréjus."""
    west, south = 6.7 + column / 100, 43.4 + row / 100
    return shapely.box(west, south, west + 0.01, south + 0.01)


def bowtie(column: int) -> BaseGeometry:
    """A polygon that crosses itself, in the place of such a box."""
    west, south = 6.7 + column / 100, 43.4
    return shapely.Polygon(
        [(west, south), (west + 0.01, south + 0.01), (west + 0.01, south), (west, south + 0.01)]
    )


def metres(shape: BaseGeometry, epsg: int = 2154) -> BaseGeometry:
    """A shape in degrees, in a projection."""
    return shapely.transform(shape, partial(to_metres, epsg=epsg))


class GroundBook(SmallBook):
    """The small country with ground: 83001 to 83003 are boxes in a row; the Var and La Réunion have a box."""

    ground: Mapping[str, BaseGeometry] = {f"8300{number}": box(number) for number in (1, 2, 3)}

    def bounds(self, departement: str) -> tuple[float, float, float, float] | None:
        return {"83": (5.6, 42.9, 7.0, 43.9), "974": (55.2, -21.4, 55.9, -20.8)}.get(departement)

    def covered(self, wkb: bytes, share: float) -> tuple[str, ...]:
        polygon = shapely.from_wkb(wkb)
        return tuple(
            code
            for code, shape in self.ground.items()
            if shape.intersection(polygon).area >= share * shape.area
        )


GROUND = GroundBook()


def shape_file(
    path: Path,
    shapes: Sequence[BaseGeometry | None],
    columns: Columns,
    crs: str | None = "EPSG:4326",
    **how: Any,
) -> Path:
    """A file of these shapes and attributes; its suffix says its format."""
    kinds = {shape.geom_type for shape in shapes if shape is not None}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write(
            path,
            shapely.to_wkb(np.array(shapes, dtype=object)),
            [np.array(values, dtype=object) for values in columns.values()],
            list(columns),
            geometry_type=kinds.pop() if len(kinds) == 1 else "Unknown",
            crs=crs,
            driver=DRIVERS[path.suffix],
            **how,
        )
    return path


def geojson(path: Path, shapes: Sequence[BaseGeometry | None], columns: Columns, **more: Any) -> Path:
    """A GeoJSON written by hand, as a portal exports it: no declared system unless `crs` is given."""
    features = [
        {
            "type": "Feature",
            "properties": {name: values[position] for name, values in columns.items()},
            "geometry": None if shape is None else shapely.geometry.mapping(shape),
        }
        for position, shape in enumerate(shapes)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", **more, "features": features}), encoding="utf-8")
    return path


def geoparquet(path: Path, shapes: Sequence[BaseGeometry], columns: Columns, **column: Any) -> Path:
    """A GeoParquet of these shapes; `column` changes what its metadata say of the geometry."""
    geo = {
        "version": "1.1.0",
        "primary_column": "geometrie",
        "columns": {"geometrie": {"encoding": "WKB", "geometry_types": ["Polygon"], **column}},
    }
    table = pa.table(
        {**{name: list(values) for name, values in columns.items()}, "geometrie": [s.wkb for s in shapes]}
    )
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo).encode()}), path)
    return path


def projjson(epsg: int) -> dict[str, Any]:
    """A system as GeoParquet declares it."""
    return CRS.from_epsg(epsg).to_json_dict()
