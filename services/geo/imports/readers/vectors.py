"""Layers of shapes and their features in batches, in degrees, whatever the format and the declared projection.

It knows nothing of communes or QPV: a reader names the columns it wants and judges what they hold.
"""

import json
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import open_arrow
from pyproj import CRS
from pyproj.exceptions import CRSError

from services.geo.imports.readers.refusal import refuse
from services.geo.imports.readers.tables import find_column
from services.geo.imports.readers.vector_crs import Degrees
from services.geo.imports.readers.vector_files import VectorFile, vector_files
from services.geo.imports.reading import Progress
from services.geo.shapes.polygons import Geometries

BATCH = 2000
_DECLARED = re.compile(
    rb'"crs"\s*:\s*\{\s*"type"\s*:\s*"name"\s*,\s*"properties"\s*:\s*\{\s*"name"\s*:\s*"([^"]+)"'
)
_GDAL_ERRORS = (DataSourceError, DataLayerError, OSError, IndexError, pa.ArrowException, UnicodeDecodeError)


@dataclass(frozen=True)
class VectorLayer:
    """A layer: its file, its columns as written there, its declared projection, how many features it says it has."""

    file: VectorFile
    layer: str
    columns: tuple[str, ...]
    crs: CRS | None
    count: int
    geometry: str

    @property
    def name(self) -> str:
        """What a message calls it."""
        return f"{self.file.name}, couche {self.layer}" if self.layer else self.file.name

    def column(self, *names: str) -> str | None:
        """The first of these columns (plain words, `*` allowed) that the layer has, as it writes it."""
        position = find_column(self.columns, names)
        return None if position is None else self.columns[position]

    def system(self, said: str | None) -> str:
        """The coordinate system that its coordinates are taken to be in, for a person."""
        if said:
            return f"{said} (donné par --crs)"
        return self.crs.name if self.crs else "système non déclaré"


@dataclass(frozen=True)
class Batch:
    """Features in their order: `first` is the number of the first one (from 1); polygons in degrees, None if absent."""

    first: int
    columns: Mapping[str, Sequence[Any]]
    geometries: Geometries


@contextmanager
def vector_layers(path: Path) -> Iterator[tuple[VectorLayer, ...]]:
    """Every layer of shapes of a file, zip, .gz or folder, while the context lasts. Raises BadReference."""
    with vector_files(path) as files:
        yield tuple(layer for file in files for layer in _layers(file))


def read_batches(
    layer: VectorLayer, columns: Iterable[str], crs: str | None, progress: Progress
) -> Iterator[Batch]:
    """The features of a layer with these columns (as the layer writes them), in WGS84 longitudes and latitudes.

    `crs` is what a person says of a file that declares none. Raises BadReference where coordinates cannot be
    placed, or where fewer features come than announced.
    """
    wanted = list(dict.fromkeys(columns))
    degrees = Degrees.of(layer.crs, crs, layer.name)
    unsaid = _encoding(layer.file) is not None
    done = 0
    for geometries, values in _translated(layer, _arrow(layer, wanted)):
        yield Batch(
            done + 1,
            {name: _repaired(column) if unsaid else column for name, column in values.items()},
            degrees.place(geometries, done + 1),
        )
        done += len(geometries)
        progress(f"Lecture de {layer.name}", done / layer.count if layer.count > 0 else None)
    if layer.count == 0 or done == 0:
        raise refuse(layer.name, "la couche est vide")
    if done < layer.count:
        raise refuse(layer.name, f"fichier tronqué\u00a0: {done} formes lues sur les {layer.count} annoncées")


def _layers(file: VectorFile) -> Iterator[VectorLayer]:
    if file.format == "GeoParquet":
        yield _parquet_layer(file)
        return
    with _quiet(file.name):
        names: NDArray[Any] = pyogrio.list_layers(file.path)
        found = [
            (str(name), pyogrio.read_info(file.path, layer=name)) for name, geometry in names if geometry
        ]
    if not found:
        raise refuse(file.name, "aucune couche de formes")
    if file.format == "GeoJSON":
        _check_declared(file)
    for name, info in found:
        yield VectorLayer(
            file,
            name if file.format == "GeoPackage" else "",
            tuple(str(field) for field in info["fields"]),
            CRS.from_user_input(info["crs"]) if info["crs"] else None,
            int(info["features"]),
            str(info["geometry_type"]),
        )


def _check_declared(file: VectorFile) -> None:
    """GDAL takes GeoJSON for degrees where it does not know the system that its head declares."""
    with file.path.open("rb") as stream:
        told = _DECLARED.search(stream.read(1 << 14))
    try:
        CRS.from_user_input(told[1].decode() if told else 4326)
    except (CRSError, UnicodeDecodeError) as error:
        name = told[1].decode(errors="replace") if told else ""
        raise refuse(file.name, f"système de coordonnées déclaré inconnu\u00a0: {name}") from error


def _parquet_layer(file: VectorFile) -> VectorLayer:
    with _quiet(file.name):
        parquet = pq.ParquetFile(file.path)
    primary, column = _geo(file, parquet)
    if primary not in parquet.schema_arrow.names:
        raise refuse(file.name, f"la colonne de géométrie déclarée, {primary}, n’y est pas")
    if column.get("encoding") != "WKB":
        raise refuse(file.name, f"géométries codées en {column.get('encoding')}, le codage WKB est attendu")
    # Absent means longitudes and latitudes; an explicit null means that nobody knows (GeoParquet 1.1).
    declared = column.get("crs", "OGC:CRS84")
    try:
        crs = CRS.from_user_input(declared) if declared else None
    except CRSError as error:
        raise refuse(file.name, "système de coordonnées déclaré illisible") from error
    types = ", ".join(column.get("geometry_types", []))
    return VectorLayer(
        file, "", tuple(parquet.schema_arrow.names), crs, parquet.metadata.num_rows, types or "Unknown"
    )


def _geo(file: VectorFile, parquet: pq.ParquetFile) -> tuple[str, dict[str, Any]]:
    try:
        geo = json.loads((parquet.schema_arrow.metadata or {})[b"geo"])
        primary = str(geo["primary_column"])
        return primary, dict(geo["columns"][primary])
    except (KeyError, ValueError, TypeError) as error:
        raise refuse(
            file.name, "fichier Parquet sans géométrie déclarée (métadonnées «\u00a0geo\u00a0» de GeoParquet)"
        ) from error


def _arrow(layer: VectorLayer, wanted: list[str]) -> Iterator[tuple[Any, pa.RecordBatch, list[str]]]:
    """Record batches with the name of their geometry column."""
    if layer.file.format == "GeoParquet":
        parquet = pq.ParquetFile(layer.file.path)
        primary, _ = _geo(layer.file, parquet)
        for batch in parquet.iter_batches(BATCH, columns=[*wanted, primary]):
            yield batch[primary], batch, wanted
        return
    with open_arrow(
        layer.file.path,
        layer=layer.layer or None,
        columns=wanted,
        encoding=_encoding(layer.file),
        batch_size=BATCH,
        use_pyarrow=True,
    ) as (meta, reader):
        for batch in reader:
            yield batch[meta["geometry_name"] or "wkb_geometry"], batch, wanted


def _encoding(file: VectorFile) -> str | None:
    """Latin-1, where any byte is a letter, for a Shapefile that has no .cpg to say its own; else GDAL knows."""
    if file.format != "Shapefile":
        return None
    beside = {other.suffix.lower() for other in file.path.parent.iterdir() if other.stem == file.path.stem}
    return None if ".cpg" in beside else "ISO-8859-1"


def _translated(
    layer: VectorLayer, batches: Iterator[tuple[Any, pa.RecordBatch, list[str]]]
) -> Iterator[tuple[Geometries, dict[str, list[Any]]]]:
    while True:
        with _quiet(layer.name):
            found = next(batches, None)
            if found is None:
                return
            shapes, batch, wanted = found
            wkb = np.array(shapes.to_pylist(), dtype=object)
            values = {name: batch[name].to_pylist() for name in wanted}
            geometries: Geometries = shapely.force_2d(shapely.from_wkb(wkb, on_invalid="ignore"))
        yield geometries, values


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """GDAL's and Arrow's own errors, in English, become a refusal; its warnings are no news to a person."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except _GDAL_ERRORS as error:
        raise refuse(name, _in_french(str(error)), cause=str(error)) from error


def _in_french(said: str) -> str:
    if "not recognized" in said or "not a supported file format" in said:
        return "contenu non reconnu\u00a0: ce n’est pas un fichier de formes, ou il est tronqué"
    at = re.search(r"At line (\d+), character (\d+)", said)
    where = f" à la ligne {at[1]}, caractère {at[2]}" if at else ""
    return f"fichier tronqué ou abîmé{where}. Téléchargez-le de nouveau"


def _repaired(column: Sequence[Any]) -> list[Any]:
    """UTF-8 that was read as Latin-1, for a Shapefile that does not say which it holds."""
    return [_utf8(value) if isinstance(value, str) and not value.isascii() else value for value in column]


def _utf8(text: str) -> str:
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text
