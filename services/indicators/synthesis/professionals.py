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
        if entry.part_of:
            before = [other.id for other in catalogue.professions if other.part_of == entry.part_of]
            drawn = [found.heads[name] for name in before[: before.index(entry.id)]]
            heads = _part(draw, found.heads[entry.part_of], drawn, supply.share)
        else:
            heads = _aged(draw, _settled(draw, supply), supply)
        found.heads[entry.id], total = heads, heads.total
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


def _part(draw: Draw, whole: Heads, drawn: list[Heads], share: float) -> Heads:
    """A part of a profession, age by age, among those who are not in the parts already drawn."""
    if whole.age_60_plus is None or whole.age_65_plus is None:
        return Heads(draw.share(whole.total - sum(other.total for other in drawn), share), None, None)
    ages = [_by_age(heads) for heads in (whole, *drawn)]
    young, older, oldest = (draw.share(among[0] - sum(among[1:]), share) for among in zip(*ages, strict=True))
    return Heads(young + older + oldest, older + oldest, oldest)


def _by_age(heads: Heads) -> tuple[Ints, Ints, Ints]:
    """Under 60, 60 to 64, 65 and over; all under 60 where ages are not drawn."""
    older = np.zeros_like(heads.total) if heads.age_60_plus is None else heads.age_60_plus
    oldest = np.zeros_like(heads.total) if heads.age_65_plus is None else heads.age_65_plus
    return heads.total - older, older - oldest, oldest


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
