"""What every service shares, and nothing that knows a service."""
