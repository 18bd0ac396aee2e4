"""Loads the ready-made Atlas of the dataset in service from the store: rows and arrays, no geometry work."""

import asyncio
from collections.abc import Mapping
from typing import Any

import asyncpg
import numpy as np
import structlog

from services.geo import store
from services.geo.atlas import Atlas, Commune, Shapes
from services.geo.atlas_arrays import from_arrays, is_readable
from shared.schemas.base import Place
from shared.schemas.geo import Dataset, Departement, Source, Zonage

log = structlog.get_logger(__name__)

Rows = Mapping[str, list[asyncpg.Record]]
TABLES = ("sources", "regions", "departements", "epcis", "old_codes", "communes")


async def load_atlas(pool: asyncpg.Pool) -> Atlas | None:
    """The Atlas in service, None when this version of the code imported none. Raises asyncpg's errors and OSError."""
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        active = await connection.fetchrow(store.query("active_dataset"))
        if active is None:
            return None
        rows = {table: await store.load_rows(connection, table, active["id"]) for table in TABLES}
        arrays = await store.load_arrays(connection, active["id"])
    if not is_readable(arrays):
        log.warning("atlas_of_another_version", dataset=active["id"])
        return None
    return await asyncio.to_thread(assemble, active["id"], active["cog"], rows, arrays)


def assemble(dataset: str, cog: int, rows: Rows, arrays: Mapping[str, np.ndarray[Any, Any]]) -> Atlas:
    """Put rows and arrays together."""
    shapes = from_arrays(arrays)
    regions = {row["code"]: Place(code=row["code"], nom=row["nom"]) for row in rows["regions"]}
    successors: dict[str, tuple[str, ...]] = {}
    for row in rows["old_codes"]:
        successors[row["code"]] = (*successors.get(row["code"], ()), row["actuel"])
    return Atlas(
        dataset=Dataset(id=dataset, cog=cog, sources=tuple(Source(**dict(row)) for row in rows["sources"])),
        communes=_communes(rows["communes"], shapes),
        departements={
            row["code"]: Departement(code=row["code"], nom=row["nom"], region=regions[row["region"]])
            for row in rows["departements"]
        },
        regions=regions,
        epcis={row["code"]: Place(code=row["code"], nom=row["nom"]) for row in rows["epcis"]},
        successors=successors,
        old_names={row["code"]: row["nom"] for row in rows["old_codes"] if row["nom"]},
        shapes=shapes,
    )


def _communes(rows: list[asyncpg.Record], shapes: Shapes) -> tuple[Commune, ...]:
    areas, centres = shapes.areas_km2.tolist(), shapes.centres.tolist()
    present = (shapes.projection >= 0).tolist()
    return tuple(
        Commune(
            code=row["code"],
            nom=row["nom"],
            nature=row["nature"],
            whole=row["parent"],
            departement=row["departement"],
            region=row["region"],
            epci=row["epci"],
            siren=row["siren"],
            codes_postaux=tuple(row["codes_postaux"]),
            population=row["population"],
            area_km2=area if here else None,
            centre=(centre[0], centre[1]) if here else None,
            zonage=Zonage(row["zonage"]) if row["zonage"] else Zonage.INCONNU,
            zonage_millesime=row["millesime"],
            qpv=row["qpv"],
        )
        for row, area, centre, here in zip(rows, areas, centres, present, strict=True)
    )
