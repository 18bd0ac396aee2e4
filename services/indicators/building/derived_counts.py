"""Counts that are those of another indicator over the communes of public zones: they are looked at as what they are."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from services.indicators.catalogue import Catalogue
from services.indicators.geography import Geography
from services.indicators.raw import ABSENT, Ints, RawRelease
from services.indicators.secrecy.piece import Mask
from shared.schemas.geo import Zonage


@dataclass(frozen=True, repr=False)
class Derived:
    """Where derived counts come from. Arrays: units by indicators.

    `given`: the indicator that each is made from has data; `outside`: it has, and the commune is of none of the
    zones; `unknown`: it has, and what the commune is in is not known; `derived`: which indicators these are.
    `cut_as`: the row that each is made from.
    """

    given: Mask
    outside: Mask
    unknown: Mask
    derived: Mask
    cut_as: Mapping[str, str]


def counted_where_it_is(
    raw: RawRelease, catalogue: Catalogue, geography: Geography
) -> tuple[Ints, Ints, Derived]:
    """Numerators and denominators, those of a derived count taken from its source where the source is given.

    A commune whose zonage is not known here may be known to others as one of the zones: it is taken for one.
    """
    n, d = raw.counts.numerator.copy(), raw.counts.denominator.copy()
    given = n != ABSENT
    outside, unknown = np.zeros_like(given), np.zeros_like(given)
    derived = np.zeros(n.shape[1], dtype=bool)
    cut_as: dict[str, str] = {}
    column = {entry.id: rank for rank, entry in enumerate(catalogue.counted)}
    zonages = np.array([zonage.value for zonage in geography.zonages])
    for rank, entry in enumerate(catalogue.counted):
        source = column.get(entry.derived_from or "")
        if source is None or not given[:, source].any():
            continue
        may_be = [*(zonage.value for zonage in entry.derived_zonages), Zonage.INCONNU.value]
        inside = np.isin(zonages, may_be)
        n[:, rank] = np.where(inside, raw.counts.numerator[:, source], ABSENT)
        d[:, rank] = ABSENT
        given[:, rank] = given[:, source]
        outside[:, rank] = given[:, source] & ~inside
        unknown[:, rank] = given[:, source] & (zonages == Zonage.INCONNU.value)
        derived[rank] = True
        cut_as[entry.id] = catalogue.counted[source].id
    return n, d, Derived(given, outside, unknown, derived, cut_as)
