"""Fictitious residents, consumers and indicator counts; the links of DOMAIN §3 hold by construction."""

from dataclasses import dataclass

import numpy as np

from services.indicators.catalogue import Catalogue
from services.indicators.synthesis.calibration import Calibration
from services.indicators.synthesis.draw import Draw, Ints

AGEING = 0.12


@dataclass(frozen=True, repr=False)
class Counted:
    """One indicator, by commune; `denominator` and `persons` are None where it has none."""

    numerator: Ints
    denominator: Ints | None = None
    persons: Ints | None = None


@dataclass(frozen=True, repr=False)
class People:
    """Everything drawn about people: `population` is communes by age bands."""

    population: Ints
    consumers: Ints
    indicators: dict[str, Counted]


def draw_people(draw: Draw, calibration: Calibration, catalogue: Catalogue) -> People:
    """Draw residents by age, consumers and every indicator of counts.csv that is not derived."""
    population = _ages(draw, calibration)
    groups = _groups(draw, calibration)
    indicators = {
        "consommants_17_plus": Counted(groups["consommants_17_plus"]),
        "consommants_70_plus": Counted(groups["consommants_70_plus"]),
        **_linked(draw, calibration, groups),
    }
    for name, rate in calibration.indicators.items():
        base = groups[rate.of]
        if name not in calibration.events:
            indicators[name] = Counted(draw.part(base, rate), base)
            continue
        stays = catalogue.by_id[name].unit == "percent"
        events = draw.part(base, rate) if stays else draw.events(base, rate)
        first = np.minimum(draw.share(events, calibration.events[name].persons) + (events > 0), events)
        indicators[name] = Counted(events, base, first)
    return People(population, groups["consommants"], indicators)


def _ages(draw: Draw, calibration: Calibration) -> Ints:
    """Residents by band: each commune leans to the young or the old around the national pyramid."""
    shares = np.array(list(calibration.age_bands.values()))
    steps = np.arange(len(shares)) - (len(shares) - 1) / 2
    effects = draw.effects() / sum(draw.spreads) * AGEING
    tilted = shares * np.exp(np.outer(effects, steps))
    tilted /= tilted.sum(axis=1, keepdims=True)
    found: Ints = draw.rng.multinomial(draw.world.residents, tilted)
    return found


def _groups(draw: Draw, calibration: Calibration) -> dict[str, Ints]:
    groups = {"habitants": draw.world.residents}
    for name, rate in calibration.consumers.items():
        groups[name] = draw.part(groups[rate.of], rate)
    adults = groups["consommants_17_plus"]
    groups["consommants"] = adults + groups["moins_17_ans"]
    for name, group in calibration.denominators.items():
        people = draw.share(groups[group.of], group.share)
        others = draw.share(adults - groups["consommants_70_plus"], group.plus) if group.plus else 0
        groups[name] = people + others
    return groups


def _linked(draw: Draw, calibration: Calibration, groups: dict[str, Ints]) -> dict[str, Counted]:
    """Without médecin traitant, in ALD, with C2S: the cells are drawn, the margins are their sums."""
    rates = calibration.linked
    adults, old = groups["consommants_17_plus"], groups["consommants_70_plus"]
    without_old = draw.part(old, rates["sans_mt_70_plus"])
    without = without_old + draw.remainder(adults - old, rates["sans_mt_17_plus"], adults, without_old)
    found = {"sans_mt_17_plus": Counted(without, adults), "sans_mt_70_plus": Counted(without_old, old)}
    for name in ("ald", "css"):
        both_rate, whole_rate = rates[f"sans_mt_{name}_17_plus"], rates[f"{name}_17_plus"]
        both = draw.remainder(without, both_rate, adults, np.zeros_like(adults))
        others = draw.remainder(adults - without, whole_rate, adults, both)
        found[f"sans_mt_{name}_17_plus"] = Counted(both, adults)
        found[f"{name}_17_plus"] = Counted(both + others, adults)
    return found
