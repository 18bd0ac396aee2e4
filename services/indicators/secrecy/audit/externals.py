"""Totals that an attacker may know from elsewhere, declared in a file: `indicator,communes,total`."""

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.indicators.folder.columns import BAD, BLANK, Known, integers, why_not_integer
from services.indicators.folder.problems import BadRow
from services.indicators.geography import Geography
from services.indicators.secrecy.audit.constraints import Index
from services.indicators.secrecy.piece import Piece

HEADER = ["indicator", "communes", "total"]
AREA_LEVELS = ("departement", "region", "france")
DEPARTEMENT = "departement"


@dataclass(frozen=True, repr=False)
class External:
    """Exact total of a row over units (distinct positions, in order); `line` of the file that declares it."""

    row: str
    units: Index
    total: int
    line: int


@dataclass(frozen=True, repr=False)
class Declared:
    """A total as it is kept with the release that it was declared for: communes by their codes."""

    row: str
    codes: tuple[str, ...]
    total: int


def externals_of(
    text: str, file: str, rows: Collection[str], geography: Geography
) -> tuple[tuple[External, ...], list[BadRow]]:
    """Read the totals of a file; `rows` are those of the release. Bad lines are told in French, and left out.

    `communes`: codes separated by spaces, or `departement:83`, `region:93`, `france:FR`.
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    header = next(reader, [])
    if header != HEADER:
        reason = (
            f"en-tête «\u00a0{','.join(header)}\u00a0»\u202f; attendu\u00a0: «\u00a0{','.join(HEADER)}\u00a0»"
        )
        return (), [BadRow(file, 1, "", reason)]
    known = Known({name: rank for rank, name in enumerate(rows)}, "indicateur")
    found: list[External] = []
    problems: list[BadRow] = []
    for fields in reader:
        if not fields:
            continue
        line = reader.line_num
        if len(fields) != len(HEADER):
            reason = f"{len(fields)} colonnes\u202f; {len(HEADER)} attendues"
            problems.append(BadRow(file, line, "", reason))
            continue
        name, places, total = fields
        wrong = [
            *([] if name in known.index else [BadRow(file, line, "indicator", known.why_unknown(name))]),
            *_wrong_total(total, file, line),
        ]
        units, astray = _units(places, file, line, geography)
        if wrong or astray:
            problems += [*wrong, *astray]
        else:
            found.append(External(name, units, int(total), line))
    return tuple(found), problems


def contradicted(externals: Sequence[External], pieces: Mapping[str, Piece], file: str) -> list[BadRow]:
    """Totals that the counts of the release cannot have: a row of the audit that nothing could satisfy.

    Where a commune has no count in the release, the total may be more than the sum of the others.
    """
    reason = (
        "ce total ne peut pas être celui des effectifs chargés\u00a0: vérifiez les communes, "
        "le millésime et la définition de l’indicateur"
    )
    return [
        BadRow(file, external.line, "total", reason)
        for external in externals
        if not _possible(external, pieces[external.row])
    ]


def declared(externals: Iterable[External], geography: Geography) -> list[Declared]:
    """Totals to keep."""
    return [
        Declared(one.row, tuple(geography.codes[unit] for unit in one.units.tolist()), one.total)
        for one in externals
    ]


def joined(
    given: Sequence[External], kept: Iterable[Declared], pieces: Mapping[str, Piece], geography: Geography
) -> tuple[External, ...]:
    """Totals given and those kept before, each once: what is known stays known.

    One kept that these counts do not have (a row of another policy, a draft corrected since) is left out.
    """
    found = {(one.row, tuple(one.units.tolist())): one for one in given}
    for one in kept:
        if one.row in pieces and all(code in geography.index for code in one.codes):
            units = np.unique([geography.index[code] for code in one.codes])
            external = External(one.row, units, one.total, line=0)
            if _possible(external, pieces[one.row]):
                found.setdefault((one.row, tuple(units.tolist())), external)
    return tuple(found.values())


def _possible(external: External, piece: Piece) -> bool:
    loaded = piece.loaded[external.units]
    sum_here = int(piece.n[external.units][loaded].sum())
    return sum_here == external.total or (sum_here < external.total and not loaded.all())


def _wrong_total(text: str, file: str, line: int) -> list[BadRow]:
    value = int(integers([text])[0])
    return [BadRow(file, line, "total", why_not_integer(text))] if value in {BAD, BLANK} else []


def _units(text: str, file: str, line: int, geography: Geography) -> tuple[Index, list[BadRow]]:
    """Positions of the communes named, and what is wrong with them."""
    level, colon, code = text.partition(":")
    if colon:
        if (level, code) in geography.areas:
            return geography.communes_of((level, code)), []
        reason = (
            f"territoire inconnu\u00a0: «\u00a0{text}\u00a0»\u202f; écrivez par exemple {DEPARTEMENT}:83, "
            f"avec un niveau parmi {', '.join(AREA_LEVELS)}"
        )
        return np.zeros(0, dtype=np.intp), [BadRow(file, line, "communes", reason)]
    codes = text.split()
    if not codes:
        reason = (
            "aucune commune\u00a0: donnez des codes séparés par des espaces, ou par exemple departement:83"
        )
        return np.zeros(0, dtype=np.intp), [BadRow(file, line, "communes", reason)]
    known = Known(geography.index, "code commune")
    unknown = [code for code in codes if code not in geography.index]
    if unknown:
        return np.zeros(0, dtype=np.intp), [
            BadRow(file, line, "communes", known.why_unknown(code), code) for code in unknown
        ]
    return np.unique([geography.index[code] for code in codes]), []
