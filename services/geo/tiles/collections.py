"""The collections that tiles are cut from: what of the Atlas each draws and says. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from services.geo.atlas import Atlas
from services.geo.layers.indexes import Quartiers
from services.geo.shapes.polygons import Polygons
from services.geo.tiles.attributes import Attributes, Value
from services.geo.tiles.cut import Areas, Collection, Points
from services.geo.tiles.grid import make_grids, web_mercator
from services.geo.tiles.levels import grids_of

COMMUNES = "communes"


@dataclass(frozen=True)
class Offer:
    """A collection that can be asked for: `fields` are its attributes, with what they are in French."""

    titre: str
    points: bool
    fields: Mapping[str, str]


_CODE_NOM = {"code": "Code Insee", "nom": "Nom"}
OFFERS: Mapping[str, Offer] = {
    COMMUNES: Offer(
        "Communes",
        points=False,
        fields={
            **_CODE_NOM,
            "population": "Population municipale (habitants)",
            "departement": "Code du département",
            "region": "Code de la région",
            "epci": "Siren de l’EPCI",
            "zonage": "Zonage médecin (ZIP, ZAC, ZAR, HZ, ou inconnu)",
        },
    ),
    "departements": Offer("Départements", points=False, fields={**_CODE_NOM, "region": "Code de la région"}),
    "regions": Offer("Régions", points=False, fields=_CODE_NOM),
    "epcis": Offer("EPCI à fiscalité propre", points=False, fields={"code": "Siren", "nom": "Nom"}),
    "qpv": Offer(
        "Quartiers prioritaires de la politique de la ville",
        points=False,
        fields={"code": "Code du quartier", "nom": "Nom", "population": "Population (habitants)"},
    ),
    "structures": Offer(
        "Établissements de santé et médico-sociaux",
        points=True,
        fields={
            "code": "Numéro FINESS",
            "nom": "Nom",
            "categorie": "Code de la catégorie FINESS",
            "libelle": "Catégorie",
            "commune": "Code Insee de la commune",
        },
    ),
}


def offered(atlas: Atlas) -> tuple[str, ...]:
    """Names of the collections that this Atlas can draw."""
    missing = set()
    if not atlas.layers.quartiers:
        missing.add("qpv")
    if atlas.layers.structures is None:
        missing.add("structures")
    return tuple(name for name in OFFERS if name not in missing)


def make_collection(atlas: Atlas, name: str) -> Collection:
    """The collection of an offered name. Ids of features are their positions among their kind in the Atlas."""
    make: Mapping[str, Callable[[Atlas], Collection]] = {
        COMMUNES: _communes,
        "departements": _departements,
        "regions": _regions,
        "epcis": _epcis,
        "qpv": _quartiers,
        "structures": _structures,
    }
    return make[name](atlas)


def _communes(atlas: Atlas) -> Collection:
    # An arrondissement lies on the ground of its commune: a map would be filled twice.
    shown = np.array([commune.whole is None for commune in atlas.communes], dtype=bool)
    columns: dict[str, list[Value]] = {
        "code": [commune.code for commune in atlas.communes],
        "nom": [commune.nom for commune in atlas.communes],
        "population": [commune.population for commune in atlas.communes],
        "departement": [commune.departement for commune in atlas.communes],
        "region": [commune.region for commune in atlas.communes],
        "epci": [commune.epci for commune in atlas.communes],
        "zonage": [str(commune.zonage) for commune in atlas.communes],
    }
    grids = atlas.shapes.grids.get(COMMUNES) or grids_of(atlas.shapes.levels, atlas.shapes.projection)
    return Areas(COMMUNES, grids, Attributes.of(columns), shown)


def _departements(atlas: Atlas) -> Collection:
    unions = atlas.shapes.areas["departements"]
    known = [atlas.departements.get(code) for code in unions.codes]
    return _unions(
        atlas,
        "departements",
        {
            "nom": [one.nom if one else None for one in known],
            "region": [one.region.code if one else None for one in known],
        },
    )


def _regions(atlas: Atlas) -> Collection:
    known = [atlas.regions.get(code) for code in atlas.shapes.areas["regions"].codes]
    return _unions(atlas, "regions", {"nom": [one.nom if one else None for one in known]})


def _epcis(atlas: Atlas) -> Collection:
    known = [atlas.epcis.get(code) for code in atlas.shapes.areas["epcis"].codes]
    return _unions(atlas, "epcis", {"nom": [one.nom if one else None for one in known]})


def _unions(atlas: Atlas, name: str, columns: Mapping[str, list[Value]]) -> Collection:
    unions = atlas.shapes.areas[name]
    attributes = Attributes.of({"code": list(unions.codes), **columns})
    grids = atlas.shapes.grids.get(name) or grids_of(unions.levels, unions.projection)
    return Areas(name, grids, attributes, np.ones(len(unions.codes), dtype=bool))


def _quartiers(atlas: Atlas) -> Collection:
    latest = atlas.layers.quartiers[max(atlas.layers.quartiers)]
    columns: dict[str, list[Value]] = {
        "code": [one.code for one in latest.quartiers],
        "nom": [one.nom for one in latest.quartiers],
        "population": [one.population for one in latest.quartiers],
    }
    shown = np.ones(len(latest.quartiers), dtype=bool)
    return Areas("qpv", make_grids({0.0: _in_degrees(latest)}), Attributes.of(columns), shown)


def _in_degrees(quartiers: Quartiers) -> Polygons:
    given = Polygons.of(quartiers.geometries)
    return Polygons(web_mercator(given.coords), given.rings, given.parts, given.units)


def _structures(atlas: Atlas) -> Collection:
    structures = atlas.layers.structures
    rows = structures.rows if structures else ()
    lonlat = structures.lonlat if structures else np.empty((0, 2))
    columns: dict[str, list[Value]] = {
        "code": [row.finess for row in rows],
        "nom": [row.nom for row in rows],
        "categorie": [row.categorie for row in rows],
        "libelle": [row.libelle for row in rows],
        "commune": [row.commune for row in rows],
    }
    return Points("structures", web_mercator(lonlat), Attributes.of(columns))
