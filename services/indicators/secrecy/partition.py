"""Cuts every row into atoms, parents first, under one of two policies."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from services.indicators.geography import Geography
from services.indicators.secrecy.atoms_policy import join_unsafe
from services.indicators.secrecy.blocs import Rule, connected, numbered, with_pairs
from services.indicators.secrecy.mask_policy import hide_unsafe
from services.indicators.secrecy.order import Order
from services.indicators.secrecy.piece import NONE, Cut, Mask, Partition, Piece
from services.indicators.secrecy.terrain import Terrain, terrain_of

Policy = Literal["commune-mask", "atoms"]
Labels = npt.NDArray[np.integer]
Pairs = Mapping[str, Iterable[tuple[int, int]]]


@dataclass(frozen=True, repr=False)
class Plan:
    """How a release is to be cut.

    `order` is used by the atoms policy alone. `exact`: for each row, the areas of the geography whose exact total
    would be published (commune-mask hides enough for it to tell nothing). `forced`: units that a row must not
    keep apart, found by an audit.
    """

    policy: Policy
    order: Order
    exact: Mapping[str, Mask] = field(default_factory=dict)
    forced: Pairs = field(default_factory=dict)


def cut(pieces: tuple[Piece, ...], geography: Geography, plan: Plan) -> Partition:
    """Cut of every piece. A piece follows its parents: each of its atoms is made of whole atoms of theirs.

    Where a parent has data that may not be told at all, its children are not told either.
    """
    terrain = terrain_of(geography)
    by_name = {piece.name: piece for piece in pieces}
    found: Partition = {}
    for piece in pieces:
        parents = [(by_name[parent], found[parent]) for parent in piece.parents]
        found[piece.name] = _cut(piece, parents, terrain, plan)
    return found | {piece.name: _copied(piece, found[piece.cut_as]) for piece in pieces if piece.cut_as}


def _copied(piece: Piece, cut: Cut) -> Cut:
    """The cut of another row, where this one has data; no total of its own tells of its hidden sets."""
    broken = np.zeros(len(cut.shown), dtype=bool)
    broken[cut.atom[~piece.loaded]] = True
    shown = cut.shown & ~broken
    return Cut(np.where(piece.loaded, cut.atom, NONE).astype(np.int32), shown, shown.copy())


def _cut(piece: Piece, parents: list[tuple[Piece, Cut]], terrain: Terrain, plan: Plan) -> Cut:
    units = len(piece.n)
    loaded, apart = piece.loaded.copy(), np.zeros(units, dtype=bool)
    for parent, held in parents:
        loaded &= (held.atom != NONE) | ~parent.loaded
        apart |= parent.loaded & ~held.shown[held.atom]
    partitions: list[Labels] = [held.atom for _, held in parents]
    pairs = plan.forced.get(piece.name)
    if pairs:
        partitions.append(with_pairs(pairs, units))
    start = numbered(connected(partitions, units), loaded)
    rule = Rule(piece)
    if plan.policy == "atoms":
        return join_unsafe(rule, start, terrain, plan.order)
    none = np.zeros(len(terrain.areas), dtype=bool)
    return hide_unsafe(rule, start, apart, terrain, plan.exact.get(piece.name, none))
