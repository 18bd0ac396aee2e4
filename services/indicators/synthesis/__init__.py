"""Fictitious counts for every commune, drawn from a seed (DOMAIN §7). Nothing here reads a real count."""
