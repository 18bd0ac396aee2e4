"""Indicators of a territory: counts, rates, differences, references, communes left out. Published pieces only."""

import numpy as np

from services.indicators.catalogue import Catalogue, Indicator
from services.indicators.release import NOT_GIVEN
from services.indicators.rounding import rate_tenths, share, tenths
from services.indicators.view import NOTHING_LEFT_OUT, View, neutralised_among
from shared.schemas.geo import Zonage
from shared.schemas.indicators import IndicatorAnswer, Neutralised, Reference, Status

TOP = 5


def indicator_answers(view: View, catalogue: Catalogue) -> tuple[IndicatorAnswer, ...]:
    """Every indicator of the catalogue that comes as counts, in its order."""
    return tuple(_answer(view, entry) for entry in catalogue.counted)


def top_ald(answers: tuple[IndicatorAnswer, ...], catalogue: Catalogue) -> tuple[str, ...]:
    """Ids of the five ALD with most patients among the released sums (DOMAIN §3)."""
    ald = set(catalogue.ald)
    ranked = sorted(
        (-answer.count, answer.id) for answer in answers if answer.id in ald and answer.count is not None
    )
    return tuple(name for _, name in ranked[:TOP])


def _answer(view: View, entry: Indicator) -> IndicatorAnswer:
    if entry.derived_from and entry.id not in view.release.provided:
        return _derived(view, entry, entry.derived_from)
    status = view.status(entry.id)
    if status is Status.MISSING:
        return _without_value(view, entry, status)
    rate = count = None
    if status is Status.PUBLISHED:
        row = view.release.rows[entry.id]
        count = int(view.totals.n[row])
        if entry.denominator is not None:
            rate = rate_tenths(count, int(view.totals.d[row]))
    return IndicatorAnswer(
        id=entry.id,
        status=status,
        unit=entry.unit,
        rate=None if rate is None else tenths(rate),
        count=count,
        neutralised=view.neutralised(entry.id),
        covered_population_share=view.covered(entry.id),
        references=_references(view, entry, rate),
    )


def _references(view: View, entry: Indicator, rate: int | None) -> tuple[Reference, ...]:
    """References of every area; a difference is that of the two rounded rates."""
    column = view.release.column.get(entry.id)
    found = []
    for area, rates, counts in view.references:
        theirs, count = (NOT_GIVEN, NOT_GIVEN) if column is None else (rates[column], counts[column])
        has_rate, has_count = theirs != NOT_GIVEN, count != NOT_GIVEN
        found.append(
            Reference(
                level=area.level,
                code=area.code,
                nom=area.nom,
                status=Status.PUBLISHED if has_rate or has_count else Status.MISSING,
                rate=tenths(theirs) if has_rate else None,
                count=count if has_count else None,
                difference=tenths(rate - theirs) if has_rate and rate is not None else None,
            )
        )
    return tuple(found)


def _without_value(
    view: View, entry: Indicator, status: Status, left_out: Neutralised = NOTHING_LEFT_OUT
) -> IndicatorAnswer:
    return IndicatorAnswer(
        id=entry.id,
        status=status,
        unit=entry.unit,
        neutralised=left_out,
        references=_references(view, entry, None),
    )


def _derived(view: View, entry: Indicator, source: str) -> IndicatorAnswer:
    """Sum the published pieces of `source` over the communes of the entry's zonages.

    A commune whose zonage is not known may be one of them: it is left out and named, as one that is
    neutralised is, and its residents count as not covered. Rule: DESIGN §5, unknown is never hors zone.
    It is the same query on a smaller territory, so it tells nothing that a caller could not ask.
    """
    zonage = {commune.code: commune.zonage for commune in view.territory.communes}
    inside = np.array([zonage[place.code] in entry.derived_zonages for place in view.places], dtype=bool)
    unknown = np.array([zonage[place.code] is Zonage.INCONNU for place in view.places], dtype=bool)
    if not inside.any():
        left_out = neutralised_among(view.places, np.flatnonzero(unknown))
        status = Status.UNAVAILABLE if unknown.any() else Status.NOT_APPLICABLE
        return _without_value(view, entry, status, left_out)
    if source not in view.release.provided:
        return _without_value(view, entry, Status.MISSING)
    row = view.release.rows[source]
    totals = view.release.table.totals(view.units[inside])
    kept = np.zeros(len(inside), dtype=bool)
    kept[inside] = totals.kept[:, row]
    concerned = inside | unknown
    hidden = Status.SUPPRESSED if view.loaded[inside, row].any() else Status.UNAVAILABLE
    residents = int(view.residents[concerned].sum())
    return IndicatorAnswer(
        id=entry.id,
        status=Status.PUBLISHED if kept.any() else hidden,
        unit=entry.unit,
        count=int(totals.n[row]) if kept.any() else None,
        neutralised=neutralised_among(view.places, np.flatnonzero(concerned & ~kept)),
        covered_population_share=share(int(view.residents[kept].sum()), residents) if residents else None,
        references=_references(view, entry, None),
    )
