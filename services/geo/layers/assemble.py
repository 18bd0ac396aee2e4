"""Puts the rows of imported layers on the communes of an Atlas. Pure: no reading, no code of commune is guessed."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from services.geo.atlas import Atlas, Commune
from services.geo.imports.ids import served_id
from services.geo.layers.indexes import Group, Layers, Quartiers, Structures
from services.geo.layers.kinds import (
    CommuneAges,
    CommuneApl,
    CommuneZonage,
    CptsPerimeter,
    GroupKind,
    GroupMember,
    Kind,
    LayerVersion,
    Profession,
    QpvShape,
    QpvZonage,
    Row,
    Structure,
    known_zonage,
    read_variant,
)
from services.geo.layers.places import communes_of, departements_told, one_each, summed
from services.geo.layers.quartiers import assemble_quartiers
from services.geo.layers.words import version_title
from services.geo.territory.codes import current_codes
from shared.schemas.geo import Source, Zonage

RowT = TypeVar("RowT")
Read = tuple[LayerVersion, tuple[Row, ...]]


def with_layers(atlas: Atlas, stored: Sequence[Read]) -> Atlas:
    """The Atlas with everything imported beside its reference; its id and sources tell of each layer."""
    layers = assemble_layers(atlas, stored)
    dataset = atlas.dataset
    return replace(
        atlas,
        layers=layers,
        communes=tuple(_facts(atlas, layers)) if stored else atlas.communes,
        dataset=dataset.model_copy(
            update={
                "id": served_id(dataset.id, (version.id for version in layers.versions)),
                "sources": (*dataset.sources, *map(_source, layers.versions)),
            }
        ),
    )


def assemble_layers(atlas: Atlas, stored: Sequence[Read]) -> Layers:
    """The rows of each layer by current commune codes, with the groups that the reference itself gives."""
    versions = tuple(sorted((version for version, _ in stored), key=lambda one: (one.kind, one.variant)))
    qpv_zonages = {
        read_variant(version.variant): {row.qpv: known_zonage(row.zonage) for row in _only(rows, QpvZonage)}
        for version, rows in _of(stored, Kind.ZONAGE_QPV)
    }
    cpts = {
        row.code: replace(row, communes=communes_of(atlas, row.communes))
        for _, rows in _of(stored, Kind.CPTS)
        for row in _only(rows, CptsPerimeter)
    }
    structures = [row for _, rows in _of(stored, Kind.STRUCTURES) for row in _only(rows, Structure)]
    return Layers(
        versions=versions,
        zonages={
            read_variant(version.variant): _known(
                one_each(
                    atlas, ((row.commune, known_zonage(row.zonage)) for row in _only(rows, CommuneZonage))
                )
            )
            for version, rows in _of(stored, Kind.ZONAGE)
        },
        quartiers={
            int(version.variant): assemble_quartiers(
                atlas, int(version.variant), _only(rows, QpvShape), qpv_zonages
            )
            for version, rows in _of(stored, Kind.QPV)
        },
        groups=_reference_groups(atlas)
        | {
            GroupKind(version.variant): _groups(atlas, _only(rows, GroupMember))
            for version, rows in _of(stored, Kind.REGROUPEMENT)
        }
        | (
            {GroupKind.CPTS: {one.code: Group(one.code, one.nom, one.communes) for one in cpts.values()}}
            if cpts
            else {}
        ),
        cpts=cpts,
        structures=_structures(atlas, structures) if structures else None,
        ages={
            int(version.variant): summed(
                atlas, ((row.commune, row.bands) for row in _only(rows, CommuneAges))
            )
            for version, rows in _of(stored, Kind.AGES)
        },
        apl={
            read_variant(version.variant): one_each(
                atlas, ((row.commune, row.apl) for row in _only(rows, CommuneApl))
            )
            for version, rows in _of(stored, Kind.APL)
        },
    )


def _of(stored: Sequence[Read], kind: Kind) -> list[Read]:
    return [(version, rows) for version, rows in stored if version.kind is kind]


def _only(rows: Iterable[Row], kind: type[RowT]) -> list[RowT]:
    return [row for row in rows if isinstance(row, kind)]


def _known(zonages: dict[str, Zonage]) -> dict[str, Zonage]:
    return {code: zonage for code, zonage in zonages.items() if zonage is not Zonage.INCONNU}


def _reference_groups(atlas: Atlas) -> dict[GroupKind, dict[str, Group]]:
    names = {code: place.nom for code, place in atlas.departements.items()}
    departements: dict[str, list[str]] = {}
    epcis: dict[str, list[str]] = {}
    for commune in atlas.communes:
        # Arrondissements are in their commune already.
        if commune.whole is None:
            departements.setdefault(commune.departement, []).append(commune.code)
            if commune.epci in atlas.epcis:
                epcis.setdefault(str(commune.epci), []).append(commune.code)
    return {
        GroupKind.DEPARTEMENT: {
            code: Group(code, names.get(code, code), tuple(communes))
            for code, communes in sorted(departements.items())
        },
        GroupKind.EPCI: {
            code: Group(code, atlas.epcis[code].nom, tuple(communes))
            for code, communes in sorted(epcis.items())
        },
    }


def _groups(atlas: Atlas, rows: Sequence[GroupMember]) -> dict[str, Group]:
    """Groups by code. A merged commune follows the row of its current code, else every group of its old ones."""
    own = {row.commune for row in rows if row.commune in atlas.index}
    names: dict[str, str] = {}
    members: dict[str, set[str]] = {}
    for row in rows:
        names[row.groupe] = row.nom
        found = {row.commune} if row.commune in own else set(current_codes(atlas, row.commune)) - own
        members.setdefault(row.groupe, set()).update(found)
    return {
        code: Group(code, names[code], tuple(sorted(communes)))
        for code, communes in sorted(members.items())
        if communes
    }


def _structures(atlas: Atlas, rows: Sequence[Structure]) -> Structures:
    """Establishments sorted by number, each in the current commune of its code."""
    placed = []
    for row in sorted(rows, key=lambda one: one.finess):
        current = current_codes(atlas, row.commune)
        moved = len(current) == 1 and current[0] != row.commune
        placed.append(replace(row, commune=current[0]) if moved else row)
    lonlat = np.array([(row.lon, row.lat) for row in placed], dtype=np.float64)
    return Structures(tuple(placed), lonlat, departements_told(atlas, (row.commune for row in placed)))


def _facts(atlas: Atlas, layers: Layers) -> Iterable[Commune]:
    """Communes with the latest zonage médecin known for each, and the QPV of the newest generation where told."""
    latest: dict[str, tuple[int, Zonage]] = {}
    for profession, year in sorted(layers.zonages, key=lambda key: key[1]):
        if profession is Profession.MEDECIN:
            zonages = layers.zonages[profession, year]
            latest |= {code: (year, zonage) for code, zonage in zonages.items()}
    newest = layers.quartiers[max(layers.quartiers)] if layers.quartiers else None
    national = newest is not None and newest.departements.issuperset(atlas.departements)
    for commune in atlas.communes:
        shipped = (commune.zonage_millesime or 0, commune.zonage)
        millesime, zonage = max(latest.get(commune.code, shipped), shipped, key=lambda one: one[0])
        yield replace(
            commune,
            zonage=zonage,
            zonage_millesime=millesime or None,
            qpv=_qpv(commune, newest, national=national) if newest else commune.qpv,
        )


def _qpv(commune: Commune, newest: Quartiers, *, national: bool) -> int | None:
    """Quartiers of a commune; a local layer may lack some, so its silence does not undo a published count."""
    if commune.departement not in newest.departements:
        return commune.qpv
    counted = len(newest.by_commune.get(commune.code, ()))
    return counted if national or counted else commune.qpv or 0


def _source(version: LayerVersion) -> Source:
    return Source(
        objet=version_title(version),
        source=version.source,
        millesime=version.millesime,
        licence=version.licence,
    )
