"""A territory of today's communes in a release of another year of the COG. Pure: the history of codes comes as told."""

from collections.abc import Mapping

import numpy as np

from services.indicators.answers.ground import Ground, ground_of_outline
from services.indicators.answers.trend import Look
from services.indicators.answers.view import View
from services.indicators.release import NOT_GIVEN, Release
from shared.schemas.geo_outline import Outline


def codes_around(release: Release, outline: Outline) -> tuple[str, ...]:
    """Codes of a release in the départements of a territory: those that may have become one of its communes."""
    departements = tuple(one.code for one in outline.departements)
    return tuple(code for code in release.units if code.startswith(departements))


def look_of(release: Release, outline: Outline, current: Mapping[str, tuple[str, ...]]) -> Look:
    """The territory as a release knows it; `current` tells today's code(s) of the release's own, empty if they are one.

    A code that was merged into a commune of the territory counts with it; one that was split is nobody's, and its
    communes are left out of that release.
    """
    if not current:
        ground = ground_of_outline(outline)
        return Look(View(release, ground, named=False), np.arange(len(outline.codes)))
    position = {code: rank for rank, code in enumerate(outline.codes)}
    known = {code: position[now[0]] for code, now in current.items() if len(now) == 1 and now[0] in position}
    # A commune that the release does not know under any code is there all the same, as one without data.
    absent = set(position.values()).difference(known.values())
    units = sorted([*known.items(), *((outline.codes[rank], rank) for rank in absent)])
    codes = tuple(code for code, _ in units)
    of = np.array([rank for _, rank in units], dtype=np.intp)
    today = ground_of_outline(outline)
    residents = release.published.population[release.positions(codes)].astype(np.int64)
    ground = Ground(
        codes=codes,
        noms=tuple(outline.noms[rank] for rank in of.tolist()),
        residents=np.where((residents != NOT_GIVEN).all(axis=1), residents.sum(axis=1), 0),
        zonages=tuple(outline.zonages[rank] for rank in of.tolist()),
        departements=today.departements,
        regions=today.regions,
    )
    return Look(View(release, ground, named=False), of)
