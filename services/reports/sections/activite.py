"""Activity by profession: what is shown and what is not, patients per professional, acts per professional."""

from services.reports.document import Cell, Column, Node, Paragraph, Row, Table
from services.reports.sections.signs import WHY, partial, public, shown, signs_note
from services.reports.subject import Area, Subject, areas
from services.reports.typography import rate, typeset
from shared.schemas.indicators import Activity, Value

INTRO = {
    "commune-mask": "L’activité d’une profession n’est montrée que dans les communes où elle compte assez de "
    "professionnels.",
    "atoms": "L’activité d’une profession est montrée par groupes de communes qui, ensemble, comptent assez de "
    "professionnels. Un groupe n’est compté que s’il est tout entier dans le territoire.",
}
LEFT_ASIDE = "Les autres communes sont laissées de côté, des deux côtés du calcul."
PARTIAL = "* Moyenne des seules communes montrées, sans celles qui sont neutralisées\u00a0: {why}."


def activity_nodes(subject: Subject) -> tuple[Node, ...]:
    """The neutralisation lines, then patients, then acts."""
    activity = subject.diagnostic.activity
    nodes: list[Node] = [
        Paragraph(f"{INTRO[subject.release.policy]} {LEFT_ASIDE}"),
        _coverage(activity),
    ]
    nodes.append(
        _values(
            subject,
            "patients",
            "Patients par professionnel, dans l’année",
            "Profession",
            [(typeset(line.libelle), "", line.patients_par_professionnel) for line in activity],
        )
    )
    acts = [
        (typeset(act.libelle), typeset(line.libelle), act.quantity_per_professional)
        for line in activity
        for act in line.actes
    ]
    if acts:
        nodes.append(_values(subject, "actes", "Actes par professionnel, dans l’année", "Acte", acts))
    return tuple(nodes)


def _coverage(activity: tuple[Activity, ...]) -> Table:
    columns = (
        Column("Profession", "start", 2.6),
        Column("Professionnels en activité", weight=1.7),
        Column("Communes sans activité", weight=1.2),
        Column("Communes neutralisées", weight=1.4),
        Column("Communes montrées", weight=1.2),
        Column("Professionnels non montrés", weight=1.7),
        Column("Taux de neutralisation", weight=1.5),
    )
    rows = tuple(
        Row(
            (
                Cell(typeset(line.libelle)),
                public(line.professionals if known else None),
                public(line.communes_sans_activite),
                public(line.communes_neutralisees),
                public(line.communes_montrees),
                public(line.professionnels_neutralises if known else None),
                Cell(rate(line.taux_neutralisation, "percent"), line.taux_neutralisation)
                if known
                else public(None),
            )
        )
        for line in activity
        # Where the data speak of no commune, no professional is known, which is not none.
        for known in (len(line.communes_absentes) < _communes(line),)
    )
    notes = (
        (
            "Sans activité, neutralisées et montrées font toujours ensemble le nombre de communes du territoire. "
            "Taux de neutralisation\u00a0: part des professionnels qui exercent dans une commune neutralisée."
        ),
    )
    return Table(
        "neutralisation-activite",
        "Ce qui est montré, ce qui ne l’est pas",
        columns,
        rows,
        (*notes, *signs_note(rows)),
    )


def _communes(line: Activity) -> int:
    return line.communes_sans_activite + line.communes_neutralisees + line.communes_montrees


def _values(
    subject: Subject, table_id: str, caption: str, header: str, lines: list[tuple[str, str, Value]]
) -> Table:
    compared = areas(tuple(reference for *_, value in lines for reference in value.references))
    columns = (
        Column(header, "start", 2.6),
        Column("Territoire"),
        *(Column(area.nom) for area in compared),
    )
    rows = tuple(
        Row(
            (
                Cell(label, detail=detail),
                shown(value.value, value.status, starred=partial(value)),
                *(_reference(value, area) for area in compared),
            )
        )
        for label, detail, value in lines
    )
    starred = any(partial(value) for *_, value in lines)
    notes = (PARTIAL.format(why=WHY[subject.release.policy]),) if starred else ()
    return Table(table_id, caption, columns, rows, (*notes, *signs_note(rows)))


def _reference(value: Value, area: Area) -> Cell:
    found = next((r for r in value.references if (r.level, r.code) == (area.level, area.code)), None)
    return shown(found.value, found.status) if found else Cell("–")
