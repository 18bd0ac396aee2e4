"""The published description says what the gateway does, and nothing dangles in it."""

import json
from collections.abc import Iterator
from typing import Any

from services.gateway.openapi import openapi
from services.gateway.routes import ROUTES
from shared.schemas.geo_read import READS

DOCUMENT = openapi("0")


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_route_and_read_is_described() -> None:
    described = {
        (method.upper(), path) for path, operations in DOCUMENT["paths"].items() for method in operations
    }
    assert described == {(route.method, route.path) for route in ROUTES} | {
        (read.method, read.path) for read in READS
    }


def test_every_reference_resolves() -> None:
    for reference in references(DOCUMENT):
        found: Any = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        assert isinstance(found, dict)


def test_every_problem_of_a_contract_is_announced() -> None:
    for route in ROUTES:
        responses = DOCUMENT["paths"][route.path][route.method.lower()]["responses"]
        for problem in route.contract.errors:
            assert f"`{problem.code}`" in responses[str(problem.status)]["description"]


def test_the_same_code_gives_the_same_document() -> None:
    assert json.dumps(openapi("0")) == json.dumps(DOCUMENT)
