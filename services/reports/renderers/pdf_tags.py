"""Row headers in a tagged PDF: Typst marks column headers alone, so first cells are marked here, on the tag tree."""

import io
from collections.abc import Iterator

import pikepdf

CELLS = ("/TH", "/TD")
# Tags that never hold a table: not walked, since they are most of the tree.
LEAVES = ("/P", "/Span", "/H1", "/H2", "/H3", "/Caption", "/Figure", "/L", "/TOC")


def with_row_headers(pdf: bytes) -> bytes:
    """The same PDF where the first cell of each body row is a header of its row. Deterministic.

    Typst ties each cell to its column header by name (/Headers), which would hide the row header from a reader
    that trusts the names: they are dropped, and the scope of both kinds of headers tells the same for both axes.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for row, in_body in _rows(document.Root.StructTreeRoot):
            cells = [cell for cell in _children(row) if cell.get("/S") in CELLS]
            for cell in cells:
                table_attributes = _table_attributes(cell)
                if "/Headers" in table_attributes:
                    del table_attributes["/Headers"]
            if in_body and cells:
                cells[0].S = pikepdf.Name.TH
                _table_attributes(cells[0]).Scope = pikepdf.Name.Row
        out = io.BytesIO()
        document.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
        )
    return out.getvalue()


def _rows(root: pikepdf.Object) -> Iterator[tuple[pikepdf.Object, bool]]:
    """Every table row, and whether it lies in a table body."""
    waiting = [(root, False)]
    while waiting:
        element, in_body = waiting.pop()
        kind = element.get("/S")
        if kind == "/TR":
            yield element, in_body
        elif kind not in LEAVES:
            waiting.extend((child, kind == "/TBody") for child in _children(element))


def _children(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    kids = element.get("/K")
    if kids is None:
        return
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            yield kid


def _table_attributes(cell: pikepdf.Object) -> pikepdf.Object:
    """The cell's attributes as a table cell, made where it has none."""
    attributes = cell.get("/A")
    owned = [attributes] if isinstance(attributes, pikepdf.Dictionary) else list(attributes or ())
    for attribute in owned:
        if isinstance(attribute, pikepdf.Dictionary) and attribute.get("/O") == "/Table":
            return attribute
    made = pikepdf.Dictionary(O=pikepdf.Name.Table)
    cell.A = pikepdf.Array([*owned, made])
    return made
