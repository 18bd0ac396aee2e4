"""Groups of communes (EPCI, canton, bassin de vie, CPTS…): listed, opened, and found from communes. Lookups only."""

from collections.abc import Mapping, Sequence

from services.geo.atlas import Atlas, Commune
from services.geo.layers.indexes import Group
from services.geo.layers.kinds import GroupKind
from services.geo.territory.codes import choose
from services.geo.territory.french import listed, shortened
from shared.errors import NotFound
from shared.schemas.geo_groups import (
    GroupMembers,
    Groups,
    GroupsFound,
    GroupsOfCommunes,
    GroupSummary,
    HoldingGroup,
    HoldingGroups,
    ListGroups,
    OpenedGroups,
    OpenGroups,
)


def list_groups(atlas: Atlas, request: ListGroups) -> Groups:
    """Groups of a kind with a commune in the département and région asked for. Raises NotFound for wrong ones."""
    _refuse_place(atlas, request)
    loaded = atlas.layers.groups.get(request.nature)
    summaries = []
    for group in (loaded or {}).values():
        communes = [atlas.communes[atlas.index[code]] for code in group.communes]
        if any(_is_in(commune, request) for commune in communes):
            summaries.append(_summary(group, communes))
    return Groups(
        nature=request.nature,
        disponible=loaded is not None,
        groupes=tuple(sorted(summaries, key=lambda one: one.code)),
        dataset=atlas.dataset,
    )


def open_groups(atlas: Atlas, request: OpenGroups) -> OpenedGroups:
    """Communes of the groups asked for. Raises NotFound with every code that is none of this kind."""
    loaded = atlas.layers.groups.get(request.nature, {})
    unknown = [code for code in request.codes if code not in loaded]
    if unknown:
        reason = "aucun regroupement de cette nature n’est chargé" if not loaded else "codes à vérifier"
        told = listed((shortened(code) for code in unknown), most=20)
        raise NotFound(
            f"Regroupements introuvables ({request.nature})\u00a0: {told} ({reason}).",
            codes=unknown,
        )
    groups = [loaded[code] for code in dict.fromkeys(request.codes)]
    return OpenedGroups(
        nature=request.nature,
        groupes=tuple(GroupMembers(code=one.code, nom=one.nom, communes=one.communes) for one in groups),
        communes=tuple(sorted({code for one in groups for code in one.communes})),
        dataset=atlas.dataset,
    )


def find_groups(atlas: Atlas, request: GroupsOfCommunes) -> GroupsFound:
    """For each kind asked for (all loaded where none is), the groups that hold the given communes.

    An arrondissement municipal is in the groups of its city. Raises UnknownCommunes, AmbiguousCommunes.
    """
    communes = choose(atlas, request.communes).communes
    kinds = dict.fromkeys(request.natures) or atlas.layers.groups
    return GroupsFound(
        natures=tuple(_holding(kind, atlas, communes) for kind in sorted(kinds)), dataset=atlas.dataset
    )


def _holding(kind: GroupKind, atlas: Atlas, communes: Sequence[Commune]) -> HoldingGroups:
    loaded: Mapping[str, Group] = atlas.layers.groups.get(kind, {})
    of = atlas.layers.groups_of.get(kind, {})
    chosen: dict[str, list[str]] = {}
    for commune in communes:
        for code in of.get(commune.code) or of.get(commune.whole or "", ()):
            chosen.setdefault(code, []).append(commune.code)
    groups = [
        HoldingGroup(code=code, nom=loaded[code].nom, communes=loaded[code].communes, choisies=tuple(members))
        for code, members in chosen.items()
    ]
    return HoldingGroups(
        nature=kind,
        disponible=kind in atlas.layers.groups,
        groupes=tuple(sorted(groups, key=lambda one: (-len(one.choisies), one.code))),
    )


def _summary(group: Group, communes: Sequence[Commune]) -> GroupSummary:
    return GroupSummary(
        code=group.code,
        nom=group.nom,
        communes=len(communes),
        population=sum(commune.population or 0 for commune in communes),
        departements=tuple(sorted({commune.departement for commune in communes})),
    )


def _is_in(commune: Commune, request: ListGroups) -> bool:
    return request.departement in (None, commune.departement) and request.region in (None, commune.region)


def _refuse_place(atlas: Atlas, request: ListGroups) -> None:
    for what, code, known in (
        ("Le département", request.departement, atlas.departements),
        ("La région", request.region, atlas.regions),
    ):
        if code is not None and code not in known:
            raise NotFound(
                f"{what} {code} n’existe pas. Exemples\u00a0: {listed(sorted(known)[:4])}.", codes=[code]
            )
