"""The message bus: one port, two implementations (in memory, RabbitMQ)."""
