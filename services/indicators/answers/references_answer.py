"""References of an indicator for a territory: what larger areas show, how far, and whether chance could tell."""

from typing import Any

from services.indicators.answers.intervals import Bounds
from services.indicators.answers.view import View
from services.indicators.release import NOT_SHOWN
from services.indicators.rounding import tenths

Fields = dict[str, Any]
"""Fields of an answer, validated once with the whole of it: half the time of one shape after another."""


def references_of(
    view: View, name: str, rate: int | None = None, bounds: Bounds | None = None
) -> list[Fields]:
    """References of every area; a difference is that of the two rounded rates, `rate` (tenths) being the territory's.

    `spans` compares what is printed: the rounded `bounds` of the territory's rate (tenths) and the rounded reference.
    """
    column = view.release.column.get(name)
    found = []
    for area, references in view.references:
        theirs, shown = NOT_SHOWN if column is None or references is None else references[column]
        fields = {**area, **shown}
        if theirs >= 0 and rate is not None and bounds is not None:
            fields["difference"] = tenths(rate - theirs)
            fields["spans"] = bounds[0] <= theirs <= bounds[1]
        found.append(fields)
    return found
