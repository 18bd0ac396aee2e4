"""Communes asked for by a point, an old code or a list of codes, and what is said of codes no longer in use. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.geo.atlas import Atlas
from services.geo.read.communes import TYPES
from services.geo.read.directory import Directory, Found, any_of, search
from services.geo.shapes.points import units_at
from services.geo.territory.codes import current_codes, suggestion
from shared.errors import InvalidQuery, NotFound
from shared.schemas.geo_read_queries import CommuneQuery


@dataclass(frozen=True)
class Sorted:
    """Current positions of codes in the order given, each once, and what became of the others."""

    positions: tuple[int, ...]
    replaced: dict[str, str]
    split: dict[str, tuple[str, ...]]
    unknown: tuple[str, ...]


def search_communes(atlas: Atlas, directory: Directory, query: CommuneQuery) -> Found:
    """Communes that pass every filter, the point and the old codes too. Raises InvalidQuery for half a point."""
    if (query.lat is None) != (query.lon is None):
        given, missing = ("lat", "lon") if query.lon is None else ("lon", "lat")
        raise InvalidQuery(f"{given} est donné sans {missing}\u00a0: un point demande les deux.")
    among: Collection[int] | None = None
    if query.lat is not None and query.lon is not None:
        among = _at(atlas, directory, query, (query.lon, query.lat))
    if not query.ancienCode:
        return search(directory, query, among)
    states = _states(atlas, query.ancienCode)
    among = states.keys() if among is None else states.keys() & set(among)
    found = search(directory, query, among)
    notes = {one: {**found.notes.get(one, {}), "_statut": states[one]} for one in found.positions}
    return Found(found.positions, found.matched, notes)


def _at(
    atlas: Atlas, directory: Directory, query: CommuneQuery, lonlat: tuple[float, float]
) -> Collection[int]:
    """The unit that holds a point, of the types asked for: the city rather than its arrondissement where both are."""
    kinds = any_of(directory.filters["type"], query.type)
    cities = TYPES["commune"] in query.type
    found = units_at(atlas, np.array([lonlat]), arrondissements=not cities).tolist()
    return [position for position in found if position in kinds]


def sort_codes(atlas: Atlas, codes: Iterable[str]) -> Sorted:
    """What each code of any COG year is today."""
    positions: dict[int, None] = {}
    replaced, split, unknown = {}, {}, []
    for code in dict.fromkeys(codes):
        match current_codes(atlas, code):
            case ():
                unknown.append(code)
            case (current,):
                positions[atlas.index[current]] = None
                if current != code:
                    replaced[code] = current
            case several:
                split[code] = several
    return Sorted(tuple(positions), replaced, split, tuple(unknown))


def no_such_commune(atlas: Atlas, code: str) -> NotFound:
    """Why a code is that of no commune: no longer in use (then the current one), or none (then a likely one)."""
    current = current_codes(atlas, code)
    if current:
        return NotFound(
            f"Le code {code} n’est plus en usage\u202f; code actuel\u00a0: {' ou '.join(current)}.",
            actuels=list(current),
            statut=_state(code, current),
        )
    meant = suggestion(atlas, code)
    hint = f" Vouliez-vous dire {meant}\u202f?" if meant else ""
    return NotFound(f"Aucune commune n’a le code {code[:12]}.{hint}")


def neighbours(atlas: Atlas, position: int) -> list[dict[str, Any]]:
    """Adjacent communes by code, and the length of the shared border in metres."""
    adjacency = atlas.shapes.adjacency
    lengths = dict(zip(adjacency.of(position).tolist(), adjacency.lengths_of(position).tolist(), strict=True))
    return [
        {
            "code": atlas.communes[other].code,
            "nom": atlas.communes[other].nom,
            "longueur": round(lengths[other], 1),
        }
        for other in atlas.neighbours(np.array([position])).tolist()
    ]


def _states(atlas: Atlas, codes: Iterable[str]) -> dict[int, str]:
    states: dict[int, str] = {}
    for code in codes:
        current = current_codes(atlas, code)
        states |= {atlas.index[one]: _state(code, current) for one in current}
    return states


def _state(code: str, current: tuple[str, ...]) -> str:
    if len(current) > 1:
        return "ambigu"
    return "actuel" if current == (code,) else "remplace"
