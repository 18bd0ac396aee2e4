import zlib
from collections.abc import Callable
from contextlib import suppress

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from shared.bus.codec import (
    DEFLATE_ABOVE,
    MAX_INFLATED,
    MAX_WIRE,
    PROBLEM,
    Wire,
    decode,
    decode_problem,
    encode,
    encode_problem,
)
from shared.errors import InvalidRequest, MessageTooLarge, UnknownCommunes
from shared.schemas.geo import Zonage


class Part(BaseModel):
    word: str
    rate: float | None = None
    zonage: Zonage = Zonage.INCONNU


class Whole(BaseModel):
    parts: tuple[Part, ...] = ()
    counts: dict[str, int] = {}


words = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30)
integers = st.integers(min_value=-(2**63), max_value=2**63 - 1)
parts = st.builds(
    Part,
    word=words,
    rate=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    zonage=st.sampled_from(Zonage),
)
wholes = st.builds(
    Whole, parts=st.lists(parts, max_size=5).map(tuple), counts=st.dictionaries(words, integers, max_size=5)
)


@given(wholes)
def test_what_is_encoded_is_decoded_the_same(whole: Whole) -> None:
    assert decode(Whole, encode(whole)) == whole


@given(st.binary(max_size=200), st.sampled_from([None, "deflate", "gzip"]))
def test_any_bytes_are_a_message_or_an_invalid_request(body: bytes, encoding: str | None) -> None:
    with suppress(InvalidRequest):
        assert isinstance(decode(Whole, Wire(body, encoding=encoding)), Whole)


def test_only_a_long_message_is_deflated() -> None:
    short, long = (
        encode(Part(word="é" * (size // 2))) for size in (DEFLATE_ABOVE - 100, DEFLATE_ABOVE + 100)
    )
    assert short.encoding is None
    assert long.encoding == "deflate"
    assert len(long.body) < DEFLATE_ABOVE // 10
    assert decode(Part, long).word == "é" * (DEFLATE_ABOVE // 2 + 50)


def test_the_limit_bears_on_the_bytes_of_the_wire() -> None:
    assert len(encode(Part(word="a" * 4 * MAX_WIRE)).body) < MAX_WIRE
    with pytest.raises(MessageTooLarge) as caught:
        decode(Part, Wire(b" " * (MAX_WIRE + 1)))
    assert caught.value.extensions == {"maximum": MAX_WIRE, "received": MAX_WIRE + 1}
    assert "1\u202f048\u202f576" in caught.value.detail


def test_a_message_that_would_inflate_beyond_reason_is_not_inflated() -> None:
    bomb = zlib.compress(b'"' + b"a" * (MAX_INFLATED + 1) + b'"', level=9)
    assert len(bomb) < MAX_WIRE
    with pytest.raises(MessageTooLarge) as caught:
        decode(Part, Wire(bomb, encoding="deflate"))
    assert caught.value.extensions["maximum"] == MAX_INFLATED


def test_what_could_not_be_inflated_is_not_sent() -> None:
    with pytest.raises(MessageTooLarge):
        encode(Part(word="a" * (MAX_INFLATED + 1)))


@pytest.mark.parametrize(
    "spoil", [lambda body: body[:-4], lambda body: body + b"more", lambda body: b"no" + body]
)
def test_a_spoilt_deflated_message_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    wire = encode(Part(word="a" * DEFLATE_ABOVE))
    with pytest.raises(InvalidRequest, match="abîmé"):
        decode(Part, Wire(spoil(wire.body), encoding="deflate"))


def test_each_error_is_named_by_its_path() -> None:
    body = orjson.dumps({"parts": [{"word": "a"}, {"word": 3}, {}], "counts": {"x": "many"}})
    with pytest.raises(InvalidRequest) as caught:
        decode(Whole, Wire(body))
    assert caught.value.extensions["errors"] == [
        {"path": "parts[1].word", "message": "un texte est attendu", "received": "3"},
        {"path": "parts[2].word", "message": "ce champ est obligatoire", "received": ""},
        {"path": "counts.x", "message": "un nombre entier est attendu", "received": "'many'"},
    ]
    assert (
        caught.value.detail
        == "parts[1].word\u00a0: un texte est attendu (reçu\u00a0: 3), et 2 autres erreurs."
    )


def test_where_json_breaks_is_said() -> None:
    with pytest.raises(InvalidRequest, match="ligne 2, colonne"):
        decode(Whole, Wire(b'{"parts":\n oops}'))


def test_a_problem_keeps_its_code_detail_and_extensions() -> None:
    wire = encode_problem(UnknownCommunes("Commune inconnue.", codes=["99999"]))
    assert wire.content_type == PROBLEM
    assert decode_problem(wire) == {
        "code": "unknown-communes",
        "detail": "Commune inconnue.",
        "codes": ["99999"],
    }


@pytest.mark.parametrize("extension", [{"a", "set"}, [str(number) for number in range(2_000_000)]])
def test_a_problem_whose_extensions_cannot_cross_still_crosses(extension: object) -> None:
    wire = encode_problem(UnknownCommunes("Communes inconnues.", codes=extension))
    assert decode_problem(wire) == {"code": "unknown-communes", "detail": "Communes inconnues."}


def test_a_problem_must_be_an_object() -> None:
    with pytest.raises(InvalidRequest):
        decode_problem(Wire(b"[]", content_type=PROBLEM))
