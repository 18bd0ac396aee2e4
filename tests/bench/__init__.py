"""Benchmarks: each prints a ratio to a named peer, or to a physical limit, measured in the same run."""
