"""EPCI, départements and régions as geo.api.gouv.fr writes them: unions of communes. Pure."""

import csv
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.geo.atlas import Areas, Atlas, Commune
from services.geo.read.columns import boxes, centres, contours, each, hectares, nothing
from services.geo.read.communes import region_of, zone_of
from services.geo.read.directory import Column, Directory, Filter, filtered_by
from services.geo.read.names import index_names
from shared.schemas.base import Place


@cache
def chefs_lieux() -> Mapping[tuple[str, str], str]:
    """Commune chef-lieu of each (`departement` or `region`, code)."""
    text = files("services.geo").joinpath("data/chefs_lieux.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {(row["niveau"], row["code"]): row["chef_lieu"] for row in csv.DictReader(lines)}


def list_epcis(atlas: Atlas) -> Directory:
    """Every EPCI à fiscalité propre."""
    units = _members(atlas, atlas.epcis, lambda one: one.epci)
    departements = [sorted({one.departement for one in unit}) for unit in units.values()]
    regions = [sorted({one.region for one in unit}) for unit in units.values()]
    zones = ["drom" if "drom" in map(zone_of, codes) else "metro" for codes in departements]
    codes = list(units)
    return _directory(
        atlas,
        atlas.epcis,
        units,
        atlas.shapes.areas["epcis"],
        filters={
            "codeEpci": filtered_by(codes),
            "codeDepartement": filtered_by(departements),
            "codeRegion": filtered_by(regions),
            "zone": filtered_by(zones),
        },
        columns={
            "type": each(codes, atlas.epci_forms.get),
            "financement": nothing,
            "codesDepartements": each(departements, list),
            "codesRegions": each(regions, list),
            "zone": each(zones, str),
        },
        usual=("nom", "code", "codesDepartements", "codesRegions", "population"),
    )


def list_departements(atlas: Atlas) -> Directory:
    """Every département of the métropole and the outre-mer."""
    units = _members(atlas, atlas.departements, lambda one: one.departement)
    codes = list(units)
    regions = [atlas.departements[code].region.code for code in codes]
    return _directory(
        atlas,
        atlas.departements,
        units,
        atlas.shapes.areas["departements"],
        filters={"codeRegion": filtered_by(regions), "zone": filtered_by(map(zone_of, codes))},
        columns={
            "codeRegion": each(regions, str),
            "region": each(regions, lambda code: region_of(atlas, code)),
            "chefLieu": each(codes, lambda code: chefs_lieux().get(("departement", code))),
            "zone": each(codes, zone_of),
        },
        usual=("nom", "code", "codeRegion"),
    )


def list_regions(atlas: Atlas) -> Directory:
    """Every région."""
    units = _members(atlas, atlas.regions, lambda one: one.region)
    codes = list(units)
    seats = [chefs_lieux().get(("region", code)) for code in codes]
    zones = [
        next((zone_of(one.code) for one in atlas.departements.values() if one.region.code == code), "metro")
        for code in codes
    ]
    return _directory(
        atlas,
        atlas.regions,
        units,
        atlas.shapes.areas["regions"],
        filters={"chefLieu": filtered_by(seats), "zone": filtered_by(zones)},
        columns={"chefLieu": each(seats, lambda seat: seat), "zone": each(zones, str)},
        usual=("nom", "code"),
    )


def _members(
    atlas: Atlas, places: Mapping[str, Place], of: Callable[[Commune], str | None]
) -> dict[str, list[Commune]]:
    """Communes of each place, by its code, each ground once."""
    members: dict[str, list[Commune]] = {code: [] for code in sorted(places)}
    for one in atlas.communes:
        code = of(one)
        if code is not None and one.nature == "commune":
            members[code].append(one)
    return members


def _directory(
    atlas: Atlas,
    places: Mapping[str, Place],
    units: Mapping[str, Sequence[Commune]],
    areas: Areas,
    *,
    filters: Mapping[str, Filter],
    columns: Mapping[str, Column],
    usual: tuple[str, ...],
) -> Directory:
    names = [places[code].nom for code in units]
    populations = [sum(one.population or 0 for one in unit) for unit in units.values()]
    surfaces = [
        sum(known) if (known := [one.area_km2 for one in unit if one.area_km2 is not None]) else None
        for unit in units.values()
    ]
    bounds = np.array([_bounds(atlas, unit) for unit in units.values()]).reshape(-1, 4)
    place = {code: at for at, code in enumerate(areas.codes)}
    at = [place.get(code) for code in units]
    polygons, projection = areas.levels[0].polygons, areas.projection
    return Directory(
        codes=tuple(units),
        names=index_names(names),
        populations=tuple(populations),
        filters=filters,
        columns={
            "nom": each(names, str),
            "code": each(list(units), str),
            "population": each(populations, int),
            "surface": each(surfaces, hectares),
            "centre": _placed(centres(polygons, projection), at),
            "bbox": boxes(bounds),
            "contour": _placed(contours(polygons, projection), at),
            **columns,
        },
        usual=usual,
    )


def _placed(column: Column, at: Sequence[int | None]) -> Column:
    """A column of the unions as one of units that stand elsewhere among them, or nowhere."""

    def values(positions: Sequence[int]) -> Sequence[Any]:
        places = [at[position] for position in positions]
        found = iter(column([place for place in places if place is not None]))
        return [None if place is None else next(found) for place in places]

    return values


def _bounds(atlas: Atlas, unit: Sequence[Commune]) -> NDArray[np.float64]:
    boxes_of = atlas.shapes.bounds[atlas.indices(tuple(unit))]
    boxes_of = boxes_of[~np.isnan(boxes_of[:, 0])]
    if not len(boxes_of):
        return np.full(4, np.nan)
    return np.concatenate([boxes_of[:, :2].min(axis=0), boxes_of[:, 2:].max(axis=0)])
