"""What a release says of its own data: the producer's sources, and which checks the data did not allow."""

from services.indicators.catalogue import Catalogue
from services.indicators.raw import ABSENT, RawRelease
from shared.schemas.indicators import IndicatorSource

WITHOUT_PERSONS = (
    "Personnes distinctes non fournies\u00a0: le seuil de confidentialité porte sur le nombre d’événements."
)

REGROUPED = (
    "Codes des communes\u00a0: COG {said} selon le producteur, lus avec le COG {read}\u202f; effectifs de {number} "
    "additionnés à ceux de la commune qui en tient lieu aujourd’hui."
)

OTHER_COG = (
    "Codes des communes\u00a0: COG {said} selon le producteur, lus avec le COG {read}\u202f; "
    "aucun effectif n’a été déplacé."
)


def sources_of(raw: RawRelease, catalogue: Catalogue, cog: int) -> tuple[IndicatorSource, ...]:
    """Sources as given; an event whose distinct persons were not given says that its threshold is weaker.

    `cog`: year of the reference that the codes were read with; the default source tells where it is another one,
    and how many old communes were counted with today's.
    """
    said = raw.description
    own = {source.indicator: source for source in said.sources()}
    default = own[None]
    if raw.regrouped:
        number = "1 ancienne commune" if raw.regrouped == 1 else f"{raw.regrouped} anciennes communes"
        own[None] = _also(default, REGROUPED.format(said=said.cog, read=cog, number=number))
    elif said.cog != cog:
        own[None] = _also(default, OTHER_COG.format(said=said.cog, read=cog))
    for column, entry in enumerate(catalogue.counted):
        given = raw.counts.numerator[:, column] != ABSENT
        known = raw.counts.persons[:, column] != ABSENT
        if entry.kind == "event" and (given & ~known).any():
            source = own.get(entry.id) or default.model_copy(update={"indicator": entry.id})
            own[entry.id] = _also(source, WITHOUT_PERSONS)
    return tuple(own.values())


def _also(source: IndicatorSource, sentence: str) -> IndicatorSource:
    definition = " ".join(filter(None, (source.definition, sentence)))
    return source.model_copy(update={"definition": definition})
