"""What every test may ask for by name."""

from tests.fixtures import (
    amqp_url,
    database_url,
    postgres_url,
    private_broker,
    private_node,
    private_postgres,
)

__all__ = ["amqp_url", "database_url", "postgres_url", "private_broker", "private_node", "private_postgres"]
