"""Attacks beside the answers: messages of errors, time taken, validators of caches, shares of the population."""

import hashlib
import json
import re
from collections.abc import Iterator
from itertools import product

from tests.attack.facts import Claim
from tests.attack.session import Session, Told

FEW = 12
ROUNDS = 4
BESIDE = ("count", "rate", "interval", "standardised")
# Seconds between answers of one shape that only a program doing different work would take.
HUGE = 0.05
MOST_HIDDEN = 3
DIGESTS = ("md5", "sha1", "sha256", "blake2b")
NUMBER = re.compile(r"(?<![\w.-])\d{1,2}(?![\w.-])")


def hidden(told: dict[str, Told]) -> list[str]:
    """Indicators of an answer that tell no count."""
    return [name for name, one in told.items() if one.count is None]


def errors(session: Session) -> None:
    """Provoke every refusal, and look for a small number beside the name of an indicator."""
    limits = {str(session.knowledge.people)}
    for commune in list(session.singles)[:FEW]:
        codes = session.ground.named(commune)
        for names in ("pathologies", "professions"):
            for wrong in ("x", *hidden(session.ask(commune, "alone"))[:FEW]):
                reply = session.api.diagnose(codes, focus={names: [wrong]})
                text = reply.body.decode() if reply.status >= 400 else ""
                said = json.loads(text).get("detail", "") if text else ""
                for name in session.knowledge.kinds:
                    numbers = [n for n in NUMBER.findall(said.replace(codes[0], "")) if n not in limits]
                    if name in said and numbers:
                        count = int(numbers[0])
                        session.claims.append(Claim(name, codes[0], count, count, "errors"))
    _refusals(session)


def _refusals(session: Session) -> None:
    code = session.ground.named(next(session.singles))[0]
    wrong: tuple[object, ...] = (
        {"communes": []},
        {"communes": ["99999", code]},
        {"communes": [code], "release": "inconnu"},
        {"communes": [code], "autre": 1},
        {"communes": code},
        b"{",
        b"\xff\xfe",
    )
    for body in wrong:
        reply = session.api.post("/v1/diagnostics", body)
        if reply.status < 400 or reply.status >= 500:
            session.leaks.append(f"errors: {body!r} answered with {reply.status}")
        if b"Traceback" in reply.body or b'File "' in reply.body:
            session.leaks.append(f"errors: {body!r} shows the inside of the program")


def beside(session: Session) -> None:
    """What stands beside a count that is hidden must be hidden as well, and the share covered follow the lists."""
    for commune in session.singles:
        reply = session.api.diagnose(session.ground.named(commune))
        for one in reply.json()["indicators"]:
            kept = session.reader.left(one["neutralised"], commune)
            share = one["covered_population_share"]
            if share is not None and share != (100.0 if kept else 0.0):
                session.leaks.append(f"beside: {one['id']} covers {share} % of one commune")
            told = [name for name in BESIDE if one.get(name) is not None]
            told += [
                name
                for name in ("difference", "spans")
                if any(r.get(name) is not None for r in one["references"])
            ]
            if not kept and told:
                session.leaks.append(f"beside: {one['id']} tells {', '.join(told)} of a commune left out")


def validators(session: Session) -> None:
    """Look for the fingerprint of hidden counts in headers: try every small value in the usual spellings."""
    for commune in session.singles:
        reply = session.api.diagnose(session.ground.named(commune))
        tags = [
            v.removeprefix("W/").strip('"') for k, v in reply.headers.items() if k in {"etag", "x-digest"}
        ]
        answer = session.ask(commune, "alone")
        unknown = hidden(answer)
        if not tags or not 0 < len(unknown) <= MOST_HIDDEN:
            continue
        for values in product(range(session.knowledge.people), repeat=len(unknown)):
            filled = {name: one.count for name, one in answer.items()} | dict(
                zip(unknown, values, strict=True)
            )
            if any(tag and digest.startswith(tag) for tag in tags for digest in _digests(filled)):
                code = session.ground.named(commune)[0]
                session.claims += [
                    Claim(name, code, value, value, "validators")
                    for name, value in zip(unknown, values, strict=True)
                ]
                break


def _digests(counts: dict[str, int | None]) -> Iterator[str]:
    values = list(counts.values())
    spelled = (
        ",".join(map(str, values)),
        json.dumps(values),
        json.dumps(values, separators=(",", ":")),
        json.dumps(counts),
        json.dumps(counts, separators=(",", ":")),
        json.dumps(counts, sort_keys=True),
    )
    for text in spelled:
        for name in DIGESTS:
            yield hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


def timing(session: Session) -> None:
    """Time answers of one commune, turn and turn about: the least of ROUNDS is what the work itself takes."""
    communes = list(session.singles)[:FEW]
    taken = {commune: min(_seconds(session, commune)) for commune in communes}
    shapes: dict[int, list[float]] = {}
    for commune, seconds in taken.items():
        shapes.setdefault(len(hidden(session.ask(commune, "alone"))), []).append(seconds)
    if max(max(times) - min(times) for times in shapes.values()) < HUGE:
        return
    session.leaks.append("timing: answers of one shape take very different times")


def _seconds(session: Session, commune: int) -> list[float]:
    codes = session.ground.named(commune)
    return [session.api.diagnose(codes).seconds for _ in range(ROUNDS)]
