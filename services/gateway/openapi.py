"""OpenAPI 3.1 of the gateway, generated from the route table, the contracts and geo's read face."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from services.gateway.routes import ROUTES, Route
from shared.contract import COMMON_ERRORS, Read
from shared.errors import (
    Internal,
    MessageTooLarge,
    MethodNotAllowed,
    NotAcceptable,
    NotJson,
    Problem,
    ServiceUnavailable,
)
from shared.schemas.geo_read import READS
from shared.schemas.reports import MEDIA_TYPES

EDGE_ERRORS: tuple[type[Problem], ...] = (NotJson, MessageTooLarge, MethodNotAllowed)
REF = "#/components/schemas/{model}"


def openapi(version: str) -> dict[str, Any]:
    """The whole document; the same code gives the same bytes."""
    asked = [route.contract.request for route in ROUTES if route.method == "POST"]
    asked += [read.body for read in READS if read.body is not None]
    answered = [route.contract.response for route in ROUTES if not route.document]
    answered += [read.response for read in READS]
    _, definitions = models_json_schema(
        [
            *((shape, "validation") for shape in dict.fromkeys(asked)),
            *((shape, "serialization") for shape in dict.fromkeys(answered)),
        ],
        ref_template=REF,
    )
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    for read in READS:
        paths.setdefault(read.path, {})[read.method.lower()] = _read(read)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Rezone",
            "version": version,
            "description": "Diagnostic territorial de santé pour une CPTS\u00a0: territoires, indicateurs, rapports.",
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in ("geo", "indicators", "reports")],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": {"Problem": PROBLEM, **dict(sorted(definitions["$defs"].items()))},
        },
    }


PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. `code` est stable\u202f; `detail` est une phrase en français pour la personne.",
    "required": ["type", "title", "status", "code", "detail", "correlation_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "correlation_id": {"type": "string"},
    },
    "additionalProperties": True,
}


def _operation(route: Route) -> dict[str, Any]:
    contract = route.contract
    operation: dict[str, Any] = {
        "operationId": contract.key,
        "tags": [contract.service],
        "summary": contract.summary,
        "description": route.description,
        "responses": {
            "200": _document() if route.document else _json("Réponse", contract.response),
            **_problems((*COMMON_ERRORS, *EDGE_ERRORS, *contract.errors)),
        },
    }
    if route.method == "GET":
        operation["responses"]["304"] = UNCHANGED
    else:
        operation["requestBody"] = _body(contract.request)
    if route.document:
        operation["parameters"] = [FORMAT]
        operation["responses"].update(_problems((NotAcceptable,)))
    return operation


UNCHANGED: dict[str, Any] = {"description": "Inchangé depuis l’ETag donné"}
FORMAT: dict[str, Any] = {
    "name": "f",
    "in": "query",
    "description": "Format du document\u202f; l’emporte sur l’en-tête Accept",
    "schema": {"type": "string", "enum": [form.value for form in MEDIA_TYPES]},
}


def _read(read: Read) -> dict[str, Any]:
    fields = read.query.model_json_schema(ref_template=REF)["properties"] if read.query else {}
    in_path = [part[1:-1] for part in read.path.split("/") if part.startswith("{")]
    schema: dict[str, Any] = {"$ref": REF.format(model=read.response.__name__)}
    if read.many:
        schema = {"type": "array", "items": schema}
    # A fault of the address is an InvalidQuery; only a body makes an InvalidRequest.
    common = (ServiceUnavailable, Internal) if read.body is None else (*COMMON_ERRORS, NotJson)
    operation: dict[str, Any] = {
        "operationId": read.key,
        "tags": ["geo"],
        "summary": read.summary,
        "parameters": [
            *(
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                for name in in_path
            ),
            *({"name": name, "in": "query", "schema": shape} for name, shape in fields.items()),
        ],
        "responses": {
            "200": {"description": "Réponse", "content": {"application/json": {"schema": schema}}},
            **_problems((*common, MethodNotAllowed, *read.errors)),
        },
    }
    if read.body is None:
        operation["responses"]["304"] = UNCHANGED
    else:
        operation["requestBody"] = _body(read.body)
    return operation


def _body(model: type[BaseModel]) -> dict[str, Any]:
    schema = {"$ref": REF.format(model=model.__name__)}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _json(description: str, model: type[BaseModel]) -> dict[str, Any]:
    schema = {"$ref": REF.format(model=model.__name__)}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _document() -> dict[str, Any]:
    media: dict[str, Any] = {media.split(";")[0]: {} for media in MEDIA_TYPES.values()}
    return {"description": "Le document", "content": media}


def _problems(problems: tuple[type[Problem], ...]) -> dict[str, Any]:
    by_status: dict[int, list[type[Problem]]] = {}
    for problem in dict.fromkeys(problems):
        by_status.setdefault(problem.status, []).append(problem)
    return {
        str(status): {
            "description": "\u202f; ".join(f"{one.title} (`{one.code}`)" for one in group),
            "content": {"application/problem+json": {"schema": {"$ref": REF.format(model="Problem")}}},
        }
        for status, group in sorted(by_status.items())
    }
