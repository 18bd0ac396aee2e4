"""Communes, arrondissements municipaux, communes associées et déléguées, as geo.api.gouv.fr writes them. Pure."""

from collections import defaultdict
from dataclasses import dataclass

from services.geo.atlas import Atlas, Commune
from services.geo.imports.records import OldNature
from services.geo.read.columns import boxes, contours, each, hectares, nothing, point
from services.geo.read.directory import Directory, filtered_by
from services.geo.read.names import index_names

TYPES = {"commune": "commune-actuelle", "arrondissement": "arrondissement-municipal"}
OLD_TYPES: dict[OldNature, str] = {"associee": "commune-associee", "deleguee": "commune-deleguee"}


@dataclass(frozen=True, slots=True)
class OldCommune:
    """A commune associée or déléguée, and the current commune that it is part of."""

    code: str
    nom: str
    type: str
    chef_lieu: Commune
    departement: str
    region: str


def zone_of(departement: str) -> str:
    """Zone of a département; those of the Pacific and the Atlantic are not served."""
    return "drom" if departement.startswith("97") else "metro"


def list_communes(atlas: Atlas) -> Directory:
    """Every commune and arrondissement municipal."""
    communes, shapes = atlas.communes, atlas.shapes
    old_codes: dict[str, list[str]] = defaultdict(list)
    for old, current in sorted(atlas.successors.items()):
        for code in current:
            old_codes[code].append(old)
    parts: dict[OldNature, dict[str, list[dict[str, str]]]] = {
        "associee": defaultdict(list),
        "deleguee": defaultdict(list),
    }
    for one in old_communes(atlas):
        nature = atlas.old_natures[one.code]
        parts[nature][one.chef_lieu.code].append({"code": one.code, "nom": one.nom})
    filters = {
        "type": filtered_by(TYPES[one.nature] for one in communes),
        "zone": filtered_by(zone_of(one.departement) for one in communes),
        "codePostal": filtered_by(one.codes_postaux for one in communes),
        "codeDepartement": filtered_by(one.departement for one in communes),
        "codeRegion": filtered_by(one.region for one in communes),
        "codeEpci": filtered_by(one.epci for one in communes),
        "codeParent": filtered_by(one.whole for one in communes),
        "siren": filtered_by(one.siren for one in communes),
    }
    columns = {
        "nom": each(communes, lambda one: one.nom),
        "code": each(communes, lambda one: one.code),
        "type": each(communes, lambda one: TYPES[one.nature]),
        "codeParent": each(communes, lambda one: one.whole),
        "codesPostaux": each(communes, lambda one: sorted(one.codes_postaux)),
        "siren": each(communes, lambda one: one.siren),
        "population": each(communes, lambda one: one.population),
        "zone": each(communes, lambda one: zone_of(one.departement)),
        "codeEpci": each(communes, lambda one: one.epci),
        "epci": each(communes, lambda one: epci_of(atlas, one.epci)),
        "codeDepartement": each(communes, lambda one: one.departement),
        "departement": each(communes, lambda one: departement_of(atlas, one.departement)),
        "codeRegion": each(communes, lambda one: one.region),
        "region": each(communes, lambda one: region_of(atlas, one.region)),
        "anciensCodes": each(communes, lambda one: old_codes.get(one.code, [])),
        "deleguees": each(communes, lambda one: parts["deleguee"].get(one.code)),
        "associees": each(communes, lambda one: parts["associee"].get(one.code)),
        "surface": each(communes, lambda one: hectares(one.area_km2)),
        "centre": each(communes, lambda one: point(one.centre)),
        "bbox": boxes(shapes.bounds),
        "contour": contours(shapes.levels[0].polygons, shapes.projection),
        "mairie": nothing,
    }
    return Directory(
        codes=tuple(one.code for one in communes),
        names=index_names(one.nom for one in communes),
        populations=tuple(one.population or 0 for one in communes),
        filters=filters,
        columns=columns,
        usual=(
            *("nom", "code", "codeDepartement", "siren", "codeEpci", "codeRegion"),
            *("codesPostaux", "population"),
        ),
    )


def old_communes(atlas: Atlas) -> tuple[OldCommune, ...]:
    """The communes associées and déléguées whose code is theirs alone, by code.

    A département is that of the old code where it tells one: a commune associée may lie across its border.
    """
    found = []
    for code, nature in sorted(atlas.old_natures.items()):
        current = atlas.get(atlas.successors[code][0])
        if nature == "ancien" or current is None:
            continue
        own = code[:3] if code.startswith("97") else code[:2]
        departement = atlas.departements.get(own, atlas.departements[current.departement])
        found.append(
            OldCommune(
                code=code,
                nom=atlas.old_names[code],
                type=OLD_TYPES[nature],
                chef_lieu=current,
                departement=departement.code,
                region=departement.region.code,
            )
        )
    return tuple(found)


def list_old_communes(atlas: Atlas) -> Directory:
    """Every commune associée and déléguée; nothing tells their ground."""
    units = old_communes(atlas)
    return Directory(
        codes=tuple(one.code for one in units),
        names=index_names(one.nom for one in units),
        populations=(0,) * len(units),
        filters={
            "type": filtered_by(one.type for one in units),
            "chefLieu": filtered_by(one.chef_lieu.code for one in units),
            "codeDepartement": filtered_by(one.departement for one in units),
            "codeRegion": filtered_by(one.region for one in units),
            "codeEpci": filtered_by(one.chef_lieu.epci for one in units),
        },
        columns={
            "nom": each(units, lambda one: one.nom),
            "code": each(units, lambda one: one.code),
            "type": each(units, lambda one: one.type),
            "chefLieu": each(units, lambda one: one.chef_lieu.code),
            "codeEpci": each(units, lambda one: one.chef_lieu.epci),
            "epci": each(units, lambda one: epci_of(atlas, one.chef_lieu.epci)),
            "codeDepartement": each(units, lambda one: one.departement),
            "departement": each(units, lambda one: departement_of(atlas, one.departement)),
            "codeRegion": each(units, lambda one: one.region),
            "region": each(units, lambda one: region_of(atlas, one.region)),
            **dict.fromkeys(("surface", "centre", "bbox", "contour"), nothing),
        },
        usual=("nom", "code", "type", "chefLieu", "codeDepartement", "codeEpci", "codeRegion"),
    )


def epci_of(atlas: Atlas, code: str | None) -> dict[str, str] | None:
    """Code and name of an EPCI."""
    return None if code is None else {"code": code, "nom": atlas.epcis[code].nom}


def departement_of(atlas: Atlas, code: str) -> dict[str, str]:
    """Code and name of a département."""
    return {"code": code, "nom": atlas.departements[code].nom}


def region_of(atlas: Atlas, code: str) -> dict[str, str]:
    """Code and name of a région."""
    return {"code": code, "nom": atlas.regions[code].nom}
