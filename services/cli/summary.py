"""A diagnostic in a terminal: the figures of each indicator against its references."""

from rich.console import Console
from rich.table import Table

from shared.schemas.indicators import Diagnostic, IndicatorAnswer, Reference, Status

WORDS = {
    Status.SUPPRESSED: "non diffusé",
    Status.UNAVAILABLE: "indisponible",
    Status.MISSING: "manquant",
    Status.NOT_APPLICABLE: "sans objet",
}


def summary(answer: Diagnostic) -> None:
    """Print the territory, then one line per indicator, on stdout."""
    console = Console(highlight=False)
    territory = answer.territory
    size = f"{len(territory.communes)} communes, {_number(territory.population)} habitants"
    console.print(f"{territory.nom or 'Territoire'} : {size}")
    console.print(
        f"Données : {answer.release.title}{' (synthétiques)' if answer.release.synthetic else ''}"
        f"{'' if answer.release.audited else ' – millésime non audité'}"
    )
    for notice in territory.notices:
        console.print(f"  {notice.detail}")
    table = Table("Indicateur", "Territoire", "Effectif", "Références (écart)", "Neutralisées")
    for indicator in answer.indicators:
        table.add_row(
            indicator.id,
            _rate(indicator),
            _number(indicator.count),
            "  ".join(_reference(reference) for reference in indicator.references),
            ", ".join(place.nom for place in indicator.neutralised.communes) or "–",
        )
    console.print(table)


def _rate(indicator: IndicatorAnswer) -> str:
    if indicator.status is not Status.PUBLISHED:
        return WORDS[indicator.status]
    return _decimal(indicator.rate) + ("*" if indicator.neutralised.communes else "")


def _reference(reference: Reference) -> str:
    if reference.rate is None:
        return f"{reference.nom} {_number(reference.count)}"
    difference = "" if reference.difference is None else f" ({reference.difference:+.1f})".replace(".", ",")
    return f"{reference.nom} {_decimal(reference.rate)}{difference}"


def _decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}".replace(".", ",")


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}".replace(",", "\u202f")
