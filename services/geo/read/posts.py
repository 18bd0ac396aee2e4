"""Communes of many codes, or under a polygon: questions too long for an address, so asked by POST."""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
import shapely
from aiohttp import web
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from services.geo.in_service import InService
from services.geo.locate import covers
from services.geo.read.answers import Row, form_of, rows
from services.geo.read.asked import sort_codes
from services.geo.read.gazetteer import Gazetteer
from services.geo.read.manners import media_type, read_parameters
from shared.errors import InvalidRequest
from shared.schemas.geo_read_queries import CommuneCodes, GeoJsonArea, OneCommuneQuery
from shared.web import read_json

Current = Callable[[], InService]

SHARE_DECIMALS = 6


async def choose_codes(current: Current, request: web.Request) -> web.StreamResponse:
    """Communes of the codes given, in their order."""
    query = read_parameters(request, OneCommuneQuery)
    given = await read_json(request, CommuneCodes)
    return await _answered(query, _chosen, current().gazetteer, query, given.codes)


async def cover(current: Current, request: web.Request) -> web.StreamResponse:
    """Communes that a polygon covers, the share of each and the polygon's."""
    query = read_parameters(request, OneCommuneQuery)
    area = read_area(await read_json(request, GeoJsonArea))
    return await _answered(query, _covered, current().gazetteer, query, area)


async def _answered(query: OneCommuneQuery, write: Callable[..., Any], *given: Any) -> web.Response:
    # Thousands of communes, or of sides to cut: other requests go on meanwhile.
    body = await asyncio.to_thread(lambda: orjson.dumps(write(*given)))
    return web.Response(body=body, content_type=media_type(query))


def _chosen(gazetteer: Gazetteer, query: OneCommuneQuery, codes: tuple[str, ...]) -> Row:
    chosen = sort_codes(gazetteer.atlas, codes)
    form = form_of(gazetteer.communes, query)
    return _collected(query, "communes", rows(gazetteer.communes, form, chosen.positions, {})) | {
        "remplaces": chosen.replaced,
        "ambigus": chosen.split,
        "inconnus": chosen.unknown,
    }


def _covered(gazetteer: Gazetteer, query: OneCommuneQuery, area: BaseGeometry) -> Row | list[Row]:
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


def read_area(given: GeoJsonArea) -> BaseGeometry:
    """The polygon of a GeoJSON body. Raises InvalidRequest with where it is wrong."""
    area = given.geometry if given.type == "Feature" else given.model_dump(include={"type", "coordinates"})
    try:
        read: BaseGeometry = shapely.from_geojson(orjson.dumps(area))
    except ShapelyError:
        read = None
    if read is None or read.geom_type not in {"Polygon", "MultiPolygon"} or read.is_empty:
        raise InvalidRequest(
            "Un Polygon ou MultiPolygon GeoJSON est attendu, ou la Feature qui en porte un\u00a0: ses anneaux sont "
            "des listes fermées de positions [longitude, latitude]."
        )
    west, south, east, north = read.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise InvalidRequest(
            "Le polygone sort des longitudes et latitudes\u00a0: des degrés (WGS84) sont attendus, longitude d’abord."
        )
    if not read.is_valid:
        raise InvalidRequest(f"Le polygone se recoupe ou se touche mal ({shapely.is_valid_reason(read)}).")
    return read
