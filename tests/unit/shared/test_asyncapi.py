import json
from collections.abc import Iterator
from typing import Any

import yaml
from pydantic import BaseModel

from shared.asyncapi import asyncapi
from shared.contract import Contract, Event, Task
from shared.errors import NotFound
from shared.schemas import catalogue, geo, indicators, reports


class Part(BaseModel):
    word: str


class Whole(BaseModel):
    parts: tuple[Part, ...]


class Answer(BaseModel):
    part: Part


ASK = Contract("echo.words.repeat.v1", Whole, Answer, errors=(NotFound,), timeout=3.0, summary="Répète")
TELL = Event("echo.words.said.v1", Part)
QUEUE = Task("echo.words.sort.v1", Whole)


def declared(kind: type[Any]) -> list[Any]:
    return [
        value
        for module in (catalogue, geo, indicators, reports)
        for value in vars(module).values()
        if isinstance(value, kind)
    ]


def references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def resolve(document: Any, reference: str) -> object:
    assert reference.startswith("#/")
    for step in reference[2:].split("/"):
        document = document[step]
    return document


def test_every_reference_resolves() -> None:
    for document in (
        asyncapi([ASK], [TELL], [QUEUE], "1"),
        asyncapi(declared(Contract), declared(Event), declared(Task), "1"),
    ):
        found = list(references(document))
        assert found
        for reference in found:
            assert resolve(document, reference)


def test_every_contract_event_and_task_is_an_operation_with_its_channel() -> None:
    contracts, events = declared(Contract), declared(Event)
    document = asyncapi(contracts, events, [QUEUE], "1")
    keys = {declared.key for declared in (*contracts, *events, QUEUE)}
    assert set(document["operations"]) == keys
    assert set(document["channels"]) == keys | {f"{contract.key}.reply" for contract in contracts}


def test_an_operation_says_its_reply_problems_and_timeout() -> None:
    operation = asyncapi([ASK], [], [], "1")["operations"][ASK.key]
    assert operation["action"] == "receive"
    assert operation["x-timeout-seconds"] == 3.0
    assert "not-found" in [problem["code"] for problem in operation["x-problems"]]
    assert len(operation["reply"]["messages"]) == 2


def test_the_same_contracts_in_another_order_give_the_same_bytes() -> None:
    contracts = declared(Contract)
    one, other = (asyncapi(order, [TELL], [], "1") for order in (contracts, contracts[::-1]))
    assert json.dumps(one) == json.dumps(other)


def test_the_document_is_the_same_once_written_as_yaml() -> None:
    document = asyncapi([ASK], [TELL], [QUEUE], "1")
    written = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
    assert yaml.safe_load(written) == document
    assert "&id" not in written
