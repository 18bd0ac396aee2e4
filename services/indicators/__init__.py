"""Counts in, publishable aggregates out: the only service where a raw count exists."""
