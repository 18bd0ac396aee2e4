"""Communes, EPCI, départements and régions over HTTP as geo.api.gouv.fr gives them. Reads memory, writes nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from aiohttp import web
from aiohttp.typedefs import Handler

from services.geo.in_service import InService
from services.geo.read.answers import form_of, listed, one
from services.geo.read.asked import neighbours, no_such_commune, search_communes
from services.geo.read.directory import Directory, Found, search
from services.geo.read.gazetteer import Gazetteer
from services.geo.read.manners import (
    media_type,
    open_to_all,
    paging,
    preflight,
    read_parameters,
    send,
    validator,
)
from services.geo.read.posts import choose_codes, cover
from shared.contract import Read
from shared.errors import NotFound
from shared.schemas import geo_read as face
from shared.schemas import geo_read_queries as asked
from shared.web import json_response, unchanged

Current = Callable[[], InService]


@dataclass(frozen=True)
class Kind:
    """Units of a kind: where they are kept, what one is called, and how a list and one of them are asked for."""

    units: Callable[[Gazetteer], Directory]
    named: str
    every: Read
    listing: type[asked.Listing]
    one: Read
    shape: type[asked.Shape]


COMMUNES = Kind(
    lambda gazetteer: gazetteer.communes,
    "Aucune commune",
    face.READ_COMMUNES,
    asked.CommuneQuery,
    face.READ_COMMUNE,
    asked.OneCommuneQuery,
)
OLD_COMMUNES = Kind(
    lambda gazetteer: gazetteer.old_communes,
    "Aucune commune associée ou déléguée",
    face.READ_OLD_COMMUNES,
    asked.OldCommuneQuery,
    face.READ_OLD_COMMUNE,
    asked.OneOldCommuneQuery,
)
EPCIS = Kind(
    lambda gazetteer: gazetteer.epcis,
    "Aucun EPCI",
    face.READ_EPCIS,
    asked.EpciQuery,
    face.READ_EPCI,
    asked.OneEpciQuery,
)
DEPARTEMENTS = Kind(
    lambda gazetteer: gazetteer.departements,
    "Aucun département",
    face.READ_DEPARTEMENTS,
    asked.DepartementQuery,
    face.READ_DEPARTEMENT,
    asked.OneDepartementQuery,
)
REGIONS = Kind(
    lambda gazetteer: gazetteer.regions,
    "Aucune région",
    face.READ_REGIONS,
    asked.RegionQuery,
    face.READ_REGION,
    asked.OneRegionQuery,
)
KINDS = (COMMUNES, OLD_COMMUNES, EPCIS, DEPARTEMENTS, REGIONS)

# Units that belong to one of another kind, and the parameter that says so.
BELONGING = (
    (face.READ_EPCI_COMMUNES, COMMUNES, EPCIS, "codeEpci"),
    (face.READ_DEPARTEMENT_COMMUNES, COMMUNES, DEPARTEMENTS, "codeDepartement"),
    (face.READ_REGION_DEPARTEMENTS, DEPARTEMENTS, REGIONS, "codeRegion"),
)


def routes(current: Current) -> tuple[web.RouteDef, ...]:
    """Routes under /geo; `current` gives what is in service, or raises NoReference."""
    made = [*_posts(current), *_gets(face.READ_ADJACENT, partial(_adjacent, current))]
    for kind in KINDS:
        made += _gets(kind.every, partial(_list, current, kind))
        made += _gets(kind.one, partial(_one, current, kind))
    for read, kind, whole, parameter in BELONGING:
        made += _gets(read, partial(_belonging, current, kind, whole, parameter))
    return tuple(made)


def _gets(read: Read, handler: Handler) -> Iterable[web.RouteDef]:
    # geo.api.gouv.fr answers with or without a slash at the end.
    return [web.get(path, open_to_all(handler)) for path in (read.path, f"{read.path}/")]


def _posts(current: Current) -> Iterable[web.RouteDef]:
    for read, handler in ((face.READ_CODES, choose_codes), (face.READ_COVERED, cover)):
        yield web.post(read.path, open_to_all(partial(handler, current)))
        yield web.options(read.path, open_to_all(preflight))


async def _list(current: Current, kind: Kind, request: web.Request) -> web.StreamResponse:
    return await _page(current().gazetteer, kind, request, read_parameters(request, kind.listing))


async def _belonging(
    current: Current, kind: Kind, whole: Kind, parameter: str, request: web.Request
) -> web.StreamResponse:
    gazetteer = current().gazetteer
    code = request.match_info["code"]
    if code not in whole.units(gazetteer).index:
        raise _no_such(gazetteer, whole, code)
    query = read_parameters(request, kind.listing)
    return await _page(gazetteer, kind, request, query.model_copy(update={parameter: (code,)}))


async def _page(
    gazetteer: Gazetteer, kind: Kind, request: web.Request, query: asked.Listing
) -> web.StreamResponse:
    etag = validator(request, gazetteer.atlas.dataset.id)
    if (known := unchanged(request, etag)) is not None:
        return known
    directory = kind.units(gazetteer)
    found = _found(gazetteer, directory, query)
    form = form_of(directory, query)
    headers = {"ETag": etag, "Content-Type": media_type(query), **paging(request, query, found)}
    return await send(request, listed(directory, form, found), len(found.positions), headers)


def _found(gazetteer: Gazetteer, directory: Directory, query: asked.Listing) -> Found:
    if isinstance(query, asked.CommuneQuery):
        return search_communes(gazetteer.atlas, directory, query)
    return search(directory, query)


async def _one(current: Current, kind: Kind, request: web.Request) -> web.StreamResponse:
    query = read_parameters(request, kind.shape)
    gazetteer = current().gazetteer
    directory = kind.units(gazetteer)
    body = one(directory, form_of(directory, query), _position(gazetteer, kind, request))
    return web.Response(body=body, content_type=media_type(query))


async def _adjacent(current: Current, request: web.Request) -> web.StreamResponse:
    gazetteer = current().gazetteer
    return json_response(neighbours(gazetteer.atlas, _position(gazetteer, COMMUNES, request)))


def _position(gazetteer: Gazetteer, kind: Kind, request: web.Request) -> int:
    code = request.match_info["code"]
    position = kind.units(gazetteer).index.get(code)
    if position is None:
        raise _no_such(gazetteer, kind, code)
    return position


def _no_such(gazetteer: Gazetteer, kind: Kind, code: str) -> NotFound:
    if kind is COMMUNES:
        return no_such_commune(gazetteer.atlas, code)
    return NotFound(f"{kind.named} n’a le code {code[:12]}.")
