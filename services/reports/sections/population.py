"""The people: age bands, the families of indicators that describe patients, and the linked splits."""

from services.reports.document import Cell, Column, Node, Notice, Row, Section, Table
from services.reports.sections.indicator_table import NAMES_IN_A_NOTE, indicator_table
from services.reports.sections.signs import shown, signs_note
from services.reports.subject import PEOPLE, Subject
from services.reports.typography import counted, listing, number, rate, typeset
from shared.schemas.indicators import PopulationByAge, SplitAnswer, Status

HIDDEN_SPLIT = (
    "Cette répartition n’est pas montrée\u00a0: dans chaque commune ou groupe de communes, l’une de ses parts compte "
    "trop peu de personnes ou en révélerait une autre, ou ses parts n’y sont pas comptées sur la même population."
)
ABSENT_SPLIT = "Ce millésime de données ne donne pas cette répartition pour ce territoire."


def section(subject: Subject) -> Section:
    """Ages first, then what describes patients, then the splits by médecin traitant."""
    nodes: list[Node] = [*_ages(subject.diagnostic.population_by_age)]
    titles = {family.id: typeset(family.title) for family in subject.catalogue.families}
    nodes += [
        indicator_table(subject, f"famille-{family}", titles[family], answers)
        for family, answers in subject.answers_of(PEOPLE).items()
    ]
    nodes += [_split(subject, split) for split in subject.diagnostic.splits]
    return Section("population", "La population et ses soins", tuple(nodes))


def _ages(ages: PopulationByAge) -> list[Node]:
    if ages.status is not Status.PUBLISHED:
        return [
            Notice("Âges", "Ce millésime de données ne donne pas la population par âge de ce territoire.")
        ]
    rows = [
        Row(
            (
                Cell(typeset(band.libelle)),
                Cell(number(band.value), band.value),
                Cell(rate(band.share, "percent"), band.share),
            )
        )
        for band in ages.bands
    ]
    if ages.population is not None:
        rows.append(
            Row(
                (Cell("Ensemble"), Cell(number(ages.population), ages.population), Cell("100\u202f%", 100)),
                total=True,
            )
        )
    notes = []
    if ages.communes_absentes:
        names = listing(typeset(commune.nom) for commune in ages.communes_absentes[:NAMES_IN_A_NOTE])
        more = len(ages.communes_absentes) - NAMES_IN_A_NOTE
        rest = f", et {counted(more, 'autre commune', 'autres communes')}" if more > 0 else ""
        notes.append(f"Sans population par âge, donc non comptées ici\u00a0: {names}{rest}.")
    columns = (Column("Âge", "start", 2), Column("Habitants"), Column("Part"))
    return [Table("ages", "Les habitants par âge", columns, tuple(rows), tuple(notes))]


def _split(subject: Subject, split: SplitAnswer) -> Node:
    title = subject.title(split.id)
    if split.status is not Status.PUBLISHED:
        return Notice(title, HIDDEN_SPLIT if split.status is Status.SUPPRESSED else ABSENT_SPLIT)
    starred = bool(split.neutralised.communes)
    rows = tuple(
        Row(
            (
                Cell(typeset(cell.libelle)),
                shown(cell.rate, split.status, "percent", starred=starred),
                shown(cell.count, split.status, starred=starred),
            )
        )
        for cell in split.cells
    )
    notes: tuple[str, ...] = ()
    if starred:
        names = [typeset(commune.nom) for commune in split.neutralised.communes]
        which = listing(names) if len(names) <= NAMES_IN_A_NOTE else "liste en annexe"
        notes = (
            f"* Calculé sans {counted(len(names), 'commune neutralisée', 'communes neutralisées')}\u00a0: {which}.",
        )
    columns = (Column("Répartition", "start", 3), Column("Part"), Column("Nombre"))
    return Table(split.id, title, columns, rows, (*notes, *signs_note(rows)))
