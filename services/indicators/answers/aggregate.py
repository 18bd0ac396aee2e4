"""Indicators of a territory: counts, rates, differences, references, communes left out. Published pieces only."""

from collections.abc import Mapping

import numpy as np
from pydantic import TypeAdapter

from services.indicators.answers.intervals import bounds, interval
from services.indicators.answers.references_answer import Fields, references_of
from services.indicators.answers.standardised import standardised
from services.indicators.answers.view import NOTHING_LEFT_OUT, View
from services.indicators.catalogue import Catalogue, Indicator
from services.indicators.rounding import rate_tenths, share, tenths
from shared.schemas.geo import Zonage
from shared.schemas.indicators import IndicatorAnswer, Neutralised, Status

TOP = 5
ANSWERS = TypeAdapter(tuple[IndicatorAnswer, ...])


def indicator_answers(view: View, catalogue: Catalogue) -> tuple[IndicatorAnswer, ...]:
    """Every indicator of the catalogue that comes as counts, in its order."""
    rows = view.release.rows
    known = [entry for entry in catalogue.counted if entry.id in rows]
    left_out = dict(
        zip((entry.id for entry in known), view.neutralised([rows[entry.id] for entry in known]), strict=True)
    )
    return ANSWERS.validate_python([_answer(view, entry, left_out) for entry in catalogue.counted])


def top_ald(answers: tuple[IndicatorAnswer, ...], catalogue: Catalogue) -> tuple[str, ...]:
    """Ids of the five ALD with the highest released rates, the most patients first among equal ones.

    Rates and not counts: the communes left out differ from one ALD to the next, and each answer shows its coverage.
    """
    ald = set(catalogue.ald)
    ranked = sorted(
        (-answer.rate, -(answer.count or 0), answer.id)
        for answer in answers
        if answer.id in ald and answer.rate is not None
    )
    return tuple(name for *_, name in ranked[:TOP])


def _answer(view: View, entry: Indicator, left_out: Mapping[str, Neutralised]) -> Fields:
    if entry.derived_from and entry.id not in view.release.provided:
        return _derived(view, entry, entry.derived_from)
    status = view.status(entry.id)
    if status is Status.MISSING:
        return _without_value(view, entry, status)
    row = view.release.rows[entry.id]
    rate = count = within = None
    if status is Status.PUBLISHED:
        count, people = view.sums[0][row], view.sums[1][row]
        if entry.denominator is not None:
            rate = rate_tenths(count, people)
            within = bounds(entry, count, people)
    return {
        "id": entry.id,
        "status": status,
        "unit": entry.unit,
        "rate": None if rate is None else tenths(rate),
        "count": count,
        "neutralised": left_out[entry.id],
        "covered_population_share": view.covered[row],
        "references": references_of(view, entry.id, rate, within),
        "interval": interval(entry, within) if within else None,
        "standardised": standardised(view, entry),
    }


def _without_value(
    view: View, entry: Indicator, status: Status, left_out: Neutralised = NOTHING_LEFT_OUT
) -> Fields:
    return {
        "id": entry.id,
        "status": status,
        "unit": entry.unit,
        "neutralised": left_out,
        "references": references_of(view, entry.id),
    }


def _derived(view: View, entry: Indicator, source: str) -> Fields:
    """Sum the published pieces of `source` over the communes of the entry's zonages.

    A commune whose zonage is not known may be one of them: it is left out and named, as one that is
    neutralised is, and its residents count as not covered. Rule: DESIGN §5, unknown is never hors zone.
    It is the same query on a smaller territory, so it tells nothing that a caller could not ask.
    """
    zonages = view.ground.zonages
    inside = np.array([zonage in entry.derived_zonages for zonage in zonages], dtype=bool)
    unknown = np.array([zonage is Zonage.INCONNU for zonage in zonages], dtype=bool)
    if not inside.any():
        status = Status.UNAVAILABLE if unknown.any() else Status.NOT_APPLICABLE
        return _without_value(view, entry, status, view.left_out(unknown))
    if source not in view.release.provided:
        return _without_value(view, entry, Status.MISSING)
    row = view.release.rows[source]
    totals = view.release.table.totals(view.units[inside])
    kept = np.zeros(len(inside), dtype=bool)
    kept[inside] = totals.kept[:, row]
    concerned = inside | unknown
    hidden = Status.SUPPRESSED if view.loaded[inside, row].any() else Status.UNAVAILABLE
    residents = view.ground.residents
    whole = int(residents[concerned].sum())
    return {
        "id": entry.id,
        "status": Status.PUBLISHED if kept.any() else hidden,
        "unit": entry.unit,
        "count": int(totals.n[row]) if kept.any() else None,
        "neutralised": view.left_out(concerned & ~kept),
        "covered_population_share": share(int(residents[kept].sum()), whole) if whole else None,
        "references": references_of(view, entry.id),
    }
