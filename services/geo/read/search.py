"""Communes by name, code, postal code or membership, as a portal asks for them. Pure, in memory."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.geo.atlas import Atlas, Commune
from services.geo.read.names import NameIndex, index_names
from shared.schemas.geo_read import CommuneQuery

# What a tenfold population is worth against resemblance (0 to 1) when `boost=population` is asked.
BOOST = 0.05


@dataclass(frozen=True)
class Gazetteer:
    """An Atlas and the indexes to look communes up in it; positions are those of `atlas.communes`."""

    atlas: Atlas
    names: NameIndex
    filters: Mapping[str, Mapping[str, tuple[int, ...]]]


@dataclass(frozen=True)
class Found:
    """A commune and, when it was looked for by name, how alike its name is (0 to 1)."""

    commune: Commune
    score: float | None


def build_gazetteer(atlas: Atlas) -> Gazetteer:
    """Index every commune and arrondissement of the Atlas."""
    filters: dict[str, dict[str, list[int]]] = {
        name: defaultdict(list) for name in ("codePostal", "codeDepartement", "codeRegion", "codeEpci")
    }
    for position, commune in enumerate(atlas.communes):
        filters["codeDepartement"][commune.departement].append(position)
        filters["codeRegion"][commune.region].append(position)
        if commune.epci:
            filters["codeEpci"][commune.epci].append(position)
        for postal_code in commune.codes_postaux:
            filters["codePostal"][postal_code].append(position)
    return Gazetteer(
        atlas,
        index_names(commune.nom for commune in atlas.communes),
        {
            name: {code: tuple(positions) for code, positions in table.items()}
            for name, table in filters.items()
        },
    )


def search(gazetteer: Gazetteer, query: CommuneQuery) -> tuple[Found, ...]:
    """Communes that pass every filter given: best name first, else by code.

    Arrondissements municipaux come when looked for by name or code, not in lists of a département or postal code.
    """
    scores = gazetteer.names.find(query.nom) if query.nom is not None else None
    kept: set[int] | None = set(scores) if scores is not None else None
    if query.code:
        index = gazetteer.atlas.index
        kept = _both(kept, (index[code] for code in query.code if code in index))
    for name, table in gazetteer.filters.items():
        codes: tuple[str, ...] = getattr(query, name)
        if codes:
            kept = _both(kept, (position for code in codes for position in table.get(code, ())))
    communes = gazetteer.atlas.communes
    if kept is None:
        kept = set(range(len(communes)))
    if query.nom is None and not query.code:
        kept = {position for position in kept if communes[position].nature == "commune"}
    ranked = sorted(kept, key=lambda position: _rank(communes[position], scores, position, query))
    return tuple(
        Found(communes[position], scores[position] if scores is not None else None)
        for position in ranked[: query.limit]
    )


def _both(kept: set[int] | None, positions: Iterable[int]) -> set[int]:
    return set(positions) if kept is None else kept.intersection(positions)


def _rank(
    commune: Commune, scores: Mapping[int, float] | None, position: int, query: CommuneQuery
) -> tuple[float, int, str]:
    population = commune.population or 0
    if scores is None:
        return (-population if query.boost else 0, 0, commune.code)
    boost = BOOST * math.log10(1 + population) if query.boost else 0.0
    return (-scores[position] - boost, -population, commune.code)
