"""Tests and benchmarks. A package of its own, so that no library that installs a `tests` can stand before it."""
