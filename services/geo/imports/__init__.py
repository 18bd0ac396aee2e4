"""Official files in: readers, what they give, and how it becomes a version in service."""
