"""What every test may ask for by name, and how laws are tried."""

from hypothesis import settings

from tests.fixtures import (
    amqp_url,
    database_url,
    postgres_url,
    private_broker,
    private_node,
    private_postgres,
)

__all__ = ["amqp_url", "database_url", "postgres_url", "private_broker", "private_node", "private_postgres"]

# Speed is measured by benchmarks, never asserted in a test: a busy machine must not fail a law.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
