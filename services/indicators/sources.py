"""What a release says of its own data: the producer's sources, and which checks the data did not allow."""

from services.indicators.catalogue import Catalogue
from services.indicators.raw import ABSENT, RawRelease
from shared.schemas.indicators import IndicatorSource

WITHOUT_PERSONS = (
    "Personnes distinctes non fournies\u00a0: le seuil de confidentialité porte sur le nombre d’événements."
)


def sources_of(raw: RawRelease, catalogue: Catalogue) -> tuple[IndicatorSource, ...]:
    """Sources as given; an event whose distinct persons were not given says that its threshold is weaker."""
    said = raw.description
    own = {source.indicator: source for source in said.sources()}
    for column, entry in enumerate(catalogue.counted):
        given = raw.counts.numerator[:, column] != ABSENT
        known = raw.counts.persons[:, column] != ABSENT
        if entry.kind == "event" and (given & ~known).any():
            source = own.get(entry.id) or own[None].model_copy(update={"indicator": entry.id})
            definition = " ".join(filter(None, (source.definition, WITHOUT_PERSONS)))
            own[entry.id] = source.model_copy(update={"definition": definition})
    return tuple(own.values())
