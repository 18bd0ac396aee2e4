"""The whole profile of a territory, assembled from one view of a release. Pure, and public in all it says."""

from services.indicators.answers.activity import activity_answers
from services.indicators.answers.aggregate import indicator_answers, top_ald
from services.indicators.answers.demography import demography_answers, population_answer
from services.indicators.answers.ground import ground_of
from services.indicators.answers.splits import split_answers
from services.indicators.answers.view import View
from services.indicators.catalogue import Catalogue
from services.indicators.release import Release
from shared.errors import UnknownFocus
from shared.schemas.geo import Territory
from shared.schemas.indicators import Diagnostic, Focus


def check_focus(focus: Focus, catalogue: Catalogue) -> None:
    """Raise UnknownFocus listing every ALD or profession that the catalogue does not hold."""
    professions = [entry.id for entry in catalogue.professions]
    wrong = {
        "pathologies": [name for name in focus.pathologies if name not in catalogue.ald],
        "professions": [name for name in focus.professions if name not in professions],
    }
    unknown = [name for names in wrong.values() for name in names]
    if unknown:
        available = {"pathologies": list(catalogue.ald), "professions": professions}
        raise UnknownFocus(
            f"Le catalogue ne connaît pas\u00a0: {', '.join(unknown)}.",
            unknown=unknown,
            available={kind: available[kind] for kind, names in wrong.items() if names},
        )


def diagnose(release: Release, territory: Territory, catalogue: Catalogue, focus: Focus) -> Diagnostic:
    """Diagnostic of a territory (DESIGN §6); `focus` is echoed, the document picks from it."""
    view = View(release, ground_of(territory))
    indicators = indicator_answers(view, catalogue)
    return Diagnostic(
        territory=territory,
        release=release.facts,
        indicators=indicators,
        splits=split_answers(view, catalogue),
        top_ald=top_ald(indicators, catalogue),
        focus=focus,
        population_by_age=population_answer(view, catalogue),
        demography=demography_answers(view, catalogue),
        activity=activity_answers(view, catalogue),
    )
