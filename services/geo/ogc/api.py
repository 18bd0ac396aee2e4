"""OpenAPI 3.0 of the OGC face, made from the collections in service. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.geo.features.collection import Collection
from services.geo.ogc.crs import CRS84, served
from services.geo.ogc.documents import JSON, NAMES, OPENAPI, SCHEMA, TITLE, Json, property_schema
from services.geo.ogc.parameters import DEFAULT_LIMIT, LANGUAGES, MAX_LIMIT, MEDIA
from services.geo.tiles.collections import OFFERS


def openapi(base: str, version: str, listed: Sequence[Collection]) -> Json:
    """The whole document; `base` is the address of the face."""
    paths: Json = {
        "/": _get("landing", "Page d’accueil", {JSON: {}}),
        "/api": _get("api", "Cette description", {OPENAPI: {}}),
        "/conformance": _get("conformance", "Classes de conformité", {JSON: {}}),
        "/collections": _get("collections", "Collections", {JSON: {}}),
        "/tileMatrixSets": _get("tileMatrixSets", "Grilles de tuiles", {JSON: {}}),
        "/tileMatrixSets/WebMercatorQuad": _get("tileMatrixSet", "Une grille de tuiles", {JSON: {}}),
    }
    for one in listed:
        paths |= _paths(one)
    for prefix in ("", *(f"/collections/{name}" for name in OFFERS)):
        paths |= _tiles(prefix)
    return {
        "openapi": "3.0.3",
        "info": {"title": TITLE, "version": version, "license": {"name": "Licence Ouverte 2.0"}},
        "servers": [{"url": base}],
        "paths": paths,
        "components": {
            "parameters": _parameters(),
            "responses": {
                "Problem": {
                    "description": "RFC 9457, en français",
                    "content": {"application/problem+json": {}},
                }
            },
        },
    }


def _paths(one: Collection) -> Json:
    here = f"/collections/{one.id}"
    media: Json = {type_: {} for type_ in MEDIA.values()}
    of_items = [
        *(_ref(name) for name in ("f", "limit", "offset", "bbox", "bbox-crs", "datetime", "crs")),
        *(_ref(name) for name in ("filter", "filter-lang", "filter-crs", "sortby", "properties")),
        *(
            _parameter(of.nom, of.titre, property_schema(of) if of.type != "liste" else {"type": "string"})
            for of in one.properties
        ),
    ]
    identifier = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        here: _get(f"{one.id}.collection", one.titre, {JSON: {}}),
        f"{here}/queryables": _get(f"{one.id}.queryables", "Propriétés des filtres", {SCHEMA: {}}),
        f"{here}/schema": _get(f"{one.id}.schema", "Schéma des propriétés", {SCHEMA: {}}),
        f"{here}/items": _get(f"{one.id}.items", f"{one.titre}\u00a0: liste", media, of_items),
        f"{here}/items/{{featureId}}": _get(
            f"{one.id}.item",
            f"{one.titre}\u00a0: un seul",
            {MEDIA["json"]: {}},
            [identifier, _ref("f"), _ref("crs")],
        ),
    }


def _tiles(prefix: str) -> Json:
    name = prefix.rsplit("/", 1)[-1] or "dataset"
    axes = [
        {"name": axis, "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
        for axis in ("tileMatrix", "tileRow", "tileCol")
    ]
    return {
        f"{prefix}/tiles": _get(f"{name}.tilesets", "Jeux de tuiles", {JSON: {}}),
        f"{prefix}/tiles/WebMercatorQuad": _get(f"{name}.tileset", "Jeu de tuiles", {JSON: {}}),
        f"{prefix}/tiles/WebMercatorQuad/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": _get(
            f"{name}.tile", "Une tuile", {"application/vnd.mapbox-vector-tile": {}}, axes
        ),
    }


def _get(name: str, summary: str, media: Mapping[str, Any], parameters: Sequence[Json] = ()) -> Json:
    problem = {"$ref": "#/components/responses/Problem"}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": list(parameters),
            "responses": {
                "200": {"description": summary, "content": dict(media)},
                "400": problem,
                "404": problem,
                "503": problem,
            },
        }
    }


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/parameters/{name}"}


def _parameter(name: str, said: str, schema: Json, **more: Any) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": said,
        "schema": schema,
        "style": "form",
        "explode": False,
        **more,
    }


def _parameters() -> Json:
    systems: Json = {
        "type": "string",
        "format": "uri",
        "enum": [crs.uri for crs in served()],
        "default": CRS84,
    }
    numbers: Json = {
        "type": "array",
        "items": {"type": "number"},
        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
    }
    limit: Json = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    given = (
        _parameter(
            "f", f"Format\u00a0: {', '.join(NAMES.values())}", {"type": "string", "enum": list(MEDIA)}
        ),
        _parameter("limit", "Nombre d’objets\u202f; sans lui, un fichier (CSV…) les donne tous", limit),
        _parameter("offset", "Objets à passer", {"type": "integer", "minimum": 0, "default": 0}),
        _parameter("bbox", "Boîte que les objets touchent", numbers),
        _parameter("bbox-crs", "Système de bbox", systems),
        _parameter(
            "datetime", "Date, instant ou intervalle\u202f; les objets n’en ont pas", {"type": "string"}
        ),
        _parameter("crs", "Système des coordonnées de la réponse", systems),
        _parameter("filter", "Condition en CQL2", {"type": "string"}),
        _parameter("filter-lang", "Langage du filtre", {"type": "string", "enum": list(LANGUAGES)}),
        _parameter("filter-crs", "Système des géométries du filtre", systems),
        _parameter("sortby", "Propriétés de tri, précédées de - pour décroître", {"type": "string"}),
        _parameter("properties", "Propriétés voulues, séparées par des virgules", {"type": "string"}),
    )
    return {one["name"]: one for one in given}
