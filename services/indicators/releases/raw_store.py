"""Reads back the raw counts kept beside a release, for its audit and for the freezing of vintages.

Nothing that answers imports it.
"""

from services.indicators import store
from services.indicators.release import Array
from services.indicators.releases.kept import first_of
from services.indicators.releases.same_data import COMPARED, Counted, counted
from services.indicators.store import Connection, Pool


async def read_raw(connection: Connection | Pool, release_id: str) -> dict[str, Array]:
    """Every raw array of a release, by name; none where they were not kept."""
    return await store.read_arrays(connection, "raw_arrays", release_id)


async def read_first(connection: Connection, release_id: str) -> str:
    """Id that a release had before anything was mended; empty where it was not kept."""
    return first_of(await store.read_arrays(connection, "raw_arrays", release_id, ["said"]))


async def read_counted(connection: Connection, release_id: str) -> Counted | None:
    """What tells whether a release holds the same counts as another; None where its raw arrays were not kept."""
    names = await store.names(connection, release_id)
    raw = await store.read_arrays(connection, "raw_arrays", release_id, list(COMPARED))
    codes = await store.read_arrays(connection, "published_arrays", release_id, ["codes"])
    return counted(codes["codes"], names, raw) if raw else None
