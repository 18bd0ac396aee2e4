"""The 2 by 2 tables of a territory, whole or not at all: four cells summed under one mask."""

from services.indicators.answers.view import NOTHING_LEFT_OUT, View
from services.indicators.catalogue import Catalogue, Split
from services.indicators.release import cell_row
from services.indicators.rounding import share
from shared.schemas.indicators import SplitAnswer, SplitCell, Status


def split_answers(view: View, catalogue: Catalogue) -> tuple[SplitAnswer, ...]:
    """Every split of the catalogue, in its order."""
    return tuple(_answer(view, split) for split in catalogue.splits)


def _answer(view: View, split: Split) -> SplitAnswer:
    rows = [cell_row(split.id, cell.id) for cell in split.cells]
    status = view.status(rows[0])
    if status is Status.MISSING:
        return SplitAnswer(id=split.id, status=status, cells=(), neutralised=NOTHING_LEFT_OUT)
    cells: tuple[SplitCell, ...] = ()
    if status is Status.PUBLISHED:
        counts = [int(view.totals.n[view.release.rows[row]]) for row in rows]
        cells = tuple(
            SplitCell(id=cell.id, libelle=cell.libelle, rate=share(count, sum(counts)), count=count)
            for cell, count in zip(split.cells, counts, strict=True)
        )
    return SplitAnswer(
        id=split.id, status=status, cells=cells, neutralised=view.neutralised([view.release.rows[rows[0]]])[0]
    )
