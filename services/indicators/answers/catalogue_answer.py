"""The catalogue as the bus carries it: words for people, no rule."""

from services.indicators.catalogue import Catalogue
from shared.schemas import catalogue as schemas


def describe(catalogue: Catalogue) -> schemas.Catalogue:
    """Return the catalogue as the bus carries it."""
    threshold = catalogue.limits.people
    indicators = [
        schemas.CatalogueEntry(
            **entry.model_dump(
                include={"id", "title", "family", "kind", "population", "numerator", "denominator"}
                | {"unit", "direction", "sensitive"}
            ),
            links=entry.links,
            threshold=threshold,
        )
        for entry in catalogue.indicators
    ]
    splits = [
        schemas.CatalogueEntry(
            **entry.model_dump(include={"id", "title", "family", "population", "numerator", "denominator"}),
            kind="split",
            unit="percent",
            direction="neither",
            sensitive=False,
            links=(entry.row, entry.column, entry.both),
            threshold=threshold,
        )
        for entry in catalogue.splits
    ]
    return schemas.Catalogue(
        version=catalogue.version,
        families=tuple(
            schemas.Family(id=family.id, title=family.title, section=family.section)
            for family in catalogue.families
        ),
        indicators=(*indicators, *splits),
        professions=tuple(
            schemas.Profession(
                id=entry.id,
                libelle=entry.libelle,
                groupe=entry.groupe,
                activity=bool(entry.acts),
                ages=entry.ages,
            )
            for entry in catalogue.professions
        ),
        thresholds={name: threshold.value for name, threshold in catalogue.thresholds.items()},
    )
