"""Passages that are no shared border (bridges, fords, ferries), as a dated file declares them. Pure but for it."""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from services.geo.atlas import Atlas
from shared.schemas.geo_checks import Link

Links = Mapping[frozenset[int], Link]


@cache
def declared_links() -> tuple[Link, ...]:
    """Every link of data/liaisons.csv; raises a validation error where a row is not one."""
    text = files("services.geo").joinpath("data/liaisons.csv").read_text(encoding="utf-8")
    return tuple(
        Link.model_validate({**row, "communes": (row["code_a"], row["code_b"])})
        for row in csv.DictReader(text.splitlines())
    )


def known_links(atlas: Atlas, links: Sequence[Link]) -> Links:
    """Links by the positions of their two ends; one whose commune is not in the Atlas is left out."""
    return {
        frozenset(atlas.index[code] for code in link.communes): link
        for link in links
        if all(code in atlas.index for code in link.communes)
    }


def neighbours_by_link(links: Links) -> Mapping[int, tuple[int, ...]]:
    """Positions reached by a link, by position."""
    found: dict[int, tuple[int, ...]] = {}
    for ends in links:
        one, other = sorted(ends)
        found[one] = (*found.get(one, ()), other)
        found[other] = (*found.get(other, ()), one)
    return found


def joined(pieces: Sequence[Sequence[int]], links: Links) -> tuple[list[int], tuple[Link, ...]]:
    """Group number of each piece once links join them (the lowest rank of its group), and the links that did."""
    piece_of = {unit: rank for rank, piece in enumerate(pieces) for unit in piece}
    group = list(range(len(pieces)))
    used = []
    for ends, link in links.items():
        ranks = {group[piece_of[unit]] for unit in ends if unit in piece_of}
        if ends <= piece_of.keys() and len({piece_of[unit] for unit in ends}) == 2:
            used.append(link)
            group = [min(ranks) if number in ranks else number for number in group]
    return group, tuple(used)
