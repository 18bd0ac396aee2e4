"""The services of Rezone; each lives in its own package and imports `shared`, never another service."""
