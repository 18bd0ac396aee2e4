"""A file of some départements over the version in service: theirs are replaced, everyone else's rows stay. Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from services.geo.layers.kinds import CptsPerimeter, Layer, LayerVersion, QpvShape, QpvZonage, Row, Structure
from services.geo.layers.places import NATIONAL

# Code of commune, of any year → code of its département.
DepartementOf = Callable[[str], str]
JOINED = "\u202f; "


@dataclass(frozen=True)
class Merged:
    """The layer to store; `kept`: rows of the version in service that it took over.

    `told`: départements replaced, each with the rows it had and those it has now.
    """

    layer: Layer
    kept: int = 0
    told: tuple[tuple[str, int, int], ...] = ()


def merged(
    layer: Layer,
    before: LayerVersion,
    rows: Sequence[Row],
    departement_of: DepartementOf,
    served: Collection[str],
) -> Merged:
    """The layer with the rows of `before` that lie in départements it does not speak of; alone where it is national.

    A row with the key of one of the layer (number of an establishment, code of a CPTS) is replaced wherever it lies.
    """
    told = Counter(departement(row, departement_of) for row in layer.rows)
    if len(told.keys() & set(served)) >= NATIONAL * len(served):
        return Merged(layer)
    keys = {key(row) for row in layer.rows}
    places = [departement(row, departement_of) for row in rows]
    kept = tuple(
        row for row, place in zip(rows, places, strict=True) if place not in told and key(row) not in keys
    )
    if not kept:
        return Merged(layer)
    whole = replace(
        layer,
        millesime=_both(before.millesime, layer.millesime),
        source=_both(before.source, layer.source),
        licence=_both(before.licence, layer.licence) if before.licence and layer.licence else None,
        rows=tuple(sorted((*kept, *layer.rows), key=key)),
    )
    had = Counter(places)
    return Merged(whole, len(kept), tuple((code, had[code], told[code]) for code in sorted(told)))


def key(row: Row) -> str:
    """What names a row within its layer."""
    match row:
        case Structure():
            return row.finess
        case QpvShape() | CptsPerimeter():
            return row.code
        case QpvZonage():
            return row.qpv
    return row.commune


def departement(row: Row, departement_of: DepartementOf) -> str:
    """Where a row lies: by its commune, or the code of its quartier; of a CPTS, where most of its communes are."""
    if isinstance(row, QpvShape | QpvZonage):
        return departement_of_qpv(key(row))
    if isinstance(row, CptsPerimeter):
        counts = Counter(map(departement_of, row.communes))
        return min(counts, key=lambda code: (-counts[code], code), default="")
    return departement_of(row.commune)


def departement_of_qpv(code: str) -> str:
    """Département that the code of a quartier names: QN08302M → 83, QP02A001 → 2A, QN97401M → 974."""
    return code[3:5] if code[2] == "0" else code[2:5]


def _both(before: str, now: str) -> str:
    """Words of the two, each once, in the order they came."""
    return JOINED.join(dict.fromkeys((*before.split(JOINED), *now.split(JOINED))))
