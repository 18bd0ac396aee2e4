"""PostgreSQL: one pool per service under the service's own role, and the runner of its dated migrations."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources.abc import Traversable

import asyncpg
import structlog

from shared.errors import ServiceUnavailable

log = structlog.get_logger(__name__)

MIGRATION = re.compile(r"^\d{4}_[a-z0-9_]+\.sql$")
# One lock for every migration of a database, so that services starting together take turns.
MIGRATION_LOCK = 7203
CLOSING_SECONDS = 3.0
UNREACHABLE = (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, TimeoutError)


def role_of(service: str) -> str:
    """Name of the PostgreSQL role of a service."""
    return f"rezone_{service}"


async def migrate(url: str, service: str, migrations: Traversable) -> list[str]:
    """Create the service's role and schema where absent and apply its new migrations, each in a transaction.

    `migrations` holds files `NNNN_name.sql`, applied in order and once. Returns the names applied.
    Needs a connection that may create roles and schemas. Raises ServiceUnavailable.
    """
    connection = await _connect(url)
    try:
        return await _migrated(connection, service, migrations)
    except UNREACHABLE as error:
        raise _unreachable(error) from error
    except asyncpg.InsufficientPrivilegeError as error:
        raise ServiceUnavailable(
            f"Le compte de DATABASE_URL n’a pas le droit de préparer le schéma {service} ({error}). "
            "Lancez une fois «\u00a0rezone setup\u00a0» avec un compte qui peut créer rôles et schémas."
        ) from error
    finally:
        await connection.close(timeout=CLOSING_SECONDS)


async def _migrated(connection: asyncpg.Connection, service: str, migrations: Traversable) -> list[str]:
    role = role_of(service)
    await connection.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
    # Only the first start needs the right to create roles: later ones run with the service's own login.
    if await connection.fetchval("SELECT to_regclass($1)", f"{service}.migration") is None:
        await connection.execute(_role_and_schema(service, role))
    done = {row["name"] for row in await connection.fetch(f"SELECT name FROM {service}.migration")}
    applied = []
    for file in sorted(migrations.iterdir(), key=lambda entry: entry.name):
        if not MIGRATION.match(file.name) or file.name in done:
            continue
        async with connection.transaction():
            await connection.execute(f"SET LOCAL ROLE {role}")
            await connection.execute(f"SET LOCAL search_path TO {service}")
            await connection.execute(file.read_text(encoding="utf-8"))
            await connection.execute("INSERT INTO migration (name) VALUES ($1)", file.name)
        applied.append(file.name)
    if applied:
        log.info("migrated", service=service, migrations=applied)
    return applied


def _role_and_schema(service: str, role: str) -> str:
    # Service and role names are ours (a fixed list), never a caller's.
    return f"""
DO $$ BEGIN
  CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT {role} TO CURRENT_USER;
CREATE SCHEMA IF NOT EXISTS {service} AUTHORIZATION {role};
REVOKE ALL ON SCHEMA {service} FROM PUBLIC;
CREATE TABLE IF NOT EXISTS {service}.migration (
  name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE {service}.migration OWNER TO {role};
"""


@asynccontextmanager
async def open_pool(url: str, service: str, *, max_size: int = 8) -> AsyncIterator[asyncpg.Pool]:
    """Pool whose connections act as the service's role and see its schema alone. Raises ServiceUnavailable."""
    try:
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=max_size,
            timeout=10,
            command_timeout=120,
            server_settings={
                "role": role_of(service),
                "search_path": service,
                "application_name": role_of(service),
            },
        )
    except (*UNREACHABLE, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise _unreachable(error) from error
    try:
        yield pool
    finally:
        await _close(pool)


async def _close(pool: asyncpg.Pool) -> None:
    # Politely, so that nothing in flight is cut; at once where the server is gone or a connection hangs.
    try:
        async with asyncio.timeout(CLOSING_SECONDS):
            await pool.close()
    except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        pool.terminate()


async def _connect(url: str) -> asyncpg.Connection:
    try:
        return await asyncpg.connect(url, timeout=10)
    except (*UNREACHABLE, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise _unreachable(error) from error


def _unreachable(error: BaseException) -> ServiceUnavailable:
    reason = str(error) or type(error).__name__
    return ServiceUnavailable(
        f"PostgreSQL ne répond pas ({reason}). Vérifiez DATABASE_URL, ou retirez-la pour utiliser la base embarquée."
    )
