"""Answers to « which communes are here? »: points, a polygon, a disc, in the terms of the contracts. Pure."""

import numpy as np

from services.geo.atlas import Atlas, Commune
from services.geo.shapes.near import units_around, units_near
from services.geo.shapes.points import units_at
from services.geo.territory.codes import choose
from services.geo.territory.drawn import drawn
from services.geo.territory.french import thousands
from services.geo.territory.locate import covers
from shared.errors import InvalidRequest
from shared.schemas.geo_locate import (
    CommuneCover,
    CommunePlace,
    LocatedDisc,
    LocateDisc,
    LocatedPoints,
    LocatedPolygon,
    LocatePoints,
    LocatePolygon,
    NearCommune,
)

# An answer rides the bus: a mebibyte at most.
MAX_COMMUNES = 5_000


def locate_points(atlas: Atlas, request: LocatePoints) -> LocatedPoints:
    """The commune of each point, None outside every polygon."""
    units = units_at(atlas, np.array(request.points), arrondissements=request.arrondissements)
    return LocatedPoints(
        communes=tuple(None if unit < 0 else _place(atlas.communes[unit]) for unit in units.tolist()),
        dataset=atlas.dataset,
    )


def locate_polygon(atlas: Atlas, request: LocatePolygon) -> LocatedPolygon:
    """Communes under a polygon. Raises InvalidRequest where its sides cross, with the place of the crossing."""
    shared = tuple(
        cover
        for cover in covers(atlas, drawn(request.geometrie))
        if _is_wanted(atlas, cover.commune, arrondissements=request.arrondissements)
    )
    kept = tuple(cover for cover in shared if cover.of_commune >= request.part_minimale)
    if len(kept) > MAX_COMMUNES:
        raise InvalidRequest(
            f"Ce polygone couvre {thousands(len(kept))} communes, au plus {thousands(MAX_COMMUNES)} sont rendues. "
            "Réduisez-le, ou relevez la part minimale.",
            maximum=MAX_COMMUNES,
            received=len(kept),
        )
    return LocatedPolygon(
        communes=tuple(
            CommuneCover(
                code=cover.commune.code,
                nom=cover.commune.nom,
                departement=cover.commune.departement,
                part_commune=round(cover.of_commune, 6),
                part_polygone=round(cover.of_polygon, 6),
                population=cover.commune.population,
            )
            for cover in kept
        ),
        part_en_france=round(min(sum(cover.of_polygon for cover in shared), 1.0), 6),
        dataset=atlas.dataset,
    )


def locate_disc(atlas: Atlas, request: LocateDisc) -> LocatedDisc:
    """Communes near a point or a commune, from the nearest: from ground to ground, or from middle to middle.

    Raises UnknownCommunes, AmbiguousCommunes, and InvalidRequest for a commune without polygon.
    """
    to_centre = request.mesure == "centre"
    if request.point is not None or to_centre:
        place = request.point if request.point is not None else centre_of(atlas, request.commune or "")
        units, km = units_near(atlas, place, request.rayon_km, to_centre=to_centre)
    else:
        units, km = units_around(atlas, _placed(atlas, request.commune or "")[0], request.rayon_km)
    return LocatedDisc(
        communes=tuple(
            NearCommune(
                code=(commune := atlas.communes[unit]).code,
                nom=commune.nom,
                departement=commune.departement,
                distance_km=round(distance, 3),
                population=commune.population,
            )
            for unit, distance in zip(units.tolist(), km.tolist(), strict=True)
            if _is_wanted(atlas, atlas.communes[unit], arrondissements=request.arrondissements)
        ),
        dataset=atlas.dataset,
    )


def centre_of(atlas: Atlas, code: str) -> tuple[float, float]:
    """A point inside a commune, in degrees. Raises UnknownCommunes, AmbiguousCommunes, InvalidRequest."""
    return _placed(atlas, code)[1]


def _placed(atlas: Atlas, code: str) -> tuple[int, tuple[float, float]]:
    """Position and centre of a commune that has a polygon."""
    commune = choose(atlas, (code,)).communes[0]
    if commune.centre is None:
        raise InvalidRequest(
            f"{commune.nom} ({commune.code}) n’a pas de contour connu\u00a0: donnez plutôt un point."
        )
    return atlas.index[commune.code], commune.centre


def _place(commune: Commune) -> CommunePlace:
    return CommunePlace(code=commune.code, nom=commune.nom, departement=commune.departement)


def _is_wanted(atlas: Atlas, commune: Commune, *, arrondissements: bool) -> bool:
    if arrondissements:
        return atlas.index[commune.code] not in atlas.arrondissements
    return commune.whole is None
