"""What is already there: the CPTS that hold communes of a territory, and the communes around it. Lookups only."""

from collections.abc import Sequence

import numpy as np

from services.geo.atlas import Atlas, Commune
from shared.schemas.geo_checks import CptsOverlap, Neighbour


def overlaps(atlas: Atlas, communes: Sequence[Commune]) -> tuple[CptsOverlap, ...]:
    """Existing CPTS that hold some of these communes, the one with the most people of the territory first."""
    held: dict[str, list[Commune]] = {}
    for commune in communes:
        for code in cpts_codes(atlas, commune):
            held.setdefault(code, []).append(commune)
    found = [
        CptsOverlap(
            code=code,
            nom=(cpts := atlas.layers.cpts[code]).nom,
            statut=cpts.statut,
            signature=cpts.signature,
            taille=cpts.taille,
            communes=tuple(commune.code for commune in shared),
            population=sum(commune.population or 0 for commune in shared),
            communes_en_tout=len(cpts.communes),
        )
        for code, shared in held.items()
    ]
    return tuple(sorted(found, key=lambda overlap: (-overlap.population, overlap.code)))


def cpts_codes(atlas: Atlas, commune: Commune) -> tuple[str, ...]:
    """Codes of the CPTS that hold a commune; an arrondissement is also held by one that holds its whole city."""
    of = atlas.layers.cpts_of
    return tuple(dict.fromkeys((*of.get(commune.code, ()), *of.get(commune.whole or "", ()))))


def cpts_names(atlas: Atlas, commune: Commune) -> tuple[str, ...]:
    """Names of the CPTS that hold a commune."""
    return tuple(atlas.layers.cpts[code].nom for code in cpts_codes(atlas, commune))


def neighbours(atlas: Atlas, communes: Sequence[Commune]) -> tuple[Neighbour, ...]:
    """Communes around a territory, the longest shared border first."""
    chosen = atlas.indices(tuple(commune for commune in communes if commune.contour))
    adjacency = atlas.shapes.adjacency
    found = []
    for unit in atlas.neighbours(chosen).tolist():
        commune = atlas.communes[unit]
        shared = adjacency.lengths_of(unit)[np.isin(adjacency.of(unit), chosen)]
        found.append(
            Neighbour(
                code=commune.code,
                nom=commune.nom,
                departement=commune.departement,
                population=commune.population,
                longueur_m=round(float(shared.sum())),
                cpts=cpts_names(atlas, commune),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.longueur_m, one.code)))
