"""SQL of the indicators service: publishes a release whole, activates one, reads what serves.

Raw arrays are written here and read by nothing that answers.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TypeAlias

import asyncpg
import numpy as np
import orjson

from services.indicators.release import Array, Layout, Published, Release
from shared.errors import NoRelease
from shared.schemas.indicators import ReleaseFacts, ReleaseListEntry

# The words of asyncpg that other modules may say.
Pool: TypeAlias = asyncpg.Pool
Connection: TypeAlias = asyncpg.Connection

CHANNEL = "indicators_release"
TIMEOUT = 600.0
# Of the stored arrays and their names: a release of another format is rebuilt, never guessed at.
FORMAT = 2
ARRAY_COLUMNS = ("release", "name", "dtype", "shape", "body")
OTHER_FORMAT = (
    "Le millésime {} a été enregistré par une autre version de Rezone, que celle-ci ne lit pas. Reconstruisez-le "
    "depuis son dossier («\u00a0rezone release build\u00a0») sous un autre identifiant (clé «\u00a0vintage\u00a0»), "
    "puis mettez-le en service («\u00a0rezone release activate\u00a0»)."
)


@cache
def query(name: str) -> str:
    """Text of sql/<name>.sql."""
    return files("services.indicators").joinpath(f"sql/{name}.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Known:
    """What the store knows of a release: enough to decide whether it may be activated or served."""

    facts: ReleaseFacts
    active: bool
    activated: bool
    readable: bool


async def save(
    connection: Connection, release: Release, raw: Mapping[str, Array], built_at: datetime
) -> None:
    """Write a release and its raw arrays, within the caller's transaction."""
    facts = release.facts
    await connection.execute(
        query("insert_release"),
        *(facts.id, facts.vintage, facts.policy, facts.two_sided, facts.audited),
        facts.model_dump_json(),
        orjson.dumps({"format": FORMAT, **release.layout.to_json()}).decode(),
        built_at,
    )
    for table, arrays in (("published_array", release.published.arrays()), ("raw_array", raw)):
        await connection.copy_records_to_table(
            table, records=_records(facts.id, arrays), columns=ARRAY_COLUMNS, timeout=TIMEOUT
        )


async def frozen(connection: Connection, vintage: str) -> asyncpg.Record | None:
    """Release (id, policy, two_sided) under which a vintage is frozen, None where it is not yet."""
    return await connection.fetchrow(query("frozen_release"), vintage)


async def find(connection: Connection, release_id: str) -> Known | None:
    """What is known of a release."""
    row = await connection.fetchrow(query("find_release"), release_id)
    return None if row is None else _known(row)


async def switch(connection: Connection, release_id: str) -> None:
    """Put a release in service and tell every listening process, within the caller's transaction."""
    await connection.execute(query("deactivate_others"), release_id)
    await connection.execute(query("activate_release"), release_id)
    await connection.execute(query("notify_release"), release_id)


async def active_id(connection: Connection | Pool) -> str | None:
    """Id of the release in service."""
    found: str | None = await connection.fetchval(query("active_release"))
    return found


async def listed(pool: Pool) -> list[Known]:
    """Every release, newest first."""
    return [_known(row) for row in await pool.fetch(query("list_releases"))]


def entries(known: Iterable[Known]) -> tuple[ReleaseListEntry, ...]:
    """Releases as the bus carries them."""
    return tuple(ReleaseListEntry(facts=release.facts, active=release.active) for release in known)


async def load(pool: Pool, release_id: str) -> Release | None:
    """Published arrays of a release, ready to serve; None where it does not exist.

    Raises NoRelease for one that another version of the code stored otherwise.
    """
    async with pool.acquire() as connection:
        row = await connection.fetchrow(query("find_release"), release_id)
        if row is None:
            return None
        if row["format"] != FORMAT:
            raise NoRelease(OTHER_FORMAT.format(release_id), available=[])
        arrays = {
            record["name"]: np.frombuffer(record["body"], dtype=record["dtype"]).reshape(record["shape"])
            for record in await connection.fetch(query("published_arrays"), release_id, timeout=TIMEOUT)
        }
    release = Release(
        ReleaseFacts.model_validate_json(row["facts"]),
        Layout.from_json(orjson.loads(row["layout"])),
        Published(**arrays),
    )
    return await asyncio.to_thread(release.prepared)


def _known(row: asyncpg.Record) -> Known:
    facts = ReleaseFacts.model_validate_json(row["facts"])
    return Known(facts, row["active"], row["activated"], row["format"] == FORMAT)


def _records(
    release_id: str, arrays: Mapping[str, Array]
) -> Iterable[tuple[str, str, str, list[int], bytes]]:
    for name, array in arrays.items():
        yield release_id, name, array.dtype.str, list(array.shape), np.ascontiguousarray(array).tobytes()
