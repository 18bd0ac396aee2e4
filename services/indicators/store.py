"""SQL of the indicators service: publishes a release whole, activates one, reads what serves.

Raw arrays are written here, and read in raw_store, which nothing that answers imports.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias

import asyncpg
import numpy as np
import orjson

from services.indicators.release import Array, Layout, Published, Release
from shared.errors import NoRelease
from shared.schemas.indicators import ReleaseFacts, ReleaseListEntry

# The words of asyncpg that other modules may say.
Pool: TypeAlias = asyncpg.Pool
Connection: TypeAlias = asyncpg.Connection
Record: TypeAlias = asyncpg.Record

Verdict = Literal["passed", "partial", "failed"]
"""What audits say: the whole release and nothing found; some départements and nothing found; something found."""

CHANNEL = "indicators_release"
TIMEOUT = 600.0
# Of the stored arrays and their names: a release of another format is rebuilt, never guessed at.
FORMAT = 3
ARRAY_COLUMNS = ("release", "name", "dtype", "shape", "body")
OTHER_FORMAT = (
    "Le millésime {} a été enregistré par une autre version de Rezone, que celle-ci ne lit pas. Reconstruisez-le "
    "depuis son dossier («\u00a0rezone release build\u00a0»), après l’avoir retiré s’il a déjà servi "
    "(«\u00a0rezone release retire\u00a0»), puis mettez-le en service («\u00a0rezone release activate\u00a0»)."
)


@cache
def query(name: str) -> str:
    """Text of sql/<name>.sql."""
    return files("services.indicators").joinpath(f"sql/{name}.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Known:
    """What the store knows of a release: enough to decide whether it may be activated or served.

    `verdict` of its audits, and the time of the one that decides; None where it was never audited.
    """

    facts: ReleaseFacts
    active: bool
    activated: bool
    readable: bool
    verdict: Verdict | None
    audited_at: datetime | None


async def save(
    connection: Connection, release: Release, raw: Mapping[str, Array], built_at: datetime
) -> None:
    """Write a release and its raw arrays, within the caller's transaction."""
    facts = release.facts
    await connection.execute(
        query("insert_release"),
        *(facts.id, facts.vintage, facts.policy, facts.two_sided),
        facts.model_dump_json(),
        orjson.dumps({"format": FORMAT, **release.layout.to_json()}).decode(),
        built_at,
    )
    for table, arrays in (("published_array", release.published.arrays()), ("raw_array", raw)):
        await connection.copy_records_to_table(
            table, records=_records(facts.id, arrays), columns=ARRAY_COLUMNS, timeout=TIMEOUT
        )


async def find(connection: Connection, release_id: str) -> Known | None:
    """What is known of a release."""
    row = await connection.fetchrow(query("find_release"), release_id)
    return None if row is None else _known(row)


async def notify(connection: Connection, release_id: str) -> None:
    """Tell every listening process that what is known of a release changed, once the transaction ends."""
    await connection.execute(query("notify_release"), release_id)


async def remove(connection: Connection, release_id: str) -> None:
    """Remove a release, its raw counts and its audits, within the caller's transaction."""
    await connection.execute(query("delete_release"), release_id)


async def retire(connection: Connection, release_id: str, vintage: str) -> None:
    """Remove a release and remember its id, within the caller's transaction."""
    await remove(connection, release_id)
    await connection.execute(query("retire_release"), release_id, vintage)
    await notify(connection, release_id)


async def retired_at(connection: Connection | Pool, release_id: str) -> datetime | None:
    """When a release of this id was last retired, None where none was."""
    found: datetime | None = await connection.fetchval(query("retired_release"), release_id)
    return found


async def switch(connection: Connection, release_id: str) -> None:
    """Put a release in service and tell every listening process, within the caller's transaction."""
    await connection.execute(query("deactivate_others"), release_id)
    await connection.execute(query("activate_release"), release_id)
    await notify(connection, release_id)


async def active_id(connection: Connection | Pool) -> str | None:
    """Id of the release in service."""
    found: str | None = await connection.fetchval(query("active_release"))
    return found


async def listed(connection: Connection | Pool) -> list[Known]:
    """Every release, newest first."""
    return [_known(row) for row in await connection.fetch(query("list_releases"))]


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
        arrays = await read_arrays(connection, "published_arrays", release_id)
    release = Release(_facts(row), Layout.from_json(orjson.loads(row["layout"])), Published(**arrays))
    return await asyncio.to_thread(release.prepared)


async def names(connection: Connection | Pool, release_id: str) -> dict[str, list[str]]:
    """Names of the positions in the arrays of a release, whatever version of the code stored it; else empty."""
    row = await connection.fetchrow(query("find_release"), release_id)
    return orjson.loads(row["layout"]) if row else {}


async def read_arrays(
    connection: Connection, table: str, release_id: str, names: Sequence[str] | None = None
) -> dict[str, Array]:
    """Arrays of a release by name, those of `names` where given; `table` names the query."""
    records = await connection.fetch(query(table), release_id, names, timeout=TIMEOUT)
    return {
        record["name"]: np.frombuffer(record["body"], dtype=record["dtype"]).reshape(record["shape"])
        for record in records
    }


def _known(row: Record) -> Known:
    return Known(
        _facts(row),
        row["active"],
        row["activated"],
        row["format"] == FORMAT,
        row["verdict"],
        row["audited_at"],
    )


def _facts(row: Record) -> ReleaseFacts:
    """Facts as they are now: what was stored with the release could not know of its audits."""
    facts = ReleaseFacts.model_validate_json(row["facts"])
    passed = row["verdict"] == "passed"
    at = row["audited_at"].isoformat() if passed else None
    return facts.model_copy(update={"audited": passed, "audited_at": at})


def _records(
    release_id: str, arrays: Mapping[str, Array]
) -> Iterable[tuple[str, str, str, list[int], bytes]]:
    for name, array in arrays.items():
        yield release_id, name, array.dtype.str, list(array.shape), np.ascontiguousarray(array).tobytes()
