"""Collections made of imported layers: quartiers prioritaires, CPTS, établissements. Empty until imported. Pure."""

from functools import partial

import numpy as np
import shapely

from services.geo.atlas import Atlas
from services.geo.features.collection import Collection, Property, table_of
from services.geo.features.ground import Points, Surfaces
from services.geo.layers.indexes import Quartier
from services.geo.layers.kinds import CptsPerimeter, Profession
from services.geo.shapes.polygons import Geometries, Polygons
from services.geo.shapes.projections import legal_projections, projection_rank, to_metres
from shared.schemas.geo import Zonage

NOT_IMPORTED = " Rien n’est importé pour le moment."

OF_QPV = (
    Property("code", "Code du quartier"),
    Property("nom", "Nom"),
    Property("generation", "Génération\u00a0: 2015 ou 2024", "entier"),
    Property("communes", "Codes des communes, de la plus grande part à la plus petite", "liste"),
    Property("population", "Population", "entier", "habitants"),
    Property("superficie_km2", "Superficie", "nombre", "km²"),
    Property("zonage", "Zonage médecin propre au quartier", valeurs=tuple(zonage.value for zonage in Zonage)),
    Property("zonage_millesime", "Année du zonage médecin", "entier"),
)
OF_CPTS = (
    Property("code", "Code de la CPTS"),
    Property("nom", "Nom"),
    Property("statut", "Statut"),
    Property("signature", "Date de signature de l’accord", "date"),
    Property("taille", "Taille de l’accord, 1 à 4", "entier"),
    Property("communes", "Codes des communes", "liste"),
    Property("population", "Population municipale", "entier", "habitants"),
)
OF_STRUCTURE = (
    Property("finess", "Numéro FINESS géographique"),
    Property("finess_juridique", "Numéro FINESS de l’entité juridique"),
    Property("nom", "Raison sociale"),
    Property("categorie", "Code de la catégorie d’établissement"),
    Property("libelle", "Catégorie d’établissement"),
    Property("commune", "Code de la commune"),
    Property("departement", "Code du département"),
    Property("adresse", "Adresse"),
    Property("telephone", "Téléphone"),
)


def layer_collections(atlas: Atlas) -> tuple[Collection, ...]:
    """The three collections of layers, whether imported or not: their addresses do not come and go."""
    return _qpv(atlas), _cpts(atlas), _structures(atlas)


def _qpv(atlas: Atlas) -> Collection:
    found = sorted(
        (
            (quartier.code, generation, quartier, geometry)
            for generation, layer in atlas.layers.quartiers.items()
            for quartier, geometry in zip(layer.quartiers, layer.geometries, strict=True)
        ),
        key=lambda one: one[:2],
    )
    quartiers = [quartier for _, _, quartier, _ in found]
    zonages = [_latest_zonage(quartier) for quartier in quartiers]
    columns: dict[str, list[object]] = {
        "code": [one.code for one in quartiers],
        "nom": [one.nom for one in quartiers],
        "generation": [generation for _, generation, _, _ in found],
        "communes": [sorted(one.parts, key=lambda code: (-one.parts[code], code)) for one in quartiers],
        "population": [one.population for one in quartiers],
        "superficie_km2": [round(one.area_km2, 4) for one in quartiers],
        "zonage": [zonage for zonage, _ in zonages],
        "zonage_millesime": [year for _, year in zonages],
    }
    return Collection(
        "qpv",
        "Quartiers prioritaires de la politique de la ville",
        "Quartiers de chaque génération importée." + ("" if found else NOT_IMPORTED),
        OF_QPV,
        table_of(OF_QPV, columns),
        _surfaces_of_quartiers(atlas, quartiers, np.array([one for *_, one in found], dtype=object)),
        np.arange(len(found)),
    )


def _latest_zonage(quartier: Quartier) -> tuple[str | None, int | None]:
    years = [year for profession, year in quartier.zonages if profession == Profession.MEDECIN]
    if not years:
        return None, None
    return quartier.zonages[Profession.MEDECIN, max(years)].value, max(years)


def _surfaces_of_quartiers(atlas: Atlas, quartiers: list[Quartier], degrees: Geometries) -> Surfaces:
    """Polygons in degrees taken to the legal projection of where they lie."""
    metres: Geometries = np.full(len(quartiers), None, dtype=object)
    ranks = np.full(len(quartiers), -1, dtype=np.int8)
    for position, quartier in enumerate(quartiers):
        if degrees[position] is None:
            continue
        commune = next((atlas.get(code) for code in quartier.parts), None)
        rank = projection_rank(commune.departement) if commune else 0
        epsg = legal_projections()[rank].epsg
        metres[position] = shapely.transform(degrees[position], partial(to_metres, epsg=epsg))
        ranks[position] = rank
    return Surfaces(Polygons.of(metres), ranks, shapely.bounds(degrees))


def _cpts(atlas: Atlas) -> Collection:
    perimeters = [atlas.layers.cpts[code] for code in sorted(atlas.layers.cpts)]
    columns: dict[str, list[object]] = {
        "code": [one.code for one in perimeters],
        "nom": [one.nom for one in perimeters],
        "statut": [one.statut for one in perimeters],
        "signature": [one.signature for one in perimeters],
        "taille": [one.taille for one in perimeters],
        "communes": [sorted(one.communes) for one in perimeters],
        "population": [_population(atlas, one) for one in perimeters],
    }
    return Collection(
        "cpts",
        "Communautés professionnelles territoriales de santé",
        "Périmètres existants, unions de leurs communes." + ("" if perimeters else NOT_IMPORTED),
        OF_CPTS,
        table_of(OF_CPTS, columns),
        _unions(atlas, perimeters),
        np.arange(len(perimeters)),
    )


def _population(atlas: Atlas, perimeter: CptsPerimeter) -> int | None:
    known = [
        commune.population
        for code in perimeter.communes
        if (commune := atlas.get(code)) is not None and commune.population is not None
    ]
    return sum(known) if known else None


def _unions(atlas: Atlas, perimeters: list[CptsPerimeter]) -> Surfaces:
    shapes = atlas.shapes
    unions: Geometries = np.full(len(perimeters), None, dtype=object)
    ranks = np.full(len(perimeters), -1, dtype=np.int8)
    bounds = np.full((len(perimeters), 4), np.nan)
    for position, perimeter in enumerate(perimeters):
        at = np.array(
            [atlas.index[code] for code in perimeter.communes if code in atlas.index], dtype=np.int64
        )
        at = at[shapes.projection[at] >= 0]
        if not len(at):
            continue
        own = shapes.projection[at[0]]
        at = at[shapes.projection[at] == own]
        # A city and its arrondissements may both be listed: a plain union, not a coverage's.
        unions[position] = shapely.union_all(shapes.levels[0].polygons.take(at))
        ranks[position] = own
        bounds[position] = [*shapes.bounds[at, :2].min(axis=0), *shapes.bounds[at, 2:].max(axis=0)]
    return Surfaces(Polygons.of(unions), ranks, bounds)


def _structures(atlas: Atlas) -> Collection:
    layer = atlas.layers.structures
    rows = layer.rows if layer else ()
    columns: dict[str, list[object]] = {
        one.nom: [getattr(row, one.nom) for row in rows] for one in OF_STRUCTURE if one.nom != "departement"
    }
    communes = [atlas.get(row.commune) for row in rows]
    columns["departement"] = [commune.departement if commune else None for commune in communes]
    return Collection(
        "structures",
        "Établissements de santé et médico-sociaux",
        "Établissements du répertoire FINESS." + ("" if rows else NOT_IMPORTED),
        OF_STRUCTURE,
        table_of(OF_STRUCTURE, columns),
        Points(layer.lonlat if layer else np.empty((0, 2))),
        np.arange(len(rows)),
    )
