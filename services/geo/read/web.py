"""Communes over HTTP as geo.api.gouv.fr gives them. Reads the Atlas in memory, writes nothing."""

import asyncio
from collections.abc import Callable

import numpy as np
from aiohttp import web

from services.geo.atlas import Commune
from services.geo.codes import current_codes, suggestion
from services.geo.in_service import InService
from services.geo.read.commune_json import commune_json
from services.geo.read.search import Found, Gazetteer, search
from shared.errors import NotFound
from shared.schemas.geo_read import READ_ADJACENT, READ_COMMUNE, READ_COMMUNES, CommuneQuery, OneCommuneQuery
from shared.web import json_response, read_query

MANY = 1000


def routes(current: Callable[[], InService]) -> tuple[web.RouteDef, ...]:
    """Routes under /geo; `current` gives what is in service, or raises NoReference."""

    async def communes(request: web.Request) -> web.StreamResponse:
        query = read_query(request, CommuneQuery)
        gazetteer = current().gazetteer
        found = search(gazetteer, query)
        if len(found) <= MANY:
            return _listed(gazetteer, found, query)
        # Hundreds of milliseconds for all France: other requests go on meanwhile.
        return await asyncio.to_thread(_listed, gazetteer, found, query)

    async def commune(request: web.Request) -> web.StreamResponse:
        query = read_query(request, OneCommuneQuery)
        gazetteer = current().gazetteer
        return json_response(commune_json(gazetteer.atlas, _wanted(gazetteer, request), query.fields))

    async def adjacent(request: web.Request) -> web.StreamResponse:
        gazetteer = current().gazetteer
        return json_response(_neighbours(gazetteer, _wanted(gazetteer, request)))

    return (
        web.get(READ_COMMUNES.path, communes),
        web.get(READ_COMMUNE.path, commune),
        web.get(READ_ADJACENT.path, adjacent),
    )


def _listed(gazetteer: Gazetteer, found: tuple[Found, ...], query: CommuneQuery) -> web.Response:
    return json_response(
        [commune_json(gazetteer.atlas, one.commune, query.fields, one.score) for one in found]
    )


def _wanted(gazetteer: Gazetteer, request: web.Request) -> Commune:
    code = request.match_info["code"]
    found = gazetteer.atlas.get(code)
    if found is not None:
        return found
    likely = current_codes(gazetteer.atlas, code)
    if likely:
        raise NotFound(
            f"Le code {code} n’est plus en usage\u202f; code actuel\u00a0: {' ou '.join(likely)}.",
            actuels=list(likely),
        )
    meant = suggestion(gazetteer.atlas, code)
    hint = f" Vouliez-vous dire {meant}\u202f?" if meant else ""
    raise NotFound(f"Aucune commune n’a le code {code[:12]}.{hint}")


def _neighbours(gazetteer: Gazetteer, commune: Commune) -> list[dict[str, str | float]]:
    atlas = gazetteer.atlas
    position = atlas.index[commune.code]
    adjacency = atlas.shapes.adjacency
    lengths = dict(zip(adjacency.of(position).tolist(), adjacency.lengths_of(position).tolist(), strict=True))
    return [
        {
            "code": atlas.communes[other].code,
            "nom": atlas.communes[other].nom,
            "longueur": round(lengths[other], 1),
        }
        for other in atlas.neighbours(np.array([position])).tolist()
    ]
