"""Several territories, indicator by indicator, from one release. Pure: each value is that of its own profile."""

from collections.abc import Sequence

from services.indicators.answers.aggregate import indicator_answers
from services.indicators.answers.ground import ground_of_outline
from services.indicators.answers.profile import summary_of
from services.indicators.answers.view import View
from services.indicators.catalogue import Catalogue
from services.indicators.release import Release
from shared.schemas.geo_outline import Outline
from shared.schemas.indicators import IndicatorAnswer
from shared.schemas.indicators_compare import ComparedIndicator, ComparedValue, Comparison, LeftOut


def compare(release: Release, outlines: Sequence[Outline], catalogue: Catalogue) -> Comparison:
    """Table of these territories, in their order."""
    answers = [
        indicator_answers(View(release, ground_of_outline(outline), named=False), catalogue)
        for outline in outlines
    ]
    return Comparison(
        release=release.facts,
        territoires=tuple(summary_of(outline) for outline in outlines),
        indicators=tuple(_row(found) for found in zip(*answers, strict=True)),
    )


def _row(answers: tuple[IndicatorAnswer, ...]) -> ComparedIndicator:
    first = answers[0]
    return ComparedIndicator(
        id=first.id,
        unit=first.unit,
        values=tuple(_value(answer) for answer in answers),
        france=next(reference.rate for reference in first.references if reference.level == "france"),
    )


def _value(answer: IndicatorAnswer) -> ComparedValue:
    return ComparedValue(
        status=answer.status,
        rate=answer.rate,
        count=answer.count,
        interval=answer.interval,
        standardised=answer.standardised,
        neutralised=left_out(answer),
        covered_population_share=answer.covered_population_share,
    )


def left_out(answer: IndicatorAnswer) -> LeftOut:
    """Number of communes left out of a value, and their share."""
    listed = answer.neutralised
    return LeftOut(number=len(listed.communes) if listed.number is None else listed.number, rate=listed.rate)
