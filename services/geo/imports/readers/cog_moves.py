"""History of the codes of communes: INSEE's dated moves → the current commune(s) of every old code. Pure.

Events of the file (MOD): 10 change of name, 20 creation, 21 restoration, 30 suppression, 31 fusion,
32 commune nouvelle, 33 fusion-association, 34 end of an association, 35 end of a commune déléguée,
41 and 50 changes of code, 70 associée become déléguée. Which commune holds the ground is told by codes and types
before and after, not by MOD.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

WHOLE = "COM"


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the moves: on `day` (ISO), `before` of this type became, or gave ground to, `after`."""

    day: str
    type_before: str
    before: str
    name_before: str
    type_after: str
    after: str


@dataclass(frozen=True, slots=True)
class Ended:
    """How a code ended: its last name, and the codes that took its ground that day."""

    name: str
    into: tuple[str, ...]


def successors(moves: Iterable[Move], current: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Current codes of every code that ended, sorted, several where its ground was shared out.

    A code that lives again is no old code. One that ends on no current code (left for a country, or a loop in the
    file) is absent from the answer.
    """
    ends = ended(moves, current)
    found: dict[str, tuple[str, ...]] = {}
    for code in ends:
        reached = _reach(code, ends, current)
        if reached:
            found[code] = reached
    return found


def ended(moves: Iterable[Move], current: Collection[str]) -> Mapping[str, Ended]:
    """For each code that is not current, its last end: a day when others took its ground and it stayed no commune."""
    by_day: dict[tuple[str, str], list[Move]] = {}
    for move in moves:
        if move.type_after == WHOLE and move.before not in current:
            by_day.setdefault((move.before, move.day), []).append(move)
    last: dict[str, tuple[str, Ended]] = {}
    for (code, day), of_day in by_day.items():
        into = tuple(sorted({move.after for move in of_day}))
        if code not in into and (code not in last or day > last[code][0]):
            last[code] = day, Ended(of_day[0].name_before, into)
    return {code: end for code, (_, end) in last.items()}


def _reach(code: str, ends: Mapping[str, Ended], current: Collection[str]) -> tuple[str, ...]:
    """Follow ends from code to code until current ones; a code met twice is followed once."""
    reached: set[str] = set()
    seen = {code}
    pending = [code]
    while pending:
        for after in ends[pending.pop()].into:
            if after in current:
                reached.add(after)
            elif after in ends and after not in seen:
                seen.add(after)
                pending.append(after)
    return tuple(sorted(reached))
