"""Attacks by the choice of territories: what differences and complements of answers tell."""

import numpy as np

from tests.attack.facts import bits
from tests.attack.session import Session

PAIRS = 250
BLOCS = 250
SUBSETS = 150
SMALLEST = 2
LARGEST = 6


def alone(session: Session) -> None:
    """Ask each commune alone: what is said openly, and what is hidden."""
    for commune in session.singles:
        session.ask(commune, "alone")


def differencing(session: Session) -> None:
    """Ask S and S without c, for every c: S is the whole département."""
    session.ask(session.scope, "differencing")
    for commune in session.singles:
        session.ask(session.scope & ~commune, "differencing")


def complements(session: Session) -> None:
    """Ask the larger areas whole, and without the département; references come with every answer."""
    for level in ("region", "france"):
        if level not in session.ground.whole:
            continue
        home = next(bits(session.scope))
        area = session.ground.area(level, session.ground.regions[home] if level == "region" else "FR")
        for chosen in (area, area & ~session.scope):
            if chosen:
                session.ask(chosen, "complements")


def blocs(session: Session) -> None:
    """Ask each bloc of communes that lists of neutralised communes betray: those that fall out together."""
    whole = session.ask(session.scope, "differencing")
    found: dict[int, None] = {}
    for commune in session.singles:
        told = session.ask(session.scope & ~commune, "differencing")
        for name, one in told.items():
            bloc = whole[name].kept & ~one.kept
            if bloc.bit_count() > 1:
                found[bloc] = None
    for bloc in list(found)[:BLOCS]:
        session.ask(bloc, "blocs")


def pairs(session: Session) -> None:
    """Ask pairs of communes, drawn at random (seeded): rankings and thresholds compare the two."""
    singles = list(session.singles)
    drawn = [(one, other) for rank, one in enumerate(singles) for other in singles[:rank]]
    order = np.random.default_rng(0).permutation(len(drawn))[:PAIRS]
    for one, other in (drawn[rank] for rank in order.tolist()):
        session.ask(one | other, "pairs")


def subsets(session: Session) -> None:
    """Ask small sets of a few communes again and again: what is rounded on each is bounded by all together."""
    draw = np.random.default_rng(0)
    singles = list(session.singles)[: 2 * LARGEST]
    for _ in range(SUBSETS):
        size = min(int(draw.integers(SMALLEST, LARGEST + 1)), len(singles))
        chosen = draw.choice(len(singles), size, replace=False).tolist()
        session.ask(sum(singles[rank] for rank in chosen), "subsets")
