"""SQL of the layers: writes versions whole, switches them, lists them. No rule of the domain."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from services.geo.layers.kinds import LayerVersion
from services.geo.store import (
    PART_BYTES,
    TIMEOUT,
    Connection,
    Pool,
    StoredLayer,
    layer_version,
    query,
)

LOOK_SECONDS = 0.5


@asynccontextmanager
async def one_command_at_a_time(pool: Pool, waiting: Callable[[], None]) -> AsyncIterator[None]:
    """Hold off every other import command, from the first look at what is in service to the switch.

    `waiting` is called once where another command is at work. The lock goes with its connection.
    """
    async with pool.acquire() as connection:
        told = False
        while not await connection.fetchval(query("try_command_lock")):
            if not told:
                waiting()
            told = True
            await asyncio.sleep(LOOK_SECONDS)
        try:
            yield
        finally:
            await connection.execute(query("unlock_command"))


async def versions(pool: Pool) -> tuple[LayerVersion, ...]:
    """Every stored layer by kind and variant, the one in service first, then the newest."""
    return tuple(layer_version(row) for row in await pool.fetch(query("layers")))


async def save_layers(pool: Pool, layers: Sequence[StoredLayer]) -> tuple[str, ...]:
    """Write those not there yet and put all in service, in one transaction; ids of those written."""
    written = []
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(query("lock_imports"), timeout=TIMEOUT)
        for layer in layers:
            if await _insert(connection, layer):
                written.append(layer.version.id)
            await _switch(connection, layer.version.id)
        await connection.execute(query("notify_dataset"), "layers")
    return tuple(written)


async def activate_layer(pool: Pool, layer: str) -> None:
    """Put a stored version in service in place of the one of its kind and variant."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(query("lock_imports"), timeout=TIMEOUT)
        await _switch(connection, layer)
        await connection.execute(query("notify_dataset"), layer)


async def retire_layer(pool: Pool, layer: str) -> None:
    """Take a version out of service, with none of its kind and variant in its place."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(query("lock_imports"), timeout=TIMEOUT)
        await connection.execute(query("retire_layer"), layer)
        await connection.execute(query("notify_dataset"), layer)


async def remove_layer(pool: Pool, layer: str) -> None:
    """Delete a version that is not in service."""
    await pool.execute(query("delete_layer"), layer, timeout=TIMEOUT)


async def _switch(connection: Connection, layer: str) -> None:
    await connection.execute(query("deactivate_layer"), layer)
    await connection.execute(query("activate_layer"), layer)


async def _insert(connection: Connection, layer: StoredLayer) -> bool:
    version = layer.version
    inserted = await connection.fetchval(
        query("insert_layer"),
        version.id,
        version.kind.value,
        version.variant,
        version.millesime,
        version.source,
        version.licence,
        version.detected,
        version.rows,
        version.rejects,
    )
    if inserted is None:
        return False
    parts = range(0, len(layer.document), PART_BYTES)
    await connection.copy_records_to_table(
        "layer_part",
        records=(
            (version.id, number, layer.document[start : start + PART_BYTES])
            for number, start in enumerate(parts)
        ),
        columns=("layer", "part", "body"),
        timeout=TIMEOUT,
    )
    return True
