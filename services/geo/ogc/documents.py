"""Documents that describe the service: landing page, conformance, collections, queryables and schemas. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.geo.features.collection import Collection, Property
from services.geo.ogc.crs import CRS84, served
from services.geo.ogc.parameters import MEDIA
from services.geo.tiles.collections import OFFERS
from services.geo.tiles.documents import CONFORMANCE as OF_TILES
from shared.schemas.geo import Dataset

Json = dict[str, Any]
JSON, SCHEMA = "application/json", "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
CONFORMANCE = (
    *(
        f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}"
        for name in ("core", "oas30", "geojson")
    ),
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    *(
        f"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/{name}"
        for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")
    ),
    *(
        f"http://www.opengis.net/spec/cql2/1.0/conf/{name}"
        for name in (
            *("cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators"),
            *("case-insensitive-comparison", "accent-insensitive-comparison"),
            *("basic-spatial-functions", "basic-spatial-functions-plus", "spatial-functions"),
            *("property-property", "arithmetic", "array-functions"),
        )
    ),
)
TITLE = "Rezone\u00a0: géographie de la santé"
NAMES: Mapping[str, str] = {
    "json": "GeoJSON",
    "csv": "CSV",
    "gpkg": "GeoPackage",
    "parquet": "GeoParquet",
}


def link(href: str, rel: str, media: str, title: str) -> dict[str, str]:
    """One link."""
    return {"href": href, "rel": rel, "type": media, "title": title}


def landing(base: str, dataset: Dataset) -> Json:
    """What is served, and where to read on."""
    return {
        "title": TITLE,
        "description": "Communes, départements, régions, EPCI, quartiers prioritaires, CPTS et établissements de "
        f"santé, d’après le référentiel {dataset.id}.",
        "attribution": ", ".join(dict.fromkeys(source.source for source in dataset.sources)),
        "links": [
            link(base, "self", JSON, "Cette page"),
            link(f"{base}/api", "service-desc", OPENAPI, "Description OpenAPI 3.0"),
            link(f"{base}/conformance", "conformance", JSON, "Classes de conformité"),
            link(
                f"{base}/conformance",
                "http://www.opengis.net/def/rel/ogc/1.0/conformance",
                JSON,
                "Conformité",
            ),
            link(f"{base}/collections", "data", JSON, "Collections"),
            link(f"{base}/tiles", "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector", JSON, "Tuiles"),
            link(
                f"{base}/tileMatrixSets",
                "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes",
                JSON,
                "Grilles de tuiles",
            ),
        ],
    }


def conformance() -> Json:
    """Classes whose requirements are tested."""
    return {"conformsTo": [*CONFORMANCE, *OF_TILES]}


def collections(base: str, listed: Sequence[Collection]) -> Json:
    """Every collection."""
    return {
        "links": [link(f"{base}/collections", "self", JSON, "Collections")],
        "crs": [crs.uri for crs in served()],
        "collections": [collection(base, one, inside=True) for one in listed],
    }


def collection(base: str, one: Collection, *, inside: bool = False) -> Json:
    """One collection; `inside` the list of all, systems of coordinates are said once for all."""
    here = f"{base}/collections/{one.id}"
    links = [
        link(here, "self", JSON, one.titre),
        link(f"{here}/queryables", QUERYABLES, SCHEMA, "Propriétés des filtres"),
        link(f"{here}/schema", "describedby", SCHEMA, "Schéma des propriétés"),
        *(link(f"{here}/items?f={form}", "items", media, NAMES[form]) for form, media in MEDIA.items()),
    ]
    if one.id in OFFERS:
        tiles = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
        links.append(link(f"{here}/tiles", tiles, JSON, "Tuiles vectorielles"))
    extent: Json = {}
    if one.extent is not None:
        extent = {"extent": {"spatial": {"bbox": [list(one.extent)], "crs": CRS84}}}
    return {
        "id": one.id,
        "title": one.titre,
        "description": one.description,
        "itemType": "feature",
        **extent,
        "crs": ["#/crs"] if inside else [crs.uri for crs in served()],
        "storageCrs": CRS84,
        "links": links,
    }


def schema(base: str, one: Collection, name: str) -> Json:
    """JSON Schema of the properties; `name` is queryables (what filters may name) or schema."""
    identifier = one.properties[0].nom
    properties: Json = {of.nom: property_schema(of) for of in one.properties}
    properties["geometry"] = {"title": "Géométrie", "format": f"geometry-{one.ground.geometry_type.lower()}"}
    if name == "schema":
        properties[identifier]["x-ogc-role"] = "id"
        properties["geometry"]["x-ogc-role"] = "primary-geometry"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{base}/collections/{one.id}/{name}",
        "type": "object",
        "title": one.titre,
        "properties": properties,
        "additionalProperties": False,
    }


def property_schema(of: Property) -> Json:
    """JSON Schema of one property."""
    types: Mapping[str, Json] = {
        "texte": {"type": "string"},
        "entier": {"type": "integer"},
        "nombre": {"type": "number"},
        "date": {"type": "string", "format": "date"},
        "liste": {"type": "array", "items": {"type": "string"}},
    }
    said: Json = {"title": of.titre, **types[of.type]}
    if of.unite:
        said["x-ogc-unit"] = of.unite
    if of.valeurs:
        said["enum"] = list(of.valeurs)
    return said
