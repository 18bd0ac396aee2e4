from datetime import date
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.geo.imports.ids import layer_id, served_id
from services.geo.layers.codec import decode, encode
from services.geo.layers.kinds import ROWS, CommuneZonage, Kind, Layer

VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=8),
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False),
    bytes: st.binary(max_size=8),
    date: st.dates(),
}


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Any value that an annotation of a row allows."""
    if get_origin(annotation) is UnionType:
        return st.one_of(*(st.none() if one is type(None) else values(one) for one in get_args(annotation)))
    if get_origin(annotation) is tuple:
        return st.lists(values(get_args(annotation)[0]), max_size=3).map(tuple)
    return VALUES[annotation]


def rows(kind: Kind) -> st.SearchStrategy[list[Any]]:
    hints = {name: values(hint) for name, hint in get_type_hints(ROWS[kind]).items()}
    return st.lists(st.builds(ROWS[kind], **hints), max_size=4)


@pytest.mark.parametrize("kind", list(Kind))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_rows_of_every_kind_come_back_as_they_were_stored(kind: Kind, data: st.DataObject) -> None:
    given_rows = data.draw(rows(kind))
    assert decode(kind, encode(kind, given_rows)) == tuple(given_rows)


def zonage(*levels: str, millesime: str = "2025") -> Layer:
    made = tuple(CommuneZonage(f"8300{number}", level) for number, level in enumerate(levels))
    return Layer(Kind.ZONAGE, "medecin-2025", millesime, "essai", None, made)


def test_a_layer_is_named_by_what_it_says() -> None:
    assert layer_id(zonage("ZIP", "HZ")) == layer_id(zonage("ZIP", "HZ"))
    assert layer_id(zonage("ZIP", "HZ")).startswith("zonage-medecin-2025-")
    others = {layer_id(zonage("ZIP", "ZAC")), layer_id(zonage("ZIP")), layer_id(zonage(millesime="2024"))}
    assert len(others | {layer_id(zonage("ZIP", "HZ"))}) == 4


def test_what_is_served_is_named_by_the_reference_and_every_layer_whatever_their_order() -> None:
    assert served_id("cog2026-a", ()) == "cog2026-a"
    assert served_id("cog2026-a", ("x", "y")) == served_id("cog2026-a", ("y", "x"))
    names = {served_id("cog2026-a", layers) for layers in ((), ("x",), ("y",), ("x", "y"))}
    assert len(names) == 4
    assert served_id("cog2026-a", ("x",)) != served_id("cog2026-b", ("x",))
    assert all(name.startswith("cog2026-") for name in names)
