"""Communes of many codes, or under a polygon: questions too long for an address, so asked by POST. Pure."""

from shapely.geometry.base import BaseGeometry

from services.geo.read.answers import Row, form_of, rows
from services.geo.read.asked import sort_codes
from services.geo.read.gazetteer import Gazetteer
from services.geo.territory.locate import covers
from shared.schemas.geo_read_queries import OneCommuneQuery

SHARE_DECIMALS = 6


def communes_of(gazetteer: Gazetteer, query: OneCommuneQuery, codes: tuple[str, ...]) -> Row:
    """Communes of codes, in their order, and what became of the codes no longer in use."""
    chosen = sort_codes(gazetteer.atlas, codes)
    form = form_of(gazetteer.communes, query)
    return _collected(query, "communes", rows(gazetteer.communes, form, chosen.positions, {})) | {
        "remplaces": chosen.replaced,
        "ambigus": chosen.split,
        "inconnus": chosen.unknown,
    }


def communes_under(gazetteer: Gazetteer, query: OneCommuneQuery, area: BaseGeometry) -> Row | list[Row]:
    """Communes of which a valid polygon in degrees covers some ground, and the shares."""
    found = [one for one in covers(gazetteer.atlas, area) if one.commune.nature == "commune"]
    index = gazetteer.communes.index
    notes = {
        index[one.commune.code]: {
            "part": round(float(one.of_commune), SHARE_DECIMALS),
            "partDuPolygone": round(float(one.of_polygon), SHARE_DECIMALS),
        }
        for one in found
    }
    written = rows(gazetteer.communes, form_of(gazetteer.communes, query), tuple(notes), notes)
    return written if query.format == "json" else _collected(query, "", written)


def _collected(query: OneCommuneQuery, name: str, written: list[Row]) -> Row:
    return {name: written} if query.format == "json" else {"type": "FeatureCollection", "features": written}
