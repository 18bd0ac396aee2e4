"""Ids of what is stored: a layer is named by what it says, what is in service by all that it is made of. Pure."""

import hashlib
from collections.abc import Iterable

from services.geo.imports.records import Reference
from services.geo.layers.kinds import Layer
from services.geo.shapes.arrays import BUILD


def layer_id(layer: Layer) -> str:
    """`<kind>-<variant>-<12 hex digits>`: the same rows, vintage and source give the same id."""
    digest = hashlib.sha256(f"{layer.millesime} {layer.source} {layer.licence}".encode())
    for row in layer.rows:
        digest.update(repr(row).encode())
    return "-".join(part for part in (layer.kind, layer.variant, digest.hexdigest()[:12]) if part)


def reference_id(reference: Reference) -> str:
    """Id of a patched reference, by its content and the way shapes are built; its present id does not count."""
    digest = hashlib.sha256(f"build {BUILD} {reference.cog} {reference.sources}".encode())
    tables = (
        reference.communes,
        reference.old_codes,
        reference.departements,
        reference.regions,
        reference.epcis,
        reference.zonage,
    )
    for table in tables:
        for row in table:
            digest.update(repr(row).encode())
    for code in sorted(reference.contours):
        digest.update(code.encode())
        digest.update(reference.contours[code])
    return f"cog{reference.cog}-{digest.hexdigest()[:12]}"


def served_id(reference: str, layers: Iterable[str]) -> str:
    """Id that answers carry: the reference's own without layers, else one that every switch of a layer changes."""
    chosen = sorted(layers)
    if not chosen:
        return reference
    digest = hashlib.sha256(" ".join((reference, *chosen)).encode()).hexdigest()
    return f"{reference.partition('-')[0]}-{digest[:12]}"
