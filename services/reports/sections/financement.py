"""Size class and the yearly funding it opens, on each dated scale; every sum names its scale and date."""

from services.reports.document import Cell, Column, Node, Paragraph, Row, Section, Table
from services.reports.subject import Subject
from services.reports.typography import counted, day, euros, number, typeset
from shared.schemas.geo import FundingLine, SizeClass

PARTS = {
    "fixe": "part fixe",
    "variable": "part variable",
    "compensation": "compensation",
    "dispositif": "dispositif dédié",
}


def section(subject: Subject) -> Section | None:
    """One table per scale, the one in force first."""
    tailles = subject.territory.tailles
    if not tailles:
        return None
    population = counted(subject.territory.population, "habitant")
    intro = Paragraph(
        f"La taille d’une CPTS dépend de sa population\u00a0: ici {population}. Elle fixe les montants que l’Assurance "
        "Maladie peut verser chaque année\u202f; ce sont des maximums possibles, non des sommes acquises."
    )
    return Section(
        "financement",
        "Taille et financement",
        (intro, *(_scale(taille) for taille in tailles)),
        new_page=True,
    )


def _scale(taille: SizeClass) -> Node:
    name = typeset(taille.libelle)
    rows = [_line(line) for line in taille.lignes]
    rows.append(
        Row((Cell("Total possible"), Cell(""), Cell(""), Cell(euros(taille.total), taille.total)), total=True)
    )
    columns = (
        Column("Mission", "start", 3),
        Column("Part", "start", 1.4),
        Column("Nature", "start", 1.1),
        Column("Montant par an", weight=1.2),
    )
    dated = day(taille.date)
    notes = (f"Barème\u00a0: {name} ({dated}). Source\u00a0: {typeset(taille.source)}.",)
    caption = (
        f"taille\u00a0{taille.taille} ({_bounds(taille)}), barème du {dated}"
        if taille.date[8:]
        else (f"taille\u00a0{taille.taille} ({_bounds(taille)}), barème de {dated}")
    )
    return Table(f"financement-{taille.bareme}", f"{name}\u00a0: {caption}", columns, tuple(rows), notes)


def _line(line: FundingLine) -> Row:
    return Row(
        (
            Cell(typeset(line.libelle)),
            Cell(PARTS.get(line.part, typeset(line.part)) if line.part else ""),
            Cell("socle" if line.socle else "optionnelle"),
            Cell(euros(line.montant), line.montant),
        )
    )


def _bounds(taille: SizeClass) -> str:
    if taille.population_max is None:
        return f"à partir de {counted(taille.population_min, 'habitant')}"
    if taille.population_min == 0:
        return f"jusqu’à {counted(taille.population_max, 'habitant')}"
    return f"de {number(taille.population_min)} à {counted(taille.population_max, 'habitant')}"
