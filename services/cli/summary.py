"""A diagnostic in a terminal: the figures of each indicator against its references."""

from rich import box
from rich.console import Console
from rich.table import Table

from services.reports.typography import counted, number, rate
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
    size = f"{counted(len(territory.communes), 'commune')}, {counted(territory.population, 'habitant')}"
    console.print(f"{territory.nom or 'Territoire'}\u00a0: {size}", markup=False)
    audit = "audité" if answer.release.audited else "non audité"
    console.print(f"Données\u00a0: {answer.release.title} (millésime {audit})", markup=False)
    for notice in territory.notices:
        console.print(f"  {notice.detail}", markup=False)
    areas = answer.indicators[0].references if answer.indicators else ()
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("Indicateur", overflow="fold", min_width=14)
    for heading in ("Taux", "Effectif", "Neutr.", *(area.nom for area in areas)):
        table.add_column(heading, justify="right", overflow="fold")
    for indicator in answer.indicators:
        out = len(indicator.neutralised.communes)
        shown = (_reference(indicator, reference) for reference in indicator.references)
        table.add_row(indicator.id, _rate(indicator), _count(indicator.count), str(out or "–"), *shown)
    console.print(table)


def _rate(indicator: IndicatorAnswer) -> str:
    if indicator.status is not Status.PUBLISHED:
        return WORDS[indicator.status]
    if indicator.rate is None:
        return "–"
    return rate(indicator.rate, indicator.unit) + ("*" if indicator.neutralised.communes else "")


def _reference(indicator: IndicatorAnswer, reference: Reference) -> str:
    return _count(reference.count) if reference.rate is None else rate(reference.rate, indicator.unit)


def _count(value: int | None) -> str:
    return "–" if value is None else number(value)
