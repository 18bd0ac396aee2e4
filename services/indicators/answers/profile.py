"""The profile of any territory, small or as large as France, from one view of a release. Pure."""

from services.indicators.answers.activity import activity_answers
from services.indicators.answers.aggregate import indicator_answers, top_ald
from services.indicators.answers.demography import demography_answers, population_answer
from services.indicators.answers.ground import ground_of_outline
from services.indicators.answers.splits import split_answers
from services.indicators.answers.view import View
from services.indicators.catalogue import Catalogue
from services.indicators.release import Release
from shared.schemas.base import Place
from shared.schemas.geo_outline import Outline
from shared.schemas.indicators_profile import Profile, TerritorySummary

# A territory of more communes answers their number alone: the names of all France are megabytes.
NAMED = 500


def make_profile(release: Release, outline: Outline, catalogue: Catalogue) -> Profile:
    """Profile of a territory (DOMAIN §3); communes left out are named up to NAMED communes."""
    view = view_of(release, outline)
    indicators = indicator_answers(view, catalogue)
    return Profile(
        territory=summary_of(outline),
        release=release.facts,
        indicators=indicators,
        splits=split_answers(view, catalogue),
        top_ald=top_ald(indicators, catalogue),
        population_by_age=population_answer(view, catalogue),
        demography=demography_answers(view, catalogue, by_commune=False),
        activity=activity_answers(view, catalogue),
        listes_completes=view.named,
    )


def view_of(release: Release, outline: Outline) -> View:
    """View of an outline, its communes named if they are few enough."""
    return View(release, ground_of_outline(outline), named=len(outline.codes) <= NAMED)


def summary_of(outline: Outline) -> TerritorySummary:
    """What an answer says of its territory."""
    area = outline.superficie_km2
    return TerritorySummary(
        nom=outline.nom,
        nature=outline.nature,
        code=outline.code,
        communes=len(outline.codes),
        population=outline.population,
        superficie_km2=area,
        densite=round(outline.population / area, 1) if area else None,
        departements=tuple(Place(code=one.code, nom=one.nom) for one in outline.departements),
        regions=outline.regions,
        notices=outline.notices,
        dataset=outline.dataset.id,
    )
