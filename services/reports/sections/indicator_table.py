"""The table of a family of indicators: territory, references, differences, neutralised communes."""

from collections import defaultdict
from collections.abc import Sequence

from services.reports.document import Cell, Column, Row, Table
from services.reports.sections.signs import WHY, shown, signs_note
from services.reports.subject import Area, Subject, areas
from services.reports.typography import NBSP, listing, number, quoted, rate, signed, typeset
from shared.schemas.indicators import IndicatorAnswer, Status

# More names than this under a table would hide it: they go to the annex.
NAMES_IN_A_NOTE = 8
WEIGHT_OF_A_LETTER = 0.19
# The second line of a cell is set smaller.
WEIGHT_OF_A_DETAIL = 0.14
# Written after a difference that chance could explain.
CLOSE = "≈"


def indicator_table(
    subject: Subject, table_id: str, caption: str, answers: Sequence[IndicatorAnswer]
) -> Table:
    """Rows in the order given; columns: rate, count, neutralised communes, then each reference with its difference."""
    compared = areas(tuple(reference for answer in answers for reference in answer.references))
    rows = tuple(_row(subject, answer, compared) for answer in answers)
    headers = (
        ("Territoire", 1.25),
        ("Nombre", 1.1),
        ("Communes neutralisées", 1.45),
        *((area.nom, 1.4) for area in compared),
    )
    columns = (
        Column("Indicateur", "start", 3.8),
        *(
            Column(label, weight=max(weight, _width(rows, rank)))
            for rank, (label, weight) in enumerate(headers, start=1)
        ),
    )
    notes = [*_reading_notes(answers, compared), *_neutralised_notes(subject, answers)]
    return Table(table_id, caption, columns, rows, (*notes, *signs_note(rows)))


def _width(rows: tuple[Row, ...], rank: int) -> float:
    # The count of a whole country and an interval stay on one line, clear of their neighbours.
    cells = [row.cells[rank] for row in rows]
    return max(
        (max(len(c.text) * WEIGHT_OF_A_LETTER, len(c.detail) * WEIGHT_OF_A_DETAIL) for c in cells), default=0
    )


def _row(subject: Subject, answer: IndicatorAnswer, compared: tuple[Area, ...]) -> Row:
    entry = subject.entries.get(answer.id)
    title = subject.title(answer.id)
    # Whom it is about, unless the title says it already.
    detail = typeset(entry.population) if entry else ""
    if detail.lower() in title.lower():
        detail = ""
    if answer.unit == "per_100":
        detail = f"{detail} (pour {number(100)})".lstrip()
    starred = bool(answer.neutralised.communes)
    return Row(
        (
            Cell(title, detail=detail),
            Cell("–") if answer.unit == "count" else _territory(answer, starred=starred),
            shown(answer.count, answer.status, starred=starred),
            _neutralised(answer, len(subject.territory.communes)),
            *(_reference(answer, area) for area in compared),
        )
    )


def _territory(answer: IndicatorAnswer, *, starred: bool) -> Cell:
    cell = shown(answer.rate, answer.status, answer.unit, starred=starred)
    if answer.interval is None:
        return cell
    low, high = (rate(bound, "per_100") for bound in (answer.interval.low, answer.interval.high))
    return Cell(cell.text, cell.value, f"{low}{NBSP}à{NBSP}{high}")


def _reference(answer: IndicatorAnswer, area: Area) -> Cell:
    found = next((r for r in answer.references if (r.level, r.code) == (area.level, area.code)), None)
    if found is None:
        return Cell("–")
    cell = shown(found.count if answer.unit == "count" else found.rate, found.status, answer.unit)
    if found.difference is None:
        return cell
    mark = f"\u00a0{CLOSE}" if found.spans else ""
    return Cell(cell.text, cell.value, signed(found.difference) + mark, found.difference)


def _reading_notes(answers: Sequence[IndicatorAnswer], compared: tuple[Area, ...]) -> list[str]:
    notes = []
    if any(answer.interval for answer in answers):
        notes.append(
            "Sous le taux du territoire, son intervalle de confiance à 95\u00a0%\u00a0: ce que le hasard seul, "
            "d’une année à l’autre, peut faire varier."
        )
    if compared:
        notes.append("Sous chaque valeur de comparaison, l’écart du territoire en points.")
    if any(reference.spans for answer in answers for reference in answer.references):
        notes.append(f"{CLOSE}\u00a0: écart trop petit pour être distingué du hasard.")
    return notes


def _neutralised(answer: IndicatorAnswer, communes: int) -> Cell:
    if answer.status in {Status.UNAVAILABLE, Status.MISSING, Status.NOT_APPLICABLE}:
        return Cell("–")
    left_out = len(answer.neutralised.communes)
    if left_out == 0:
        return Cell("0", 0)
    return Cell(
        f"{left_out} sur {communes}",
        left_out,
        rate(answer.neutralised.rate, "percent"),
        answer.neutralised.rate,
    )


def _neutralised_notes(subject: Subject, answers: Sequence[IndicatorAnswer]) -> list[str]:
    by_list: dict[tuple[str, ...], list[str]] = defaultdict(list)
    long = False
    for answer in answers:
        names = tuple(commune.nom for commune in answer.neutralised.communes)
        if not names or answer.status is not Status.PUBLISHED:
            continue
        if len(names) > NAMES_IN_A_NOTE:
            long = True
        else:
            by_list[names].append(quoted(subject.title(answer.id)))
    if not by_list and not long:
        return []
    notes = [f"* Valeur calculée sans les communes neutralisées\u00a0: {WHY[subject.release.policy]}."]
    notes += [
        f"Neutralisé{'e' if len(names) == 1 else 'es'} pour {listing(titles)}\u00a0: {typeset(listing(names))}."
        for names, titles in by_list.items()
    ]
    if long:
        notes.append(f"Les listes de plus de {NAMES_IN_A_NOTE}\u00a0communes sont en annexe.")
    return notes
