"""SQL of the geo service: writes a dataset whole, reads the active one. No geometry, no rule of the domain."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

import asyncpg
import numpy as np
from numpy.typing import NDArray

from services.geo.imports.ids import served_id
from services.geo.imports.records import (
    CommuneRow,
    DepartementRow,
    EpciRow,
    OldCodeRow,
    Reference,
    RegionRow,
    SourceRow,
    ZonageRow,
)
from services.geo.layers.kinds import Kind, LayerVersion
from services.geo.shapes.arrays import Arrays, is_readable

Pool: TypeAlias = asyncpg.Pool
Connection: TypeAlias = asyncpg.Connection

CHANNEL = "geo_dataset"
PART_BYTES = 64 * 2**20
TIMEOUT = 600.0

COLUMNS = {
    "source": ("dataset", "position", "objet", "source", "millesime", "licence"),
    "region": ("dataset", "code", "nom"),
    "departement": ("dataset", "code", "nom", "region"),
    "epci": ("dataset", "code", "nom", "forme"),
    "commune": (
        *("dataset", "code", "nom", "nature", "parent", "departement"),
        *("region", "epci", "siren", "codes_postaux", "population"),
    ),
    "old_code": ("dataset", "code", "actuel", "nature", "nom"),
    "zonage": ("dataset", "code", "millesime", "zonage", "qpv", "source"),
    "contour": ("dataset", "code", "wkb"),
    "atlas_array": ("dataset", "name", "part", "dtype", "shape", "body"),
}


# Queries whose rows make an Atlas, by the name of their file.
READ = ("sources", "regions", "departements", "epcis", "old_codes", "communes")


@dataclass(frozen=True)
class StoredLayer:
    """A layer as it is stored: what is known of it, and its rows as a document of layer_codec.py."""

    version: LayerVersion
    document: bytes


@dataclass(frozen=True)
class StoredDataset:
    """What is in service as it is stored: rows by query, ready-made arrays of the Atlas, layers."""

    id: str
    cog: int
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    arrays: Arrays
    layers: tuple[StoredLayer, ...] = ()


@dataclass(frozen=True)
class DatasetVersion:
    """A stored reference; `base` is the one it was patched from, None for one made of the set-up's files alone."""

    id: str
    cog: int
    base: str | None
    communes: int
    active: bool
    imported_at: str


@cache
def query(name: str) -> str:
    """Text of sql/<name>.sql."""
    return files("services.geo").joinpath(f"sql/{name}.sql").read_text(encoding="utf-8")


async def dataset_exists(pool: Pool, dataset: str) -> bool:
    """Whether this version of the reference has been imported already."""
    return bool(await pool.fetchval(query("dataset_exists"), dataset))


async def active_dataset(pool: Pool) -> str | None:
    """Id of the dataset in service, None when none is."""
    row = await pool.fetchrow(query("active_dataset"))
    return None if row is None else str(row["id"])


async def base_of_active(pool: Pool) -> str | None:
    """Id of the reference as set up that the one in service is, or was patched from; None when none is."""
    row = await pool.fetchrow(query("active_dataset"))
    return None if row is None else str(row["base"] or row["id"])


async def served(pool: Pool) -> str | None:
    """Id that answers carry now, of the reference and the layers in service together; None without reference."""
    row = await pool.fetchrow(query("served"))
    return None if row is None else served_id(row["id"], row["layers"])


async def datasets(pool: Pool) -> tuple[DatasetVersion, ...]:
    """Every stored reference, the one in service first, then the newest."""
    return tuple(DatasetVersion(**dict(row)) for row in await pool.fetch(query("datasets")))


async def activate(pool: Pool, dataset: str) -> None:
    """Put an imported dataset in service and tell every process that listens."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(query("lock_imports"))
        await _switch(connection, dataset)


async def is_servable(pool: Pool, dataset: str) -> bool:
    """Whether this version of the code made the arrays of a dataset."""
    body = await pool.fetchval(query("dataset_build"), dataset)
    return body is not None and is_readable({"build": np.frombuffer(body, dtype=np.int64)})


async def remove(pool: Pool, dataset: str) -> None:
    """Delete a dataset that is not in service."""
    await pool.execute(query("delete_dataset"), dataset, timeout=TIMEOUT)


async def save(pool: Pool, reference: Reference, arrays: Arrays, base: str | None = None) -> None:
    """Write a dataset whole and put it in service, in one transaction; one of the same id is replaced.

    `base`: the reference as set up that it was patched from.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(query("lock_imports"))
        await connection.execute(query("delete_dataset"), reference.id, timeout=TIMEOUT)
        await connection.execute(query("insert_dataset"), reference.id, reference.cog, base)
        for table, rows in _tables(reference, arrays):
            await connection.copy_records_to_table(
                table,
                records=((reference.id, *row) for row in rows),
                columns=COLUMNS[table],
                timeout=TIMEOUT,
            )
        await _switch(connection, reference.id)


async def load(pool: Pool) -> StoredDataset | None:
    """The dataset in service as it is stored, None when none is."""
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        active = await connection.fetchrow(query("active_dataset"))
        if active is None:
            return None
        return StoredDataset(
            id=active["id"],
            cog=active["cog"],
            rows={table: await connection.fetch(query(table), active["id"]) for table in READ},
            arrays=await _arrays(connection, active["id"]),
            layers=await _layers(connection),
        )


async def load_reference(pool: Pool) -> tuple[Reference, Arrays] | None:
    """The reference in service with every polygon, and its arrays, to make another of it; None when none is."""
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        active = await connection.fetchrow(query("active_dataset"))
        if active is None:
            return None

        async def rows(name: str) -> list[dict[str, Any]]:
            found = await connection.fetch(query(name), active["id"], timeout=TIMEOUT)
            return [dict(row) for row in found]

        reference = Reference(
            id=active["id"],
            cog=active["cog"],
            sources=tuple(SourceRow(**row) for row in await rows("sources")),
            communes=tuple(
                CommuneRow(**{**row, "codes_postaux": tuple(row["codes_postaux"])})
                for row in await rows("reference_communes")
            ),
            old_codes=tuple(OldCodeRow(**row) for row in await rows("old_codes")),
            departements=tuple(DepartementRow(**row) for row in await rows("departements")),
            regions=tuple(RegionRow(**row) for row in await rows("regions")),
            epcis=tuple(EpciRow(**row) for row in await rows("epcis")),
            zonage=tuple(ZonageRow(**row) for row in await rows("reference_zonage")),
            contours={row["code"]: row["wkb"] for row in await rows("reference_contours")},
        )
        return reference, await _arrays(connection, active["id"])


async def _layers(connection: asyncpg.Connection) -> tuple[StoredLayer, ...]:
    documents: dict[str, bytes] = {}
    for row in await connection.fetch(query("layer_parts"), timeout=TIMEOUT):
        documents[row["layer"]] = documents.get(row["layer"], b"") + row["body"]
    versions = [layer_version(row) for row in await connection.fetch(query("active_layers"))]
    return tuple(StoredLayer(version, documents[version.id]) for version in versions)


def layer_version(row: Mapping[str, Any]) -> LayerVersion:
    """The version that a row of `layer` tells of."""
    values = dict(row)
    return LayerVersion(**{**values, "kind": Kind(values["kind"])})


async def _arrays(connection: asyncpg.Connection, dataset: str) -> dict[str, NDArray[Any]]:
    """The ready-made Atlas of a dataset: read-only arrays over the bytes received, not copied."""
    kinds: dict[str, tuple[str, list[int]]] = {}
    bodies: dict[str, list[bytes]] = {}
    for row in await connection.fetch(query("atlas_arrays"), dataset):
        kinds[row["name"]] = (row["dtype"], row["shape"])
        bodies.setdefault(row["name"], []).append(row["body"])
    return {
        name: np.frombuffer(parts[0] if len(parts) == 1 else b"".join(parts), dtype=kinds[name][0]).reshape(
            kinds[name][1]
        )
        for name, parts in bodies.items()
    }


async def _switch(connection: asyncpg.Connection, dataset: str) -> None:
    await connection.execute(query("deactivate_others"), dataset)
    await connection.execute(query("activate_dataset"), dataset)
    await connection.execute(query("notify_dataset"), dataset)


def _tables(reference: Reference, arrays: Arrays) -> Iterable[tuple[str, Iterable[tuple[Any, ...]]]]:
    yield "source", ((number, *astuple(row)) for number, row in enumerate(reference.sources))
    yield "region", map(astuple, reference.regions)
    yield "departement", map(astuple, reference.departements)
    yield "epci", map(astuple, reference.epcis)
    yield "commune", map(astuple, reference.communes)
    yield "old_code", map(astuple, reference.old_codes)
    yield "zonage", map(astuple, reference.zonage)
    yield "contour", reference.contours.items()
    yield "atlas_array", (part for name, array in arrays.items() for part in _parts(name, array))


def _parts(name: str, array: NDArray[Any]) -> Iterable[tuple[str, int, str, list[int], bytes]]:
    body = array.tobytes()
    for number, start in enumerate(range(0, max(len(body), 1), PART_BYTES)):
        yield name, number, array.dtype.str, list(array.shape), body[start : start + PART_BYTES]
