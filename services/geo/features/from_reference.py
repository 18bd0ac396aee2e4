"""Collections made of the national reference: communes, arrondissements, départements, régions, EPCI. Pure."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from services.geo.atlas import Atlas, Commune
from services.geo.features.collection import Collection, Property, table_of
from services.geo.features.ground import Surfaces
from services.geo.shapes.polygons import Ints
from shared.schemas.geo import Zonage

CODE, NOM = Property("code", "Code officiel géographique"), Property("nom", "Nom")
DEPARTEMENT, REGION = Property("departement", "Code du département"), Property("region", "Code de la région")
POPULATION = Property("population", "Population municipale", "entier", "habitants")
SUPERFICIE = Property("superficie_km2", "Superficie", "nombre", "km²")
COMMUNES = Property("communes", "Nombre de communes", "entier")

OF_COMMUNE = (
    CODE,
    NOM,
    Property("siren", "Numéro SIREN"),
    DEPARTEMENT,
    REGION,
    Property("epci", "Numéro SIREN de l’EPCI"),
    Property("codes_postaux", "Codes postaux", "liste"),
    POPULATION,
    SUPERFICIE,
    Property("zonage", "Zonage médecin", valeurs=tuple(zonage.value for zonage in Zonage)),
    Property("zonage_millesime", "Année du zonage médecin", "entier"),
    Property("qpv", "Nombre de quartiers prioritaires", "entier"),
)
OF_ARRONDISSEMENT = (*OF_COMMUNE[:2], Property("commune", "Code de la commune entière"), *OF_COMMUNE[2:])
OF_DEPARTEMENT = (CODE, NOM, REGION, COMMUNES, POPULATION, SUPERFICIE)
OF_REGION = (CODE, NOM, COMMUNES, POPULATION, SUPERFICIE)
OF_EPCI = (
    Property("code", "Numéro SIREN"),
    NOM,
    Property("forme", "Forme\u00a0: CC, CA, CU, METRO, MET69"),
    Property("departements", "Codes des départements", "liste"),
    COMMUNES,
    POPULATION,
    SUPERFICIE,
)


def reference_collections(atlas: Atlas) -> tuple[Collection, ...]:
    """The five collections of the reference; communes and arrondissements share one ground."""
    ground = Surfaces(atlas.shapes.levels[0].polygons, atlas.shapes.projection, atlas.shapes.bounds)
    natures = np.array([commune.nature == "arrondissement" for commune in atlas.communes])
    return (
        Collection(
            "communes",
            "Communes",
            f"Communes du code officiel géographique {atlas.dataset.cog}, "
            "de métropole et des cinq départements d’outre-mer.",
            OF_COMMUNE,
            table_of(OF_COMMUNE, _commune_columns(atlas, np.flatnonzero(~natures))),
            ground,
            np.flatnonzero(~natures),
        ),
        Collection(
            "arrondissements",
            "Arrondissements municipaux",
            "Arrondissements de Paris, Lyon et Marseille. Leur sol est aussi celui de leur commune.",
            OF_ARRONDISSEMENT,
            table_of(OF_ARRONDISSEMENT, _commune_columns(atlas, np.flatnonzero(natures))),
            ground,
            np.flatnonzero(natures),
        ),
        _departements(atlas),
        _regions(atlas),
        _epcis(atlas),
    )


def _departements(atlas: Atlas) -> Collection:
    members = _members(atlas, lambda commune: commune.departement)
    known = [atlas.departements[code] for code in members]
    columns: dict[str, list[object]] = {
        "code": list(members),
        "nom": [one.nom for one in known],
        "region": [one.region.code for one in known],
        **_sums(atlas, members.values()),
    }
    return _of_areas(
        atlas, "departements", "Départements", "Unions de leurs communes.", OF_DEPARTEMENT, columns, members
    )


def _regions(atlas: Atlas) -> Collection:
    members = _members(atlas, lambda commune: commune.region)
    columns: dict[str, list[object]] = {
        "code": list(members),
        "nom": [atlas.regions[code].nom for code in members],
        **_sums(atlas, members.values()),
    }
    return _of_areas(atlas, "regions", "Régions", "Unions de leurs communes.", OF_REGION, columns, members)


def _epcis(atlas: Atlas) -> Collection:
    members = _members(atlas, lambda commune: commune.epci)
    columns: dict[str, list[object]] = {
        "code": list(members),
        "nom": [atlas.epcis[code].nom for code in members],
        "forme": [atlas.epci_forms.get(code) for code in members],
        "departements": [
            sorted({atlas.communes[position].departement for position in positions.tolist()})
            for positions in members.values()
        ],
        **_sums(atlas, members.values()),
    }
    return _of_areas(
        atlas, "epcis", "EPCI à fiscalité propre", "Unions de leurs communes.", OF_EPCI, columns, members
    )


def _of_areas(
    atlas: Atlas,
    name: str,
    titre: str,
    description: str,
    properties: tuple[Property, ...],
    columns: Mapping[str, list[object]],
    members: Mapping[str, Ints],
) -> Collection:
    areas = atlas.shapes.areas[name]
    # What has no commune any more has no feature.
    at = {code: position for position, code in enumerate(areas.codes)}
    bounds = np.full((len(areas.codes), 4), np.nan)
    for code, positions in members.items():
        boxes = atlas.shapes.bounds[positions]
        boxes = boxes[~np.isnan(boxes).any(axis=1)]
        if len(boxes):
            bounds[at[code]] = [*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)]
    return Collection(
        name,
        titre,
        description,
        properties,
        table_of(properties, columns),
        Surfaces(areas.levels[0].polygons, areas.projection, bounds),
        np.array([at[code] for code in members], dtype=np.int64),
    )


def _commune_columns(atlas: Atlas, positions: Ints) -> Mapping[str, list[object]]:
    communes = [atlas.communes[position] for position in positions.tolist()]
    return {
        "code": [one.code for one in communes],
        "nom": [one.nom for one in communes],
        "commune": [one.whole for one in communes],
        "siren": [one.siren for one in communes],
        "departement": [one.departement for one in communes],
        "region": [one.region for one in communes],
        "epci": [one.epci for one in communes],
        "codes_postaux": [one.codes_postaux for one in communes],
        "population": [one.population for one in communes],
        "superficie_km2": [_rounded(one.area_km2) for one in communes],
        "zonage": [one.zonage.value for one in communes],
        "zonage_millesime": [one.zonage_millesime for one in communes],
        "qpv": [one.qpv for one in communes],
    }


def _members(atlas: Atlas, code_of: Callable[[Commune], str | None]) -> Mapping[str, Ints]:
    """Positions of the communes of each code, by code."""
    found: dict[str, list[int]] = {}
    for position, commune in enumerate(atlas.communes):
        code = code_of(commune)
        if code and commune.nature == "commune":
            found.setdefault(code, []).append(position)
    return {code: np.array(found[code], dtype=np.int64) for code in sorted(found)}


def _sums(atlas: Atlas, members: Iterable[Ints]) -> dict[str, list[object]]:
    communes, populations, areas = [], [], []
    for positions in members:
        inside = [atlas.communes[position] for position in positions.tolist()]
        known = [one.population for one in inside if one.population is not None]
        measured = [one.area_km2 for one in inside if one.area_km2 is not None]
        communes.append(len(inside))
        populations.append(sum(known) if known else None)
        areas.append(_rounded(sum(measured)) if measured else None)
    return {"communes": [*communes], "population": [*populations], "superficie_km2": [*areas]}


def _rounded(area: float | None) -> float | None:
    return None if area is None else round(area, 3)
