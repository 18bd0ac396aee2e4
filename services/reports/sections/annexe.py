"""The annex: long lists that would hide the tables they belong to."""

from services.reports.document import Cell, Column, Node, Row, Section, Table
from services.reports.sections.indicator_table import NAMES_IN_A_NOTE
from services.reports.sections.offre import COMMUNES_IN_PLACE, headcounts
from services.reports.subject import Subject
from services.reports.typography import listing, rate, typeset
from shared.schemas.indicators import Neutralised, Status


def section(subject: Subject) -> Section | None:
    """Neutralised communes by name where they are many, headcounts by commune where there are many communes."""
    nodes: list[Node] = []
    lists = _neutralised(subject)
    if lists:
        nodes.append(lists)
    if len(subject.territory.communes) > COMMUNES_IN_PLACE:
        nodes += headcounts(subject)
    return Section("annexe", "Annexe", tuple(nodes), new_page=True) if nodes else None


def _neutralised(subject: Subject) -> Table | None:
    answered: list[tuple[str, Status, Neutralised]] = [
        (indicator, subject.answers[indicator].status, subject.answers[indicator].neutralised)
        for indicator in subject.printed
    ]
    answered += [(split.id, split.status, split.neutralised) for split in subject.diagnostic.splits]
    rows = tuple(
        Row(
            (
                Cell(subject.title(indicator)),
                Cell(
                    str(len(left_out.communes)),
                    len(left_out.communes),
                    rate(left_out.rate, "percent"),
                    left_out.rate,
                ),
                Cell(_names(subject, left_out)),
            )
        )
        for indicator, status, left_out in answered
        if len(left_out.communes) > NAMES_IN_A_NOTE and status in {Status.PUBLISHED, Status.SUPPRESSED}
    )
    if not rows:
        return None
    columns = (Column("Indicateur", "start", 1.7), Column("Nombre", weight=0.7), Column("Noms", "start", 5))
    return Table("neutralisees", "Les communes neutralisées, par indicateur", columns, rows)


def _names(subject: Subject, neutralised: Neutralised) -> str:
    if len(neutralised.communes) == len(subject.territory.communes):
        return "Toutes les communes du territoire."
    return typeset(listing(commune.nom for commune in neutralised.communes)) + "."
