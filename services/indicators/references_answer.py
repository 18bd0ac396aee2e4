"""References of an indicator for a territory: what larger areas show, how far, and whether chance could tell."""

from typing import Any

from services.indicators.catalogue import Indicator
from services.indicators.intervals import Bounds
from services.indicators.release import HIDDEN, NOT_GIVEN
from services.indicators.rounding import tenths
from services.indicators.view import View
from shared.schemas.indicators import Status

Fields = dict[str, Any]
"""Fields of an answer, validated once with the whole of it: half the time of one shape after another."""


def references_of(
    view: View, entry: Indicator, rate: int | None = None, bounds: Bounds | None = None
) -> list[Fields]:
    """References of every area; a difference is that of the two rounded rates, `rate` (tenths) being the territory's.

    `spans` compares what is printed: the rounded `bounds` of the territory's rate (tenths) and the rounded reference.
    """
    column = view.release.column.get(entry.id)
    found: list[Fields] = []
    for area, rates, counts in view.references:
        theirs, count = (NOT_GIVEN, NOT_GIVEN) if column is None else (rates[column], counts[column])
        has_rate = theirs >= 0
        found.append(
            {
                "level": area.level,
                "code": area.code,
                "nom": area.nom,
                "status": _status(theirs, count),
                "rate": tenths(theirs) if has_rate else None,
                "count": count if count >= 0 else None,
                "difference": tenths(rate - theirs) if has_rate and rate is not None else None,
                "spans": bounds[0] <= theirs <= bounds[1] if has_rate and bounds else None,
            }
        )
    return found


def _status(rate: int, count: int) -> Status:
    if rate >= 0 or count >= 0:
        return Status.PUBLISHED
    return Status.SUPPRESSED if HIDDEN in (rate, count) else Status.MISSING
