"""A commune as geo.api.gouv.fr writes it: field names, units, and fields left out where there is no value. Pure."""

from collections.abc import Callable, Iterable
from typing import Any

from services.geo.atlas import Atlas, Commune

DEFAULT_FIELDS = (
    *("nom", "code", "codeDepartement", "siren", "codeEpci", "codeRegion", "codesPostaux", "population"),
)
ALWAYS = ("nom", "code")
TYPES = {"commune": "commune-actuelle", "arrondissement": "arrondissement-municipal"}
# Five decimals of a degree are about a metre.
DECIMALS = 5


def commune_json(
    atlas: Atlas, commune: Commune, fields: Iterable[str], score: float | None = None
) -> dict[str, Any]:
    """JSON object of `fields` (the usual ones if none); `surface` in hectares, `centre` a GeoJSON Point (WGS84)."""
    wanted = dict.fromkeys((*ALWAYS, *(tuple(fields) or DEFAULT_FIELDS)))
    body = {field: VALUES[field](atlas, commune) for field in wanted}
    if score is not None:
        body["_score"] = round(score, 4)
    return {field: value for field, value in body.items() if value is not None}


def _departement(atlas: Atlas, commune: Commune) -> dict[str, str]:
    departement = atlas.departements[commune.departement]
    return {"code": departement.code, "nom": departement.nom}


def _centre(_: Atlas, commune: Commune) -> dict[str, Any] | None:
    if commune.centre is None:
        return None
    return {"type": "Point", "coordinates": [round(degree, DECIMALS) for degree in commune.centre]}


def _surface(_: Atlas, commune: Commune) -> float | None:
    return None if commune.area_km2 is None else round(commune.area_km2 * 100, 2)


VALUES: dict[str, Callable[[Atlas, Commune], Any]] = {
    "nom": lambda _, commune: commune.nom,
    "code": lambda _, commune: commune.code,
    "codesPostaux": lambda _, commune: commune.codes_postaux,
    "siren": lambda _, commune: commune.siren,
    "codeEpci": lambda _, commune: commune.epci,
    "codeDepartement": lambda _, commune: commune.departement,
    "codeRegion": lambda _, commune: commune.region,
    "epci": lambda atlas, commune: atlas.epcis[commune.epci].model_dump() if commune.epci else None,
    "departement": _departement,
    "region": lambda atlas, commune: atlas.regions[commune.region].model_dump(),
    "population": lambda _, commune: commune.population,
    "surface": _surface,
    "centre": _centre,
    "type": lambda _, commune: TYPES[commune.nature],
    "zone": lambda _, commune: "drom" if commune.departement.startswith("97") else "metro",
}
