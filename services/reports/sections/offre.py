"""The supply: headcounts by profession (public) and the ages that may be shown."""

from collections import defaultdict

from services.reports.document import Cell, Column, Node, Row, Section, Table
from services.reports.sections.activite import activity_nodes
from services.reports.sections.signs import WHY, partial, public, shown, signs_note
from services.reports.subject import Subject
from services.reports.typography import counted, number, quoted, typeset
from shared.schemas.indicators import Demography, Status, Value

# Beyond this many communes the headcounts of each go to the annex.
COMMUNES_IN_PLACE = 30
PARTIAL = (
    "* Âges comptés sans les communes neutralisées ({why})\u00a0: "
    f"{quoted('2 sur 10')} veut dire 2 des 10 professionnels des autres communes, et non de l’effectif entier."
)


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
        _group(subject, group, rank, [line for line in subject.diagnostic.demography if line.groupe == group])
        for rank, group in enumerate(groups)
    ]
    if len(subject.territory.communes) <= COMMUNES_IN_PLACE:
        tables += headcounts(subject)
    return tuple(tables)


def _group(subject: Subject, group: str, rank: int, lines: list[Demography]) -> Table:
    with_ages = any(_has_ages(line) for line in lines)
    columns = [Column("Profession", "start", 3), Column("Effectif")]
    if with_ages:
        columns += [Column("60\u00a0ans et plus"), Column("65\u00a0ans et plus")]
    rows = []
    for line in lines:
        cells = [Cell(typeset(line.libelle)), public(line.total)]
        if with_ages:
            cells += [_aged(age) for age in _ages(line)]
        rows.append(Row(tuple(cells)))
    starred = any(partial(age) for line in lines for age in _ages(line))
    notes = (PARTIAL.format(why=WHY[subject.release.policy]),) if starred else ()
    return Table(
        f"demographie-{rank + 1}", typeset(group), tuple(columns), tuple(rows), (*notes, *signs_note(rows))
    )


def _ages(line: Demography) -> tuple[Value, Value]:
    return line.age_60_plus, line.age_65_plus


def _aged(age: Value) -> Cell:
    cell = shown(age.value, age.status, starred=partial(age))
    # Beside the headcount of the whole territory, 17 of the 40 whose age is counted would read as 17 of 540.
    if not partial(age) or age.value is None or age.professionals is None:
        return cell
    return Cell(f"{number(age.value)} sur {number(age.professionals)}\u00a0*", age.value)


def _has_ages(line: Demography) -> bool:
    return any(age.status is not Status.NOT_APPLICABLE for age in _ages(line))


def headcounts(subject: Subject) -> list[Node]:
    """Professionals by commune for the professions whose activity is followed; empty where none is known."""
    followed = {profession.id for profession in subject.catalogue.professions if profession.activity}
    followed |= set(subject.diagnostic.focus.professions)
    lines = [line for line in subject.diagnostic.demography if line.profession in followed]
    if not lines:
        return []
    by_commune = [_by_commune(line) for line in lines]
    rows = [
        Row((Cell(typeset(commune.nom)), *(public(totals[commune.code]) for totals in by_commune)))
        for commune in subject.territory.communes
    ]
    label = f"Total\u00a0: {counted(len(rows), 'commune')}"
    rows.append(Row((Cell(label), *(public(line.total) for line in lines)), total=True))
    columns = (Column("Commune", "start", 2.4), *(Column(typeset(line.libelle)) for line in lines))
    return [
        Table("effectifs-communes", "Les professionnels par commune", columns, tuple(rows), signs_note(rows))
    ]


def _by_commune(line: Demography) -> defaultdict[str, int | None]:
    # No professional is a fact; a commune of which the data do not speak has none that is known.
    absent: dict[str, int | None] = {place.code: None for place in line.communes_absentes}
    return defaultdict(lambda: 0, {place.code: place.total for place in line.communes} | absent)
