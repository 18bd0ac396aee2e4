"""Attacks on engines that blur what they tell: rounding is bounded by many sums, noise averaged away."""

import math

import numpy as np

from tests.attack.facts import Fact, row
from tests.attack.session import Session
from tests.attack.territories import alone, subsets

REPEATS = 30
AVERAGED = 400
TARGETS = 4
# How many standard errors around a mean hold the count.
SIGMAS = 3.5


def rounding(session: Session) -> None:
    """Where every count is a multiple of one step, read each as half a step away, and ask small sets."""
    told = [one.count for answer in session.told.values() for one in answer.values() if one.count]
    step = math.gcd(*told) if told else 0
    if step > 1:
        session.doubt(step / 2)
        alone(session)
        subsets(session)


def noise(session: Session) -> None:
    """Where one question has several answers, ask it until their mean tells the count."""
    heard = _heard(session, session.scope, REPEATS)
    reach = max(
        (float(np.abs(np.array(counts) - np.median(counts)).max()) for counts in heard.values()), default=0
    )
    if not reach:
        return
    session.doubt(2 * reach)
    for commune in list(session.singles)[:TARGETS]:
        for name, counts in _heard(session, commune, AVERAGED).items():
            mean, error = float(np.mean(counts)), float(np.std(counts)) / math.sqrt(len(counts))
            low, high = mean - SIGMAS * error, mean + SIGMAS * error
            session.facts.append(Fact(row(name), commune, low, high, "noise"))


def _heard(session: Session, communes: int, times: int) -> dict[str, list[int]]:
    """Counts of each indicator over several answers to one question."""
    heard: dict[str, list[int]] = {}
    codes = session.ground.named(communes)
    for _ in range(times):
        for one in session.api.diagnose(codes).json()["indicators"]:
            if one["count"] is not None and one["id"] in session.knowledge.kinds:
                heard.setdefault(one["id"], []).append(one["count"])
    return heard
