"""What several files check alike: pairs of keys that go together, rows given twice, sums put in their place."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from services.indicators.folder.columns import BAD, Floats, Ints
from services.indicators.folder.problems import BadRow
from services.indicators.folder.table import Table
from services.indicators.geography import NO_VILLE
from services.indicators.raw import ABSENT


def pair(table: Table, first: str, second: str, known: Mapping[tuple[int, int], int]) -> Ints:
    """Position of each row's pair of keys; ABSENT where the two do not go together."""
    pairs = zip(table.integers[first].tolist(), table.integers[second].tolist(), strict=True)
    return np.fromiter((known.get(keys, ABSENT) for keys in pairs), dtype=np.int64, count=len(table))


def twice(table: Table, cell: Ints, columns: str) -> list[BadRow]:
    """Rows whose `cell` (their place in an array) was already given on an earlier line."""
    order = np.argsort(cell, kind="stable")
    ordered = cell[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(cell) else np.empty(0, np.intp)
    if len(starts) == len(cell):
        return []
    first = np.repeat(order[starts], np.diff(np.r_[starts, len(cell)]))
    again = np.flatnonzero(first != order)
    return [
        BadRow(
            table.file,
            int(table.line[order[position]]),
            columns,
            f"ligne en double\u00a0: déjà donnée ligne {table.line[first[position]]}",
        )
        for position in again
    ]


def left_out(table: Table, column: str, size: int) -> npt.NDArray[np.bool_]:
    """Which of `size` keys have a row that a bad cell left out: already told, they are not forgotten."""
    found = np.zeros(size, dtype=bool)
    keys = table.left_out[column]
    found[keys[keys != BAD]] = True
    return found


def overlapping(
    table: Table, commune: npt.NDArray[np.intp], villes: npt.NDArray[np.intp], keys: tuple[str, ...]
) -> list[BadRow]:
    """Rows of a city of which an arrondissement is given too, for the same `keys` (columns of the table).

    `commune`: the commune that each row is counted with; `villes`: the city of each commune, if it is a part.

    Both would be published exact, and the city less the others is the arrondissement that is hidden.
    """
    same = np.zeros(len(table), dtype=np.int64)
    for key in keys:
        values = table.integers[key]
        same = same * (int(values.max(initial=0)) + 1) + values
    place = same * len(villes)
    parts = villes[commune] != NO_VILLE
    return table.bad(
        np.isin(place + commune, (place + villes[commune])[parts]),
        "commune",
        "la commune est donnée en entier et par arrondissements\u00a0: la différence révélerait un arrondissement "
        "masqué\u202f; gardez soit cette ligne, soit celles des arrondissements",
    )


def placed(shape: tuple[int, int], cell: Ints, values: Ints) -> Ints:
    """Array of `shape` with each value in its cell, ABSENT elsewhere."""
    array = np.full(shape, ABSENT, dtype=np.int64)
    array.ravel()[cell] = values
    return array


def placed_decimals(shape: tuple[int, int], cell: Ints, values: Floats) -> Floats:
    """Array of `shape` with each value in its cell, NaN elsewhere."""
    array = np.full(shape, np.nan)
    array.ravel()[cell] = values
    return array


def optional(table: Table, column: str) -> Ints:
    """Return a column of integers that the header may lack: ABSENT throughout then."""
    return table.integers.get(column, np.full(len(table), ABSENT, dtype=np.int64))


def optional_decimals(table: Table, column: str) -> Floats:
    """Return a column of decimals that the header may lack: NaN throughout then."""
    return table.decimals.get(column, np.full(len(table), np.nan))
