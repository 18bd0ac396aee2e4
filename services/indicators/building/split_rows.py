"""The four cells of each 2 by 2 table, cut as the cell that is both: they are sums and differences of its parents."""

from collections.abc import Mapping

import numpy as np

from services.indicators.atoms import Rows
from services.indicators.catalogue import Catalogue, Split
from services.indicators.raw import RawRelease
from services.indicators.release import cell_row
from services.indicators.secrecy.piece import NONE, Cut, Ints, Mask, Partition, Piece, Small


def split_rows(
    rows: Rows, raw: RawRelease, catalogue: Catalogue, pieces: Mapping[str, Piece], partition: Partition
) -> None:
    """Add the cells of every split; an atom with a commune whose three denominators differ is left out."""
    column = {entry.id: rank for rank, entry in enumerate(catalogue.counted)}
    for split in catalogue.splits:
        names = [cell_row(split.id, cell.id) for cell in split.cells]
        if not {split.row, split.column, split.both} <= pieces.keys():
            for name in names:
                rows.add_empty(name)
            continue
        both, row, other = (pieces[name] for name in (split.both, split.row, split.column))
        whole = [raw.counts.denominator[:, column[name]] for name in (split.row, split.column, split.both)]
        loaded = both.loaded & row.loaded & other.loaded
        same = loaded & (whole[0] == whole[2]) & (whole[1] == whole[2])
        labels = shown_atoms(partition[split.both], same)
        cells = _cells(split, both, row, other)
        for name in names:
            rows.add(name, labels, cells[name], both.d, loaded)


def _cells(split: Split, both: Piece, row: Piece, column: Piece) -> dict[str, Ints]:
    values = (both.n, row.n - both.n, column.n - both.n, both.d - row.n - column.n + both.n)
    return {cell_row(split.id, cell.id): value for cell, value in zip(split.cells, values, strict=True)}


def shown_atoms(cut: Cut, loaded: Mask) -> Small:
    """Labels of the atoms shown of which every commune has data; NONE elsewhere."""
    broken = np.zeros(len(cut.shown), dtype=bool)
    broken[cut.atom[~loaded]] = True
    return np.where(cut.shown[cut.atom] & ~broken[cut.atom], cut.atom, NONE).astype(np.int32)
