"""Groups that resemble a territory by size, density and age. Pure, on public facts alone: no health count weighs in.

Distance: Euclidean on standardised criteria (each divided by its standard deviation among the groups), the method
of nearest neighbours that statistical offices use for peer groups of areas. Population and density are in decimal
logarithms, since they range over four orders of magnitude.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.indicators.release import NOT_GIVEN, Release
from shared.schemas.geo_outline import MeasuredGroup, Outline
from shared.schemas.indicators_compare import Criterion

Floats = npt.NDArray[np.float64]

METHOD = (
    "Regroupements les plus proches du territoire\u00a0: distance euclidienne sur {criteria}, chaque critère étant "
    "divisé par son écart-type parmi les {groups} regroupements comparés. La population et la densité sont prises en "
    "logarithme décimal. Seuls des faits publics comptent (population, superficie, âges). Un regroupement qui a une "
    "commune en commun avec le territoire n’est pas retenu."
)


@dataclass(frozen=True)
class Fact:
    """A criterion of resemblance; `logarithmic`: compared in powers of ten. `bands`: of a share of residents (%)."""

    id: str
    libelle: str
    unite: str
    logarithmic: bool = False
    bands: frozenset[str] = frozenset()


FACTS = (
    Fact("population", "population", "habitants", logarithmic=True),
    Fact("densite", "densité de population", "habitants par km²", logarithmic=True),
    Fact("part_moins_15", "part des moins de 15 ans", "%", bands=frozenset({"0-14"})),
    Fact("part_75_plus", "part des 75 ans et plus", "%", bands=frozenset({"75-89", "90+"})),
)


@dataclass(frozen=True, repr=False)
class Resemblance:
    """Criteria with the territory's values, the nearest groups, their distances and values (groups by criteria)."""

    criteria: tuple[Criterion, ...]
    groups: tuple[MeasuredGroup, ...]
    distances: tuple[float, ...]
    values: tuple[tuple[float, ...], ...]
    compared: int
    method: str


def resemble(
    release: Release, outline: Outline, groups: Sequence[MeasuredGroup], wanted: int
) -> Resemblance | None:
    """The `wanted` groups nearest to a territory; None where no group has all the criteria that the territory has.

    A criterion unknown for the territory is left out, and so is a group for which one of the others is unknown.
    """
    own = _facts(release, outline.codes, outline.population, outline.superficie_km2)
    facts = [fact for fact in FACTS if fact.id in own]
    inside = frozenset(outline.codes)
    known = [
        (group, values)
        for group in groups
        if inside.isdisjoint(group.communes)
        for values in [_facts(release, group.communes, group.population, group.superficie_km2)]
        if values.keys() >= own.keys()
    ]
    if not known or not facts:
        return None
    table = np.array([[values[fact.id] for fact in facts] for _, values in known])
    mine = np.array([own[fact.id] for fact in facts])
    spread = _scaled(table, facts).std(axis=0)
    apart = (_scaled(table, facts) - _scaled(mine, facts)) / np.where(spread > 0, spread, 1.0)
    distance = np.sqrt((apart**2).sum(axis=1))
    # Groups come by code: a stable sort leaves equal ones in that order.
    nearest = np.argsort(distance, kind="stable")[:wanted].tolist()
    return Resemblance(
        criteria=tuple(
            Criterion(
                id=fact.id,
                libelle=fact.libelle,
                unite=fact.unite,
                echelle="logarithme décimal" if fact.logarithmic else "valeur",
                valeur=round(float(value), 1),
                ecart_type=round(float(one), 3),
            )
            for fact, value, one in zip(facts, mine, spread, strict=True)
        ),
        groups=tuple(known[at][0] for at in nearest),
        distances=tuple(round(float(distance[at]), 3) for at in nearest),
        values=tuple(tuple(round(float(value), 1) for value in table[at]) for at in nearest),
        compared=len(known),
        method=METHOD.format(criteria=_listed([fact.libelle for fact in facts]), groups=len(known)),
    )


def _facts(
    release: Release, codes: Sequence[str], population: int, area: float | None
) -> Mapping[str, float]:
    """Known criteria of a set of communes, by id; ages are those of the release, over communes that have them."""
    found: dict[str, float] = {}
    if population > 0:
        found["population"] = float(population)
        if area:
            found["densite"] = population / area
    residents = release.published.population[release.positions(codes)].astype(np.int64)
    sums = residents[(residents != NOT_GIVEN).all(axis=1)].sum(axis=0)
    whole = int(sums.sum())
    for fact in FACTS:
        if fact.bands and whole:
            chosen = [band in fact.bands for band in release.layout.bands]
            found[fact.id] = 100 * int(sums[chosen].sum()) / whole
    return found


def _scaled(values: Floats, facts: Sequence[Fact]) -> Floats:
    scaled: Floats = np.where(
        [fact.logarithmic for fact in facts], np.log10(np.maximum(values, 1e-9)), values
    )
    return scaled


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} et {words[-1]}"
