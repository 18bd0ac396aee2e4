"""Which features a query chooses, in order. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from services.geo.features.collection import Collection, Property
from services.geo.ogc.cql_filter import kept
from services.geo.ogc.parameters import Box, ItemsQuery
from services.geo.shapes.polygons import Mask
from shared.errors import InvalidQuery


@dataclass(frozen=True)
class Selection:
    """Positions of one page in the collection, out of `matched` features that fit."""

    positions: Sequence[int]
    matched: int


def select(collection: Collection, query: ItemsQuery) -> Selection:
    """The page asked for. Raises InvalidQuery."""
    if not query.selective and not query.order:
        stop = len(collection) if query.limit is None else query.offset + query.limit
        return Selection(range(len(collection))[query.offset : stop], len(collection))
    mask = np.ones(len(collection), dtype=bool)
    if query.boxes:
        mask = np.logical_or.reduce([_touching(collection, box) for box in query.boxes])
    for wanted, value in query.equals:
        mask = mask & _equal(collection, wanted, value)
    if query.tree is not None:
        mask = mask & kept(collection, query.tree, query.filter_crs)
    found = np.flatnonzero(mask)
    if query.order:
        # Arrow sorts stably: features of equal rank stay by identifier.
        keys = [(name, "descending" if down else "ascending") for name, down in query.order]
        chosen = collection.table.select([name for name, _ in keys]).take(pa.array(found))
        found = found[pc.sort_indices(chosen, sort_keys=keys).to_numpy()]
    stop = len(found) if query.limit is None else query.offset + query.limit
    return Selection(found[query.offset : stop].tolist(), len(found))


def _touching(collection: Collection, box: Box) -> Mask:
    """Features whose ground has a point in common with the box; exact polygons where a box may not tell."""
    found = collection.tree.query(box.ground)
    inside = _inside(box, collection.bounds[found])
    doubtful = found[~inside]
    answer = np.zeros(len(collection), dtype=bool)
    answer[found[inside]] = True
    if len(doubtful):
        answer[doubtful] = collection.ground.meeting(
            collection.units[doubtful], lambda units, there: shapely.intersects(there, units), box.ground
        )
    return answer


def _inside(box: Box, bounds: NDArray[np.float64]) -> Mask:
    """Which of these boxes lie in the box as a whole."""
    west, south, east, north = box.ground.bounds
    inside: Mask = (
        (bounds[:, 0] >= west) & (bounds[:, 2] <= east) & (bounds[:, 1] >= south) & (bounds[:, 3] <= north)
    )
    if not box.straight:
        shapely.prepare(box.ground)
        inside[inside] = shapely.covers(box.ground, shapely.box(*bounds[inside].T))
    return inside


def _equal(collection: Collection, wanted: Property, value: str) -> Mask:
    column = collection.table.column(wanted.nom)
    if wanted.type == "liste":
        return np.array([value in (listed or ()) for listed in column.to_pylist()], dtype=bool)
    try:
        scalar = pa.scalar(value).cast(column.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise InvalidQuery(
            f"{wanted.nom}\u00a0: «\u00a0{value[:40]}\u00a0» n’est pas du type «\u00a0{wanted.type}\u00a0».",
            parameter=wanted.nom,
        ) from None
    mask: Mask = pc.fill_null(pc.equal(column, scalar), fill_value=False).to_numpy()
    return mask
