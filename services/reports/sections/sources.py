"""Where every figure comes from, what it counts, and how people's privacy is protected."""

from collections import defaultdict

from services.reports.document import (
    Bullets,
    Cell,
    Column,
    Definition,
    DefinitionList,
    Node,
    Row,
    Section,
    Table,
)
from services.reports.sections.methode import rules
from services.reports.subject import Subject
from services.reports.typography import NBSP, typeset
from shared.schemas.indicators import IndicatorSource


def section(subject: Subject) -> Section:
    """Rules first, since they explain the signs, then definitions and sources."""
    parts: list[Node] = [
        Section("regles", "Comment les personnes sont protégées", (Bullets(rules(subject)),)),
    ]
    definitions = _definitions(subject)
    if definitions:
        parts.append(
            Section("definitions", "Ce que compte chaque indicateur", (DefinitionList(definitions),))
        )
    tables = [table for table in (_indicator_sources(subject), _geography(subject)) if table.rows]
    if tables:
        parts.append(Section("origines", "D’où viennent les données", tuple(tables)))
    return Section("sources", "Sources et méthode", tuple(parts), new_page=True)


def _definitions(subject: Subject) -> tuple[Definition, ...]:
    of_release = {
        source.indicator: source.definition for source in subject.release.sources if source.definition
    }
    items = []
    for indicator in subject.printed:
        entry = subject.entries[indicator]
        text = typeset(entry.numerator)
        if entry.denominator:
            text += f", rapporté à\u00a0: {_lower(typeset(entry.denominator))}"
        text = f"{text[:1].upper()}{text[1:].rstrip('.')}."
        if indicator in of_release:
            text += f" Dans ces données\u00a0: {typeset(of_release[indicator] or '')}"
        items.append(Definition(subject.title(indicator), text))
    return tuple(items)


def _lower(words: str) -> str:
    # An acronym keeps its capitals.
    return words if words[1:2].isupper() else f"{words[:1].lower()}{words[1:]}"


def _indicator_sources(subject: Subject) -> Table:
    by_origin: dict[tuple[str, str], list[IndicatorSource]] = defaultdict(list)
    for source in subject.release.sources:
        by_origin[source.source, source.period].append(source)
    rows = tuple(
        Row((Cell(typeset(source)), Cell(typeset(period)), Cell(_titles(subject, members))))
        for (source, period), members in by_origin.items()
    )
    columns = (Column("Source", "start", 1.6), Column("Période", "start", 1), Column("Données", "start", 3))
    caption = f"Données de santé\u00a0: {typeset(subject.release.title)}"
    return Table("sources-sante", caption, columns, rows)


def _titles(subject: Subject, members: list[IndicatorSource]) -> str:
    if any(member.indicator is None for member in members):
        return "Toutes les données sans autre mention"
    ids = [member.indicator or "" for member in members]
    ald = [indicator for indicator in ids if indicator.startswith("ald_") and indicator[4:6].isdigit()]
    others = [subject.title(indicator) for indicator in ids if indicator not in ald]
    if ald:
        others.append(f"prévalence de {len(ald)}{NBSP}ALD" if len(ald) > 1 else subject.title(ald[0]))
    return "\u202f; ".join(others)


def _geography(subject: Subject) -> Table:
    sources = dict.fromkeys((*subject.territory.dataset.sources, *subject.territory_map.sources))
    rows = tuple(
        Row(
            (
                Cell(typeset(source.objet)),
                Cell(typeset(source.source)),
                Cell(source.millesime),
                Cell(typeset(source.licence or "")),
            )
        )
        for source in sources
    )
    columns = (
        Column("Objet", "start", 1.8),
        Column("Source", "start", 2.4),
        Column("Millésime", "start", 1.5),
        Column("Licence", "start", 1.6),
    )
    return Table(
        "sources-geo", f"Géographie\u00a0: référentiel {subject.territory.dataset.id}", columns, rows
    )
