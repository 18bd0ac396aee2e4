"""What two vintages say together of a hidden cell, with or without trends: the limit that CONFIDENTIALITY states.

A trend adds nothing to the two releases (tests/unit/indicators/test_trend.py proves it). But a commune hidden in one
year and shown in the next lets a reader guess the first count from the second. Ten départements of the synthetic
release are drawn; the next year keeps each counted person with a chance, and as many come as leave on average. Cells
are read as `commune-mask` shows them, commune by commune; under `atoms` fewer are shown alone.
"""

import json
import tempfile
from pathlib import Path

import numpy as np

from services.indicators.catalogue import load_catalogue
from services.indicators.folder.read import read_folder
from services.indicators.geography import geography_of
from services.indicators.raw import ABSENT, Ints
from services.indicators.synthetic import draw_folder
from tests.bench.diagnostic_engine import COMMUNES_EACH, FEWER, memberships_of

SEED = 7
STAYING = (0.95, 0.9, 0.8)
# Somebody who knows the rule alone says the middle of 0 to 10.
BLIND = 5


def main() -> dict[str, float]:
    """Print and return, for each share of people who stay, the cells exposed (%) and how far the guesses are."""
    counts, threshold = _counts()
    hidden = (counts != ABSENT) & (counts < threshold)
    was = counts[hidden]
    random = np.random.default_rng(SEED)
    figures: dict[str, float] = {"cells_hidden": int(hidden.sum())}
    for staying in STAYING:
        now = random.binomial(was, staying) + random.poisson((1 - staying) * was)
        shown = now >= threshold
        name = f"staying_{staying:.0%}".rstrip("%")
        figures[f"{name}_then_shown_percent"] = 100 * float(shown.mean())
        figures[f"{name}_mean_error_of_the_guess"] = _error(was[shown], np.minimum(now[shown], threshold - 1))
        figures[f"{name}_mean_error_without"] = _error(was[shown], np.full(int(shown.sum()), BLIND))
        figures[f"{name}_exact_guesses_percent_of_hidden"] = (
            100 * float((was[shown] == np.minimum(now[shown], threshold - 1)).sum()) / max(len(was), 1)
        )
    print(json.dumps({"vintages": {name: round(value, 3) for name, value in figures.items()}}))
    return figures


def _counts() -> tuple[Ints, int]:
    """Numerators of ten départements, communes by indicators, and the threshold."""
    catalogue, members = load_catalogue(), memberships_of(FEWER)
    with tempfile.TemporaryDirectory() as name:
        draw_folder(members, 2026, Path(name))
        raw, problems = read_folder(Path(name), catalogue, geography_of(members, 2026, "banc"))
    if raw is None:
        raise ValueError(problems[:3])
    available = raw.consumers >= catalogue.limits.consumers
    kept: Ints = np.where(available[:, None], raw.counts.numerator, ABSENT)
    if len(kept) != FEWER * COMMUNES_EACH:
        raise ValueError("a commune is missing")
    return kept, catalogue.limits.people


def _error(true: Ints, guess: Ints) -> float:
    return float(np.abs(true - guess).mean()) if len(true) else 0.0


if __name__ == "__main__":
    main()
