"""AsyncAPI 3.0 of the bus, generated from contracts, events and tasks: never written by hand.

A pure function of them; it must not connect to anything. Names are those of the default namespace.
"""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.bus.codec import JSON, MAX_WIRE, PROBLEM
from shared.bus.topology import Topology
from shared.contract import Contract, Event, Task

SCHEMAS = "#/components/schemas/"
PROBLEM_SCHEMA = {
    "type": "object",
    "description": "RFC 9457 sans l’adresse ni le titre, que la passerelle ajoute",
    "properties": {"code": {"type": "string"}, "detail": {"type": "string"}},
    "required": ["code", "detail"],
}
HEADERS_SCHEMA = {
    "type": "object",
    "properties": {"traceparent": {"type": "string", "description": "https://www.w3.org/TR/trace-context/"}},
}

Json = dict[str, Any]


def asyncapi(
    contracts: Iterable[Contract[Any, Any]],
    events: Iterable[Event[Any]],
    tasks: Iterable[Task[Any]],
    version: str,
) -> Json:
    """Build the document, keys sorted by contract: the same input gives the same bytes."""
    asked = sorted(contracts, key=lambda contract: contract.key)
    told = sorted(events, key=lambda event: event.key)
    queued = sorted(tasks, key=lambda task: task.key)
    shapes = [
        *(shape for contract in asked for shape in (contract.request, contract.response)),
        *(event.message for event in told),
        *(task.message for task in queued),
    ]
    names, schemas = _schemas(shapes)
    channels: Json = {}
    operations: Json = {}
    for contract in asked:
        _add_contract(channels, operations, contract, names)
    for event in told:
        channels[event.key] = _channel(f"{Topology().namespace}.events", event, names)
        operations[event.key] = _one_way("send", event.key, event.summary)
    for task in queued:
        channels[task.key] = _channel(Topology().tasks(task.key), task, names)
        operations[task.key] = _one_way("receive", task.key, task.summary)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Rezone",
            "version": version,
            "description": (
                "Messages de Rezone sur RabbitMQ (AMQP 0-9-1). Corps JSON, compressé (deflate) au-delà de 64 Kio, "
                f"d’au plus {MAX_WIRE // 1024} Kio sur le fil."
            ),
        },
        "defaultContentType": JSON,
        "channels": channels,
        "operations": operations,
        "components": {"schemas": {"Headers": HEADERS_SCHEMA, "Problem": PROBLEM_SCHEMA, **schemas}},
    }


def _schemas(shapes: Iterable[type[BaseModel]]) -> tuple[dict[type[BaseModel], str], Json]:
    # One schema per shape, as it is written on the wire.
    unique = list(dict.fromkeys(shapes))
    references, document = models_json_schema(
        [(shape, "serialization") for shape in unique], ref_template=SCHEMAS + "{model}"
    )
    names = {shape: references[shape, "serialization"]["$ref"] for shape in unique}
    return names, dict(sorted(document.get("$defs", {}).items()))


def _add_contract(
    channels: Json, operations: Json, contract: Contract[Any, Any], names: dict[type[BaseModel], str]
) -> None:
    key, reply = contract.key, f"{contract.key}.reply"
    channels[key] = {
        "address": Topology().requests(key),
        "description": contract.summary,
        "messages": {"request": _message(names[contract.request], JSON)},
        "bindings": {"amqp": {"is": "queue", "queue": {"durable": True, "exclusive": False}}},
    }
    channels[reply] = {
        "address": None,
        "description": "File exclusive du demandeur, nommée par reply_to",
        "messages": {
            "response": _message(names[contract.response], JSON),
            "problem": _message(f"{SCHEMAS}Problem", PROBLEM),
        },
    }
    operations[key] = {
        "action": "receive",
        "channel": _ref("channels", key),
        "summary": contract.summary,
        "messages": [_ref("channels", key, "messages", "request")],
        "reply": {
            "address": {"location": "$message.header#/replyTo"},
            "channel": _ref("channels", reply),
            "messages": [_ref("channels", reply, "messages", name) for name in ("response", "problem")],
        },
        "x-timeout-seconds": contract.timeout,
        "x-problems": [
            {"code": problem.code, "title": problem.title, "status": problem.status}
            for _, problem in sorted(contract.problems.items())
        ],
    }


def _channel(address: str, told: Event[Any] | Task[Any], names: dict[type[BaseModel], str]) -> Json:
    is_event = isinstance(told, Event)
    kind: Json = (
        {"is": "routingKey", "exchange": {"name": address, "type": "topic", "durable": True}}
        if is_event
        else {"is": "queue", "queue": {"name": address, "durable": True, "exclusive": False}}
    )
    return {
        "address": told.key if is_event else address,
        "description": told.summary,
        "messages": {"message": _message(names[told.message], JSON)},
        "bindings": {"amqp": kind},
    }


def _one_way(action: str, key: str, summary: str) -> Json:
    return {
        "action": action,
        "channel": _ref("channels", key),
        "summary": summary,
        "messages": [_ref("channels", key, "messages", "message")],
    }


def _message(schema: str, content_type: str) -> Json:
    return {
        "contentType": content_type,
        "headers": {"$ref": f"{SCHEMAS}Headers"},
        "payload": {"$ref": schema},
    }


def _ref(*path: str) -> Json:
    return {"$ref": "#/" + "/".join(path)}
