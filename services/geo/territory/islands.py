"""The pieces of a territory, and which of them are islands. Pure: a shared border of positive length joins, no more."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from services.geo.atlas import Atlas
from services.geo.territory.ground import hidden
from shared.schemas.geo_checks import Piece


def pieces(atlas: Atlas, chosen: AbstractSet[int]) -> tuple[tuple[int, ...], ...]:
    """Positions of `chosen` (all with a polygon) grouped by shared borders, the most peopled group first."""
    groups = [tuple(group) for group in atlas.shapes.adjacency.components(list(chosen))]
    return tuple(sorted(groups, key=lambda group: (-people(atlas, group), group)))


def described(atlas: Atlas, groups: Sequence[Sequence[int]]) -> tuple[Piece, ...]:
    """The same pieces in the terms of the answer: the principal one is the most peopled that is no whole island.

    An island is a piece that no land touches, or that no land joins to the principal one.
    """
    chosen = {unit for group in groups for unit in group}
    unseen = hidden(atlas, chosen)
    found: list[Piece] = []
    mainland: int | None = None
    for group in groups:
        around = {other for unit in group for other in atlas.shapes.adjacency.of(unit).tolist()}
        alone = around <= unseen.union(group)
        first = mainland is None and not alone
        if first:
            mainland = atlas.landmass[group[0]]
        elsewhere = alone or atlas.landmass[group[0]] != mainland
        found.append(
            Piece(
                communes=tuple(atlas.communes[unit].code for unit in group),
                population=people(atlas, group),
                nature="principal" if first else "ile" if elsewhere else "fragment",
            )
        )
    return tuple(found)


def people(atlas: Atlas, units: Sequence[int]) -> int:
    """Residents of these units, those of unknown population counted for none."""
    return sum(atlas.communes[unit].population or 0 for unit in units)
