"""Units of one kind as a portal asks for them: by name, code or membership, page by page. Pure, in memory."""

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from services.geo.read.names import NameIndex
from shared.schemas.geo_read_queries import Listing

# Values of a field for units given by their positions, None where there is none.
Column = Callable[[Sequence[int]], Sequence[Any]]
Filter = Mapping[str, Collection[int]]

# Up to this many units a tuple is searched as quickly as a set, in a quarter of its memory.
FEW = 64
# What a tenfold population is worth against resemblance (0 to 1) when `boost=population` is asked.
BOOST = 0.05


@dataclass(frozen=True)
class Directory:
    """Units of one kind in the order of their codes; positions are those of `codes`.

    `filters`: for each parameter, the units of each value; `usual`: fields written when none is asked for.
    """

    codes: tuple[str, ...]
    names: NameIndex
    populations: tuple[int, ...]
    filters: Mapping[str, Filter]
    columns: Mapping[str, Column]
    usual: tuple[str, ...]

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Position of each code."""
        return {code: position for position, code in enumerate(self.codes)}


@dataclass(frozen=True)
class Found:
    """A page of what was looked for, out of `matched`; `notes` are values said beside a unit's fields."""

    positions: tuple[int, ...]
    matched: int
    notes: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


def filtered_by(values: Iterable[str | Iterable[str] | None]) -> Filter:
    """Positions of each value, from the value or values of each unit in order."""
    found: dict[str, list[int]] = defaultdict(list)
    for position, value in enumerate(values):
        for one in (value,) if isinstance(value, str) else value or ():
            found[one].append(position)
    return {
        value: tuple(positions) if len(positions) <= FEW else frozenset(positions)
        for value, positions in found.items()
    }


def any_of(table: Filter, values: Sequence[str]) -> Collection[int]:
    """Positions of the units of any of these values."""
    first, *others = (table.get(value, ()) for value in values)
    return frozenset(first).union(*others) if others else first


def search(directory: Directory, query: Listing, among: Collection[int] | None = None) -> Found:
    """Units that pass every filter (and are `among` those given): best name first, else by code; a page of them."""
    scores = directory.names.find(query.nom) if query.nom is not None else None
    kept: Collection[int] | None = scores
    if among is not None:
        kept = _both(kept, among)
    if query.code:
        kept = _both(kept, [directory.index[code] for code in query.code if code in directory.index])
    for name, table in directory.filters.items():
        wanted: tuple[str, ...] = getattr(query, name, ())
        if wanted:
            kept = _both(kept, any_of(table, wanted))
    ranked = _ranked(directory, query, range(len(directory.codes)) if kept is None else kept, scores)
    last = None if query.limit is None else query.offset + query.limit
    page = tuple(ranked[query.offset : last])
    notes = {} if scores is None else {one: {"_score": round(scores[one], 4)} for one in page}
    return Found(page, len(ranked), notes)


def _both(kept: Collection[int] | None, other: Collection[int]) -> Collection[int]:
    return other if kept is None else frozenset(other).intersection(kept)


def _ranked(
    directory: Directory, query: Listing, kept: Collection[int], scores: Mapping[int, float] | None
) -> Sequence[int]:
    populations = directory.populations
    if scores is not None:
        boost = BOOST if query.boost else 0.0
        return sorted(
            kept,
            key=lambda one: (
                -scores[one] - boost * math.log10(1 + populations[one]),
                -populations[one],
                one,
            ),
        )
    if query.boost:
        return sorted(kept, key=lambda one: (-populations[one], one))
    return kept if isinstance(kept, range) else sorted(set(kept))
