"""What a document is about: the three answers it is made from, with the look-ups that sections share."""

from dataclasses import dataclass
from functools import cached_property

from services.reports.typography import typeset
from shared.schemas.catalogue import Catalogue, CatalogueEntry
from shared.schemas.geo import Territory, TerritoryMap
from shared.schemas.indicators import (
    Diagnostic,
    IndicatorAnswer,
    Level,
    Reference,
    ReleaseFacts,
    ValueReference,
)

# Where the catalogue places its families: people first, then the missions of a CPTS, in the document's order.
PEOPLE = "territoire"
MISSIONS = {
    "acces": "Accès aux soins",
    "parcours": "Parcours de soins",
    "prevention": "Prévention",
    "vaccination": "Vaccination",
}
LEVEL_NAMES: dict[Level, str] = {"departement": "département", "region": "région", "france": "pays"}
LEVELS = tuple(LEVEL_NAMES)


@dataclass(frozen=True)
class Area:
    """A larger area that the territory is compared with."""

    level: Level
    code: str
    nom: str


@dataclass(frozen=True)
class Subject:
    """The answers of indicators and geo, and the names under which the document is filed."""

    diagnostic: Diagnostic
    catalogue: Catalogue
    territory_map: TerritoryMap
    fingerprint: str
    edition: str

    @property
    def territory(self) -> Territory:
        """Facts and checks of the territory."""
        return self.diagnostic.territory

    @property
    def release(self) -> ReleaseFacts:
        """The release that the figures come from."""
        return self.diagnostic.release

    @cached_property
    def name(self) -> str:
        """Name given to the territory, else one made from its most populous communes."""
        if self.territory.nom:
            return typeset(self.territory.nom)
        largest = max(self.territory.communes, key=lambda commune: (commune.population or 0, commune.code))
        others = len(self.territory.communes) - 1
        rest = f" et {others}\u00a0autre{'s' if others > 1 else ''} commune{'s' if others > 1 else ''}"
        return typeset(largest.nom) + (rest if others else "")

    @cached_property
    def entries(self) -> dict[str, CatalogueEntry]:
        """Catalogue entries by id."""
        return {entry.id: entry for entry in self.catalogue.indicators}

    @cached_property
    def answers(self) -> dict[str, IndicatorAnswer]:
        """Indicator answers by id."""
        return {answer.id: answer for answer in self.diagnostic.indicators}

    def title(self, indicator: str) -> str:
        """Title of an indicator in the catalogue, its id where the catalogue does not have it."""
        entry = self.entries.get(indicator)
        return typeset(entry.title) if entry else indicator

    @cached_property
    def printed(self) -> tuple[str, ...]:
        """Ids of the indicators that the document prints, in the catalogue's order."""
        kept = set(self.diagnostic.top_ald) | set(self.diagnostic.focus.pathologies)
        for section in (PEOPLE, *MISSIONS):
            kept |= {answer.id for answers in self.answers_of(section).values() for answer in answers}
        return tuple(
            entry.id for entry in self.catalogue.indicators if entry.id in kept and entry.id in self.answers
        )

    def answers_of(self, section: str) -> dict[str, list[IndicatorAnswer]]:
        """Answers by family, both in the catalogue's order, for the families placed in this section."""
        families = [family.id for family in self.catalogue.families if family.section == section]
        grouped = {
            family: [
                self.answers[entry.id]
                for entry in self.catalogue.indicators
                if entry.family == family and entry.id in self.answers
            ]
            for family in families
        }
        return {family: answers for family, answers in grouped.items() if answers}


def areas(references: "tuple[Reference | ValueReference, ...]") -> tuple[Area, ...]:
    """Distinct areas of these references: départements, régions, France, each level by code."""
    distinct = {(reference.level, reference.code): typeset(reference.nom) for reference in references}
    names = list(distinct.values())
    return tuple(
        # La Réunion is a département and a région: the header says which.
        Area(level, code, f"{nom} ({LEVEL_NAMES[level]})" if names.count(nom) > 1 else nom)
        for (level, code), nom in sorted(
            distinct.items(), key=lambda item: (LEVELS.index(item[0][0]), item[0][1])
        )
    )
