"""What every service shares, and nothing that knows a service."""

__version__ = "0.1.0"
