"""The embedded PostgreSQL: one server per data directory, shared by the `rezone` processes that use it."""

from services.local_postgres.cluster import PostgresFailed
from services.local_postgres.server import LocalPostgres

__all__ = ["LocalPostgres", "PostgresFailed"]
