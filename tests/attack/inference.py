"""From facts to intervals: elimination of whole sums, narrowing of bounds, then a linear program where it can help."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from tests.attack.facts import UNBOUNDED, Cell, Claim, Fact, Ground, Terms, bits
from tests.attack.knowledge import Knowledge
from tests.attack.linear import Constraint, System
from tests.attack.programme import Interval

NARROW = 5
TOLERANCE = 1e-6
# A class of communes is determined where it lies in the space that the facts span.
SPANNED = 1 - 1e-7


@dataclass(frozen=True)
class Scope:
    """What is inferred about: communes (bits) of the ground, in the light of a catalogue.

    `suppose`: take every count that is never told alone for one under the threshold, as most of them are.
    """

    ground: Ground
    knowledge: Knowledge
    communes: int
    suppose: bool = False


class Places:
    """Counts that facts are about: one for each commune of the scope, and beyond it one for each class of communes.

    Communes beyond the scope that no fact tells apart are one count: nothing is lost, and a région takes no more
    room than a commune.
    """

    def __init__(self, facts: Sequence[Fact], scope: int) -> None:
        self._scope = scope
        beyond: dict[str, dict[int, None]] = defaultdict(dict)
        for fact in facts:
            for name, _ in fact.terms:
                beyond[name][fact.communes & ~scope] = None
        self._classes = {name: _refined(sets) for name, sets in beyond.items()}

    def cells(self, fact: Fact) -> dict[Cell, float]:
        """Weight of each count in a fact; a class is named by its first commune."""
        inside = list(bits(fact.communes & self._scope))
        found: dict[Cell, float] = {}
        for name, weight in fact.terms:
            classes = [next(bits(part)) for part in self._classes[name] if part & fact.communes]
            found |= {(name, place): weight for place in (*inside, *classes)}
        return found


def merged(facts: Iterable[Fact]) -> list[Fact]:
    """One fact for each sum, with the narrowest of its bounds."""
    found: dict[tuple[Terms, int], Fact] = {}
    for fact in facts:
        key = (fact.terms, fact.communes)
        known = found.get(key)
        if known is not None:
            low, high = max(known.low, fact.low), min(known.high, fact.high)
            if low > high or (low, high) == (known.low, known.high):
                continue
            found[key] = Fact(fact.terms, fact.communes, low, high, fact.attack)
        else:
            found[key] = fact
    return list(found.values())


def eliminated(facts: Sequence[Fact]) -> list[Fact]:
    """Facts with every sum over a class of communes that the exact ones determine, class by class.

    Communes are of one class where no fact of these terms tells them apart. Facts that contradict each other
    (an engine that adds noise) are left as they are.
    """
    groups: dict[Terms, list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[fact.terms].append(fact)
    found: list[Fact] = []
    for terms, group in groups.items():
        alone = [fact for fact in group if fact.exact and fact.communes.bit_count() == 1]
        found += alone
        exact = _without(alone, [fact for fact in group if fact.exact and fact.communes.bit_count() > 1])
        found += _classes(terms, exact) if len(exact) > 1 else exact
        found += [fact for fact in group if not fact.exact]
    return found


def _without(alone: Sequence[Fact], sums: Iterable[Fact]) -> list[Fact]:
    """Sums less the communes told alone, each sum once."""
    told = {fact.communes: fact.low for fact in alone}
    known = sum(told)
    left: dict[int, Fact] = {}
    for fact in sums:
        rest = fact.communes & ~known
        if rest:
            value = fact.low - sum(told[1 << place] for place in bits(fact.communes & known))
            left[rest] = Fact(fact.terms, rest, value, value, fact.attack)
    return list(left.values())


def _classes(terms: Terms, exact: list[Fact]) -> list[Fact]:
    parts = _refined([fact.communes for fact in exact])
    matrix = np.array([[bool(fact.communes & part) for part in parts] for fact in exact], dtype=np.float64)
    sums = np.array([fact.low for fact in exact])
    squares, directions = np.linalg.eigh(matrix.T @ matrix)
    spanned = squares > squares[-1] * 1e-9
    squares, directions = squares[spanned], directions[:, spanned]
    values = directions @ ((directions.T @ (matrix.T @ sums)) / squares)
    if np.abs(matrix @ values - sums).max() > 1e-3:
        return exact
    determined = (directions**2).sum(axis=1) > SPANNED
    # Rounded to whole numbers: counts are, and differences of sums drift a little.
    told = [
        Fact(terms, part, round(value), round(value), "elimination")
        for part, value, known in zip(parts, values.tolist(), determined.tolist(), strict=True)
        if known
    ]
    solved = 0
    for fact in told:
        solved |= fact.communes
    return [*told, *(fact for fact in exact if fact.communes & ~solved)]


def _refined(sets: Iterable[int]) -> list[int]:
    """Coarsest partition of which every set is a union of parts."""
    parts: list[int] = []
    for chosen in sets:
        rest, split = chosen, []
        for part in parts:
            split += [piece for piece in (part & chosen, part & ~chosen) if piece]
            rest &= ~part
        parts = [*split, rest] if rest else split
    return parts


def infer(facts: Iterable[Fact], scope: Scope, attack: str) -> list[Claim]:
    """Claims of every target narrower than NARROW in a commune of the scope, where it may be of few people."""
    knowledge = scope.knowledge
    system = System()
    found = eliminated(merged(facts))
    places = Places(found, scope.communes)
    for fact in found:
        system.add(Constraint(places.cells(fact), fact.low, fact.high))
    if scope.suppose:
        _suppose(found, scope, system)
    for place in bits(scope.communes):
        for terms, least in knowledge.at_least:
            system.add(Constraint({(name, place): weight for name, weight in terms}, least, UNBOUNDED))
    system.narrow()
    wanted = [
        (target.name, place, {(name, place): weight for name, weight in target.terms})
        for target in knowledge.targets
        for place in bits(scope.communes)
    ]
    # A count of many people is no secret, but for events: what counts there is persons.
    few = [
        (name, place, cells)
        for name, place, cells in wanted
        if system.sum_of(cells)[0] < knowledge.people or knowledge.kinds.get(name) == "event"
    ]
    intervals = system.intervals([cells for _, _, cells in few], NARROW)
    claims = (
        _claim(name, scope.ground.codes[place], interval, attack)
        for (name, place, _), interval in zip(few, intervals, strict=True)
    )
    return [claim for claim in claims if claim is not None]


def _suppose(facts: list[Fact], scope: Scope, system: System) -> None:
    """Counts of people never told alone are under the threshold, until that contradicts a sum."""
    alone: set[Cell] = {
        (fact.terms[0][0], fact.communes.bit_length() - 1)
        for fact in facts
        if fact.exact and len(fact.terms) == 1 and fact.communes.bit_count() == 1
    }
    for name, kind in scope.knowledge.kinds.items():
        for place in bits(scope.communes):
            if kind != "event" and (name, place) not in alone:
                system.suppose((name, place), scope.knowledge.people - 1)


def _claim(name: str, commune: str, interval: Interval, attack: str) -> Claim | None:
    low, high = interval
    if not math.isfinite(high) or not math.isfinite(low):
        return None
    least, most = math.ceil(low - TOLERANCE), math.floor(high + TOLERANCE)
    return Claim(name, commune, least, most, attack) if 0 <= most - least < NARROW else None
