"""The ground around a territory, each square metre told by one unit: a city, or its arrondissements, not both. Pure."""

from collections.abc import Set as AbstractSet

from services.geo.atlas import Atlas


def hidden(atlas: Atlas, chosen: AbstractSet[int]) -> frozenset[int]:
    """Positions of the units to leave out of walks around `chosen`, since others tell the same ground.

    Arrondissements show only where one of them is chosen, the whole city otherwise.
    """
    out: set[int] = set()
    for whole, parts in atlas.arrondissements.items():
        if whole not in chosen and not chosen.isdisjoint(parts):
            out.add(whole)
        else:
            out.update(parts)
    return frozenset(out.difference(chosen))
