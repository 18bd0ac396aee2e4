"""The only shapes that cross the bus: frozen pydantic models, grouped by the service that answers them."""
