"""The supply: headcounts by profession (public) and the ages that may be shown."""

from services.reports.document import Cell, Column, Node, Row, Section, Table
from services.reports.sections.activite import activity_nodes
from services.reports.sections.signs import public, shown, signs_note
from services.reports.subject import Subject
from services.reports.typography import counted, number, typeset
from shared.schemas.indicators import Demography, Status

# Beyond this many communes the headcounts of each go to the annex.
COMMUNES_IN_PLACE = 30


def section(subject: Subject) -> Section | None:
    """Demography by group of professions, headcounts by commune, then activity."""
    nodes: list[Node] = []
    if subject.diagnostic.demography:
        nodes.append(Section("demographie", "Les professionnels installés", _demography(subject)))
    if subject.diagnostic.activity:
        nodes.append(Section("activite", "L’activité des professionnels", activity_nodes(subject)))
    return Section("offre", "L’offre de soins", tuple(nodes), new_page=True) if nodes else None


def _demography(subject: Subject) -> tuple[Node, ...]:
    groups = dict.fromkeys(line.groupe for line in subject.diagnostic.demography)
    tables: list[Node] = [
        _group(group, rank, [line for line in subject.diagnostic.demography if line.groupe == group])
        for rank, group in enumerate(groups)
    ]
    if len(subject.territory.communes) <= COMMUNES_IN_PLACE:
        tables += headcounts(subject)
    return tuple(tables)


def _group(group: str, rank: int, lines: list[Demography]) -> Table:
    with_ages = any(_has_ages(line) for line in lines)
    columns = [Column("Profession", "start", 3), Column("Effectif")]
    if with_ages:
        columns += [Column("60\u00a0ans et plus"), Column("65\u00a0ans et plus")]
    rows = []
    for line in lines:
        cells = [Cell(typeset(line.libelle)), public(line.total)]
        if with_ages:
            cells += [shown(age.value, age.status) for age in (line.age_60_plus, line.age_65_plus)]
        rows.append(Row(tuple(cells)))
    return Table(f"demographie-{rank + 1}", typeset(group), tuple(columns), tuple(rows), signs_note(rows))


def _has_ages(line: Demography) -> bool:
    return any(age.status is not Status.NOT_APPLICABLE for age in (line.age_60_plus, line.age_65_plus))


def headcounts(subject: Subject) -> list[Node]:
    """Professionals by commune for the professions whose activity is followed; empty where none is known."""
    followed = {profession.id for profession in subject.catalogue.professions if profession.activity}
    followed |= set(subject.diagnostic.focus.professions)
    lines = [line for line in subject.diagnostic.demography if line.profession in followed]
    if not lines:
        return []
    by_commune = [{place.code: place.total for place in line.communes} for line in lines]
    rows = [
        Row((Cell(typeset(commune.nom)), *(public(totals.get(commune.code, 0)) for totals in by_commune)))
        for commune in subject.territory.communes
    ]
    total = [sum(totals.values()) for totals in by_commune]
    label = f"Total\u00a0: {counted(len(rows), 'commune')}"
    rows.append(Row((Cell(label), *(Cell(number(value), value) for value in total)), total=True))
    columns = (Column("Commune", "start", 2.4), *(Column(typeset(line.libelle)) for line in lines))
    return [Table("effectifs-communes", "Les professionnels par commune", columns, tuple(rows))]
