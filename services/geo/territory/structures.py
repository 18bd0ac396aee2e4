"""Establishments of a territory: counts with their zeros, pages, and the nearest ones. Where none is loaded it says so.

Kinds come from data/structures.toml; an establishment belongs to the kind of its FINESS category.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from services.geo.atlas import Atlas, Commune
from services.geo.layers.indexes import Structures
from services.geo.layers.kinds import Structure
from services.geo.shapes.near import departements_near, places_near
from services.geo.territory.french import listed
from services.geo.territory.located import centre_of
from services.geo.territory.resolve import chosen_communes
from services.geo.territory.structure_kinds import Genre, kind_of, structure_kinds
from shared.errors import InvalidRequest
from shared.schemas.geo_structures import (
    CountStructures,
    GroupCount,
    KindCount,
    ListStructures,
    NearestStructures,
    NearOfKind,
    NearStructure,
    StructureCounts,
    StructureFacts,
    StructureList,
    StructuresNear,
)


def count_structures(atlas: Atlas, request: CountStructures, *, max_communes: int) -> StructureCounts:
    """Establishments by kind and commune, zeros kept. Raises what `chosen_communes` does, InvalidRequest."""
    communes = chosen_communes(atlas, request.communes, max_communes).communes
    kinds = _kinds(request.genres)
    codes = tuple(commune.code for commune in communes)
    loaded = atlas.layers.structures
    outside = _outside(loaded, communes)
    if loaded is None or len(outside) == len(communes):
        return StructureCounts(
            disponible=False, communes=codes, hors_couverture=outside, dataset=atlas.dataset
        )
    found = {
        commune.code: None if commune.code in outside else Counter(map(_kind, _of(atlas, loaded, commune)))
        for commune in communes
    }
    counts = tuple(_count(kind, [_among(counter, kind.id) for counter in found.values()]) for kind in kinds)
    asked = {kind.groupe for kind in kinds}
    return StructureCounts(
        disponible=True,
        communes=codes,
        hors_couverture=outside,
        genres=counts,
        groupes=tuple(
            GroupCount(
                groupe=group.id,
                libelle=group.libelle,
                total=_whole([one.total for one in counts if one.groupe == group.id]),
            )
            for group in structure_kinds().groupe
            if group.id in asked
        ),
        autres=_whole([_among(counter, None) for counter in found.values()]),
        dataset=atlas.dataset,
    )


def list_structures(atlas: Atlas, request: ListStructures, *, max_communes: int) -> StructureList:
    """A page of establishments. Raises what `chosen_communes` does, InvalidRequest for an unknown kind."""
    communes = chosen_communes(atlas, request.communes, max_communes).communes
    wanted = {kind.id for kind in _kinds(request.genres)}
    loaded = atlas.layers.structures
    outside = _outside(loaded, communes)
    if loaded is None or len(outside) == len(communes):
        return StructureList(disponible=False, total=None, hors_couverture=outside, dataset=atlas.dataset)
    rows = [
        row
        for commune in communes
        for row in _of(atlas, loaded, commune)
        if not request.genres or _kind(row) in wanted
    ]
    page = rows[request.debut : request.debut + request.limite]
    return StructureList(
        disponible=True,
        total=len(rows),
        hors_couverture=outside,
        structures=tuple(StructureFacts(**_facts(row)) for row in page),
        dataset=atlas.dataset,
    )


def near_structures(atlas: Atlas, request: NearestStructures) -> StructuresNear:
    """The nearest establishments of each kind. Raises what `centre_of` does, InvalidRequest for an unknown kind."""
    kinds = _kinds(request.genres)
    loaded = atlas.layers.structures
    place = request.point if request.point is not None else centre_of(atlas, request.commune or "")
    around = departements_near(atlas, place, request.rayon_km)
    outside = tuple(code for code in around if loaded is None or code not in loaded.departements)
    if loaded is None or (around and len(outside) == len(around)):
        return StructuresNear(disponible=False, departements_non_couverts=outside, dataset=atlas.dataset)
    nearest: dict[str, list[NearStructure]] = {kind.id: [] for kind in kinds}
    ranks, km = places_near(atlas, place, loaded.lonlat, request.rayon_km)
    for rank, distance in zip(ranks.tolist(), km.tolist(), strict=True):
        row = loaded.rows[rank]
        of_kind = nearest.get(_kind(row) or "")
        if of_kind is not None and len(of_kind) < request.limite:
            of_kind.append(NearStructure(**_facts(row), distance_km=round(distance, 3)))
    unplaced = np.flatnonzero(np.isnan(loaded.lonlat).any(axis=1)).tolist()
    return StructuresNear(
        disponible=True,
        departements_non_couverts=outside,
        genres=tuple(
            NearOfKind(genre=kind.id, libelle=kind.libelle, structures=tuple(nearest[kind.id]))
            for kind in kinds
        ),
        sans_coordonnees=sum(_kind(loaded.rows[rank]) in nearest for rank in unplaced),
        dataset=atlas.dataset,
    )


def _outside(loaded: Structures | None, communes: Sequence[Commune]) -> tuple[str, ...]:
    """Codes of the communes of which nothing is known: a file of the Gard does not say that Paris has none."""
    told = loaded.departements if loaded else frozenset[str]()
    return tuple(commune.code for commune in communes if commune.departement not in told)


def _among(counter: Counter[str | None] | None, kind: str | None) -> int | None:
    return None if counter is None else counter[kind]


def _count(kind: Genre, by_commune: Sequence[int | None]) -> KindCount:
    return KindCount(
        genre=kind.id,
        libelle=kind.libelle,
        groupe=kind.groupe,
        total=_whole(by_commune),
        par_commune=tuple(by_commune),
    )


def _whole(counts: Sequence[int | None]) -> int | None:
    """Their sum; None where one is unknown."""
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _of(atlas: Atlas, loaded: Structures, commune: Commune) -> Sequence[Structure]:
    """Establishments of a commune; those of its arrondissements too where it has some."""
    parts = atlas.arrondissements.get(atlas.index[commune.code], ())
    codes = (commune.code, *(atlas.communes[part].code for part in parts))
    return [loaded.rows[at] for code in codes for at in loaded.by_commune.get(code, ())]


def _kind(row: Structure) -> str | None:
    kind = kind_of(row.categorie)
    return kind.id if kind else None


def _kinds(asked: Sequence[str]) -> tuple[Genre, ...]:
    known = {kind.id: kind for kind in structure_kinds().genre}
    unknown = [name for name in asked if name not in known]
    if unknown:
        raise InvalidRequest(
            f"Genres de structures inconnus\u00a0: {listed(unknown, most=20)}. "
            f"Genres admis\u00a0: {listed(known, most=len(known))}.",
            unknown=unknown,
            available=[*known],
        )
    return tuple(known[name] for name in dict.fromkeys(asked)) or tuple(known.values())


def _facts(row: Structure) -> dict[str, str | float | None]:
    return {
        "finess": row.finess,
        "nom": row.nom,
        "genre": _kind(row),
        "categorie": row.categorie,
        "libelle": row.libelle,
        "commune": row.commune,
        "adresse": row.adresse,
        "telephone": row.telephone,
        "lon": row.lon,
        "lat": row.lat,
    }
