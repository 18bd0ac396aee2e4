"""Ways into a document's tree, for the tests."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from services.reports.assemble import assemble
from services.reports.document import Document, Node, Section, Table
from services.reports.subject import Subject

NodeT = TypeVar("NodeT")


def nodes(document: Document) -> Iterator[Node]:
    waiting: list[Node] = list(document.sections)
    while waiting:
        node = waiting.pop(0)
        yield node
        if isinstance(node, Section):
            waiting = [*node.nodes, *waiting]


def all_of(document: Document, kind: type[NodeT]) -> list[NodeT]:
    return [node for node in nodes(document) if isinstance(node, kind)]


def table(subject: Subject, table_id: str) -> Table:
    return next(node for node in all_of(assemble(subject), Table) if node.id == table_id)


def row(found: Table, header: str) -> tuple[str, ...]:
    return next(
        tuple(cell.text for cell in line.cells) for line in found.rows if line.cells[0].text == header
    )


def changed(base: Subject, **fields: object) -> Subject:
    return replace(base, diagnostic=base.diagnostic.model_copy(update=fields))
