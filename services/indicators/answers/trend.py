"""One territory through several releases. Pure: reads what each release answers, and nothing else.

No new path to a hidden cell: the series are the answers of each release to the same territory, and the comparable
rate of two of them is what each answers for the territory of the communes that both keep, a list that anyone can
make from the two lists of communes left out. What two vintages say together of one commune (hidden in one, shown in
the other) is there without this module; CONFIDENTIALITY states it as a limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.indicators.answers.aggregate import indicator_answers
from services.indicators.answers.compare import left_out
from services.indicators.answers.intervals import bounds
from services.indicators.answers.profile import summary_of
from services.indicators.answers.view import View
from services.indicators.atoms import NONE, AtomTable
from services.indicators.catalogue import Catalogue, Indicator
from services.indicators.release import Release
from services.indicators.rounding import rate_tenths, tenths
from shared.schemas.geo_outline import Outline
from shared.schemas.indicators import IndicatorAnswer, IndicatorSource
from shared.schemas.indicators_trend import Comparable, Trend, TrendPoint, TrendSeries

Mask = npt.NDArray[np.bool_]

WARNING = (
    "Chaque millésime garde ses propres communes neutralisées\u00a0: deux taux d’une série peuvent porter sur des "
    "communes différentes. Le taux comparable porte, lui, sur les communes gardées dans les deux millésimes. Un "
    "changement de définition ou de source peut expliquer un écart à lui seul."
)


@dataclass(frozen=True, repr=False)
class Look:
    """A territory in one release. `of[unit]`: the commune of today (position in the territory) that it is part of."""

    view: View
    of: npt.NDArray[np.intp]


def make_trend(looks: Sequence[Look], outline: Outline, catalogue: Catalogue) -> Trend:
    """Series of every indicator over these releases, the oldest first."""
    answers = [indicator_answers(look.view, catalogue) for look in looks]
    return Trend(
        territory=summary_of(outline),
        releases=tuple(look.view.release.facts for look in looks),
        series=tuple(
            TrendSeries(
                id=entry.id,
                unit=entry.unit,
                points=tuple(
                    _point(entry, looks[: at + 1], answers[at][rank], len(outline.codes))
                    for at in range(len(looks))
                ),
            )
            for rank, entry in enumerate(catalogue.counted)
        ),
        avertissement=WARNING,
    )


def _point(entry: Indicator, until: Sequence[Look], answer: IndicatorAnswer, communes: int) -> TrendPoint:
    release = until[-1].view.release
    before = until[-2] if len(until) > 1 else None
    said = _source(release, entry.id)
    was = _source(before.view.release, entry.id) if before else said
    return TrendPoint(
        vintage=release.facts.vintage,
        status=answer.status,
        rate=answer.rate,
        count=answer.count,
        interval=answer.interval,
        standardised=answer.standardised,
        neutralised=left_out(answer),
        covered_population_share=answer.covered_population_share,
        definition=said.definition if said else None,
        definition_changed=_words(said) != _words(was),
        comparable=comparable(entry, before, until[-1], communes) if before else None,
    )


def comparable(entry: Indicator, older: Look, newer: Look, communes: int) -> Comparable | None:
    """Rates of two releases over the communes (of `communes`) that both keep; None where there are none.

    A commune whose atom reaches outside them leaves the set, until it is made of whole atoms of both releases: the
    largest set of which each release answers the whole.
    """
    if entry.denominator is None or any(
        entry.id not in look.view.release.provided for look in (older, newer)
    ):
        return None
    inside = np.ones(communes, dtype=bool)
    while True:
        smaller = inside & _whole(older, entry.id, inside) & _whole(newer, entry.id, inside)
        if (smaller == inside).all():
            break
        inside = smaller
    if not inside.any():
        return None
    (n, d), (before_n, before_d) = _sums(newer, entry.id, inside), _sums(older, entry.id, inside)
    rate, before = rate_tenths(n, d), rate_tenths(before_n, before_d)
    now, then = bounds(entry, n, d), bounds(entry, before_n, before_d)
    return Comparable(
        communes=int(inside.sum()),
        precedent=tenths(before),
        rate=tenths(rate),
        difference=tenths(rate - before),
        distinct=now[0] > then[1] or now[1] < then[0],
    )


def _whole(look: Look, row: str, inside: Mask) -> Mask:
    """Which communes have all their units in atoms wholly inside."""
    kept = _atoms_inside(look, row, inside)[0]
    missing = np.bincount(look.of[~kept], minlength=len(inside)) > 0
    present = np.bincount(look.of, minlength=len(inside)) > 0
    return present & ~missing


def _sums(look: Look, row: str, inside: Mask) -> tuple[int, int]:
    table, atoms = look.view.release.table, _atoms_inside(look, row, inside)[1]
    return int(table.n[atoms].sum(dtype=np.int64)), int(table.d[atoms].sum(dtype=np.int64))


def _atoms_inside(look: Look, row: str, inside: Mask) -> tuple[Mask, npt.NDArray[np.int32]]:
    """Whether each unit is in an atom wholly inside, and these atoms."""
    table: AtomTable = look.view.release.table
    atoms = np.where(inside[look.of], table.atom[look.view.units, look.view.release.rows[row]], NONE)
    pieces, inverse, members = np.unique(atoms, return_inverse=True, return_counts=True)
    whole = (pieces != NONE) & (members == table.size[pieces])
    return whole[inverse], pieces[whole]


def _source(release: Release, name: str) -> IndicatorSource | None:
    own = {source.indicator: source for source in release.facts.sources}
    return own.get(name) or own.get(None)


def _words(source: IndicatorSource | None) -> tuple[str, str | None] | None:
    # The period differs from one vintage to the next by nature.
    return (source.source, source.definition) if source else None
