"""Fictitious professionals, their ages, patients and acts: more where people are, none in most small communes."""

from dataclasses import dataclass

import numpy as np

from services.indicators.catalogue import Catalogue
from services.indicators.synthesis.calibration import Calibration, Levels, Supply
from services.indicators.synthesis.draw import Draw, Floats, Ints

ACTIVE = 0.97
UNEVEN = 0.18
FAVOURITE = 0.35


@dataclass(frozen=True, repr=False)
class Heads:
    """Professionals of one profession by commune; no ages for pharmacies and the like."""

    total: Ints
    age_60_plus: Ints | None
    age_65_plus: Ints | None


@dataclass(frozen=True, repr=False)
class Quantity:
    """Patients, or acts of one kind, with the largest share of one professional (NaN where there is none)."""

    value: Ints
    largest_share: Floats


@dataclass(frozen=True, repr=False)
class Professionals:
    """Everything drawn about professionals; `acts` by profession and kind."""

    heads: dict[str, Heads]
    active: dict[str, Ints]
    patients: dict[str, Quantity]
    acts: dict[tuple[str, str], Quantity]


def draw_professionals(draw: Draw, calibration: Calibration, catalogue: Catalogue) -> Professionals:
    """Draw every profession of the catalogue, in its order."""
    found = Professionals({}, {}, {}, {})
    for entry in catalogue.professions:
        supply = calibration.professions[entry.id]
        whole = found.heads[entry.part_of].total if entry.part_of else None
        total = _settled(draw, supply) if whole is None else draw.share(whole, supply.share)
        found.heads[entry.id] = _aged(draw, total, supply)
        if supply.patients is None:
            continue
        active = found.active[entry.id] = draw.share(total, ACTIVE)
        found.patients[entry.id] = _quantity(draw, active, supply.patients)
        for act in entry.acts:
            levels = calibration.acts[f"{entry.id}.{act.id}"]
            found.acts[entry.id, act.id] = _quantity(draw, active, levels)
    return found


def _settled(draw: Draw, supply: Supply) -> Ints:
    residents = draw.world.residents
    pull = residents * (residents / (residents + supply.settles))
    expected = pull * np.exp(2 * draw.effects())
    if expected.sum():
        expected *= supply.density / 10_000 * residents.sum() / expected.sum()
    found: Ints = draw.rng.poisson(expected)
    return found


def _aged(draw: Draw, total: Ints, supply: Supply) -> Heads:
    if supply.age_60_plus is None or supply.age_65_plus is None:
        return Heads(total, None, None)
    older = draw.share(total, supply.age_60_plus)
    return Heads(total, older, draw.share(older, supply.age_65_plus))


def _quantity(draw: Draw, active: Ints, levels: Levels) -> Quantity:
    """Each area reaches its mean per professional; communes vary around it."""
    weights = active * np.exp(draw.rng.normal(0, UNEVEN, len(active)))
    value = np.zeros(len(active), dtype=np.int64)
    done = np.zeros(len(active), dtype=bool)
    for inside, mean in draw.world.areas(levels):
        here = inside & ~done
        due = mean * active[inside].sum() - value[inside & done].sum()
        if weights[here].sum() and due > 0:
            value[here] = np.rint(weights[here] * due / weights[here].sum())
        done |= inside
    lead = 1 + np.abs(draw.rng.normal(0, FAVOURITE, len(active)))
    largest = np.minimum(lead / np.maximum(active, 1), 1.0)
    return Quantity(value, np.where(active > 0, np.where(active == 1, 1.0, largest), np.nan))
