"""Row headers in a tagged PDF: Typst marks column headers alone, so first cells are marked here, on the tag tree."""

import io
from collections.abc import Iterator

import pikepdf

ROW_SCOPE = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)


def with_row_headers(pdf: bytes) -> bytes:
    """The same PDF where the first cell of each body row is a header of its row. Deterministic."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        root = document.Root.get("/StructTreeRoot")
        if root is not None:
            for row in _rows(root):
                _mark_first_cell(row)
        out = io.BytesIO()
        document.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
        )
    return out.getvalue()


def _rows(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Rows of table bodies, in reading order."""
    waiting = [element]
    while waiting:
        current = waiting.pop()
        kind = current.get("/S")
        if kind == "/TBody":
            yield from (child for child in _children(current) if child.get("/S") == "/TR")
        elif kind not in ("/P", "/Span", "/TR"):
            waiting.extend(reversed(list(_children(current))))


def _children(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    kids = element.get("/K")
    if kids is None:
        return
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            yield kid


def _mark_first_cell(row: pikepdf.Object) -> None:
    first = next((child for child in _children(row) if child.get("/S") in ("/TD", "/TH")), None)
    if first is None or first.S == "/TH":
        return
    first.S = pikepdf.Name.TH
    attributes = first.get("/A")
    kept = (
        []
        if attributes is None
        else list(attributes)
        if isinstance(attributes, pikepdf.Array)
        else [attributes]
    )
    own = [a for a in kept if isinstance(a, pikepdf.Dictionary) and a.get("/O") == "/Table"]
    if own:
        own[0].Scope = pikepdf.Name.Row
    else:
        first.A = pikepdf.Array([*kept, ROW_SCOPE])
