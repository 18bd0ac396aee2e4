"""What the benchmarks measure against, and the load they put on both sides."""
