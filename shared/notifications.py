"""Follows PostgreSQL's notifications on one channel through every loss of the connection. Knows no service."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import asyncpg
import structlog

log = structlog.get_logger(__name__)

# InternalClientError: asyncpg's word for a query sent while the server is closing the connection.
LOST = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
RETRY_SECONDS = 1.0
# A half-open connection never notifies: one looks by oneself now and then.
LOOK_SECONDS = 60.0
# How long a connection on its way is waited for once nobody wants it.
ENDING_SECONDS = 3.0


async def follow(pool: asyncpg.Pool, channel: str, changed: Callable[[], Awaitable[None]]) -> None:
    """Call `changed` once listening, and at each notification; runs until cancelled.

    What was notified while nobody listened is caught by the first call after each connection, and by a look
    every LOOK_SECONDS.
    """
    reachable = True
    while True:
        try:
            await _listen(pool, channel, changed)
            reachable = True
        except LOST as error:
            if reachable:
                log.warning("listener_lost", channel=channel, reason=type(error).__name__)
            reachable = False
        except Exception:
            # What changed cannot be taken, now or perhaps ever: what was loaded goes on serving.
            log.exception("change_not_followed", channel=channel)
            reachable = True
        await asyncio.sleep(RETRY_SECONDS)


async def _listen(pool: asyncpg.Pool, channel: str, changed: Callable[[], Awaitable[None]]) -> None:
    woken = asyncio.Event()
    connection = await _acquired(pool)
    try:
        connection.add_termination_listener(lambda _: woken.set())
        await connection.add_listener(channel, lambda *_: woken.set())
        while not connection.is_closed():
            woken.clear()
            await changed()
            # Not wait_for: Python 3.11's loses a cancellation that falls as the event is set.
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await woken.wait()
    finally:
        # Ended rather than given back: the listener and the connection go together.
        connection.terminate()
        await pool.release(connection)


async def _acquired(pool: asyncpg.Pool) -> asyncpg.Connection:
    """A connection of the pool; cancelled, it first ends the one on its way.

    asyncpg given up as it connects leaves its socket open, and the loop complains of it once the program ends.
    """
    acquiring = asyncio.ensure_future(pool.acquire())
    try:
        return await asyncio.shield(acquiring)
    except asyncio.CancelledError:
        await asyncio.wait({acquiring}, timeout=ENDING_SECONDS)
        acquiring.cancel()
        with suppress(*LOST, asyncio.CancelledError):
            await pool.release(await acquiring)
        raise
