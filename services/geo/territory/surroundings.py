"""What is already there: the CPTS that hold communes of a territory, and the communes around it. Lookups only."""

from collections.abc import Sequence

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
    shared = dict.fromkeys(atlas.neighbours(chosen).tolist(), 0.0)
    for unit in chosen.tolist():
        for other, metres in zip(
            adjacency.of(unit).tolist(), adjacency.lengths_of(unit).tolist(), strict=True
        ):
            if other in shared:
                shared[other] += metres
    found = [
        Neighbour(
            code=(commune := atlas.communes[unit]).code,
            nom=commune.nom,
            departement=commune.departement,
            population=commune.population,
            longueur_m=round(metres),
            cpts=cpts_names(atlas, commune),
        )
        for unit, metres in shared.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.longueur_m, one.code)))
