"""The communes of a territory or of a whole group, in columns, and the size of every group of a kind. Pure."""

from collections.abc import Sequence

from services.geo.atlas import Atlas, Commune
from services.geo.layers.indexes import Group
from services.geo.territory.groups import open_groups
from services.geo.territory.resolve import chosen_communes, departement_shares
from shared.errors import NotFound
from shared.schemas.geo_checks import Notice
from shared.schemas.geo_groups import OpenGroups
from shared.schemas.geo_outline import (
    GivenGroup,
    GivenTerritory,
    ListMeasures,
    MeasuredGroup,
    MeasuredGroups,
    Outline,
)


def outline(atlas: Atlas, request: GivenTerritory, *, max_communes: int) -> Outline:
    """Communes of a list (at most `max_communes`) or of a group (all of them), current and sorted by code.

    Raises NotFound for a group that is none of its kind, and what `chosen_communes` does.
    """
    notices: tuple[Notice, ...] = ()
    if request.groupe is not None:
        code, nom, communes = _opened(atlas, request.groupe)
    else:
        chosen = chosen_communes(atlas, request.communes or (), max_communes)
        code, nom, communes, notices = None, None, chosen.communes, chosen.notices
    return Outline(
        nature=request.groupe.nature if request.groupe else "communes",
        code=code,
        nom=request.nom or nom,
        codes=tuple(commune.code for commune in communes),
        noms=tuple(commune.nom for commune in communes),
        populations=tuple(commune.population for commune in communes),
        zonages=tuple(commune.zonage for commune in communes),
        population=_residents(communes),
        superficie_km2=_area(communes),
        departements=departement_shares(atlas, communes),
        regions=tuple(atlas.regions[code] for code in sorted({commune.region for commune in communes})),
        notices=notices,
        dataset=atlas.dataset,
    )


def measure_groups(atlas: Atlas, request: ListMeasures) -> MeasuredGroups:
    """Every group of a kind with its communes, residents and area, by code."""
    loaded = atlas.layers.groups.get(request.nature)
    return MeasuredGroups(
        nature=request.nature,
        disponible=loaded is not None,
        groupes=tuple(_measured(atlas, group) for _, group in sorted((loaded or {}).items())),
        dataset=atlas.dataset,
    )


def _measured(atlas: Atlas, group: Group) -> MeasuredGroup:
    communes = _communes(atlas, group.communes)
    return MeasuredGroup(
        code=group.code,
        nom=group.nom,
        communes=group.communes,
        population=_residents(communes),
        superficie_km2=_area(communes),
    )


def _opened(atlas: Atlas, group: GivenGroup) -> tuple[str, str, tuple[Commune, ...]]:
    """Code, name and communes of a group; no arrondissement of a city that is whole there."""
    if group.nature == "france":
        return "FR", "France", tuple(commune for commune in atlas.communes if commune.whole is None)
    code = group.code or ""
    if group.nature == "region":
        if code not in atlas.regions:
            raise NotFound(
                f"La région {code[:20]} n’existe pas. Exemples de codes\u00a0: 11, 76, 93.", codes=[code]
            )
        inside = (commune for commune in atlas.communes if commune.region == code and commune.whole is None)
        return code, atlas.regions[code].nom, tuple(inside)
    found = open_groups(atlas, OpenGroups(nature=group.nature, codes=(code,))).groupes[0]
    return code, found.nom, _communes(atlas, found.communes)


def _communes(atlas: Atlas, codes: Sequence[str]) -> tuple[Commune, ...]:
    return tuple(atlas.communes[atlas.index[code]] for code in codes)


def _residents(communes: Sequence[Commune]) -> int:
    return sum(commune.population or 0 for commune in communes)


def _area(communes: Sequence[Commune]) -> float | None:
    areas = [commune.area_km2 for commune in communes if commune.area_km2 is not None]
    return round(sum(areas), 2) if areas else None
