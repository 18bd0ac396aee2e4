"""Two releases that differ by what they hide alone must answer alike, to the byte: bodies, headers, validators, ids."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.attack.api import Api, Reply
from tests.attack.documents import FORMATS

# What changes from one answer to the next, whatever is asked: the clock and the number of the request.
OF_THE_MOMENT = frozenset(("date", "x-correlation-id"))


@dataclass(frozen=True)
class Question:
    """A request; `body` is None for a GET."""

    path: str
    body: Any = None

    def put_to(self, api: Api) -> Reply:
        """Answer of one API."""
        return api.get(self.path) if self.body is None else api.post(self.path, self.body)


def questions(territories: Iterable[list[str]], release: str | None = None) -> Iterator[Question]:
    """Every question about counts that the API answers, of these territories, to one release or the active one."""
    of = {"release": release} if release else {}
    for codes in territories:
        asked = {"communes": codes}
        for path in ("/v1/diagnostics", "/v1/profiles", "/v1/similar"):
            yield Question(path, asked | of)
        yield Question("/v1/trends", asked)
        yield Question("/v1/comparisons", {"territoires": [asked, asked]} | of)
        for form in FORMATS:
            yield Question(f"/v1/reports?f={form}", asked | of)
        yield Question("/v1/diagnostics", asked | of | {"focus": {"pathologies": ["x"]}})
        yield Question("/v1/diagnostics", asked | {"release": "x"})
    yield Question("/v1/indicators")
    yield Question("/v1/releases")


def differences(one: Api, other: Api, asked: Iterable[Question]) -> list[str]:
    """What two APIs answer differently, in words; nothing where they cannot be told apart."""
    found: list[str] = []
    for question in asked:
        first, second = question.put_to(one), question.put_to(other)
        if first.status != second.status:
            found.append(f"{question}: status {first.status}, {second.status}")
        named = [
            {name: value for name, value in reply.headers.items() if name not in OF_THE_MOMENT}
            for reply in (first, second)
        ]
        found += [
            f"{question}: header {name}: {named[0].get(name)}, {named[1].get(name)}"
            for name in sorted(named[0].keys() | named[1].keys())
            if named[0].get(name) != named[1].get(name)
        ]
        bodies = [_unnumbered(reply) for reply in (first, second)]
        if bodies[0] != bodies[1]:
            found.append(f"{question}: {_around(*bodies)}")
    return found


def _unnumbered(reply: Reply) -> bytes:
    """Body without the number of the request, which refusals repeat."""
    number = reply.headers.get("x-correlation-id", "").encode()
    return reply.body.replace(number, b"") if number else reply.body


def _around(one: bytes, other: bytes) -> str:
    """The first place where two bodies part."""
    place = next((rank for rank, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    start = max(0, place - 40)
    return f"{one[start : place + 20]!r}, {other[start : place + 20]!r}"
