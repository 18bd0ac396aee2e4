"""Reader of groups of communes: bassins de vie (INSEE), territoires de vie-santé, cantons, any `commune;groupe;nom`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.geo.imports.readers.cells import plain
from services.geo.imports.readers.columns import (
    BASSIN,
    BASSIN_NAME,
    CANTON,
    CANTON_NAME,
    COMMUNE,
    GROUP,
    GROUP_NAME,
    TVS,
    TVS_NAME,
    TYPECOM,
)
from services.geo.imports.readers.recognise import open_table, other_file
from services.geo.imports.readers.refusal import refuse
from services.geo.imports.readers.tables import Cells, Names, Table
from services.geo.imports.readers.triage import Kept, Triage, departement_of
from services.geo.imports.readers.vintage import year_of
from services.geo.imports.readers.zone_names import zone_names
from services.geo.imports.reading import CodeBook, FileReading, Options, Progress
from services.geo.layers.kinds import GroupKind, GroupMember, Kind, Layer

EXPECTED = (
    "une table des communes et de leur groupe (commune;groupe;nom, bassins de vie, territoires de vie-santé…)"
)
SHORT_CANTON = re.compile(r"\d{1,2}")  # numbered within its département
NO_GROUP = "communes sans groupe"
SOURCES = {
    GroupKind.BASSIN_VIE: "Insee, bassins de vie",
    GroupKind.TERRITOIRE_VIE_SANTE: "Drees et Insee, territoires de vie-santé",
    GroupKind.CANTON: "Insee, cantons",
}
COLUMNS: dict[GroupKind, tuple[Names, Names]] = {
    GroupKind.TERRITOIRE_VIE_SANTE: (TVS, TVS_NAME),
    GroupKind.BASSIN_VIE: (BASSIN, BASSIN_NAME),
    GroupKind.CANTON: (CANTON, CANTON_NAME),
}


@dataclass(frozen=True)
class Columns:
    """Which groups a table tells; without a column of codes, the code is made from the name."""

    kind: GroupKind
    code: int | None
    name: int | None


def read_groups(path: Path, codes: CodeBook, options: Options, progress: Progress) -> FileReading:
    """A layer of groups (Kind.REGROUPEMENT) of the kind asked for, or of every kind recognised. Raises BadReference."""
    told = tuple(names for both in COLUMNS.values() for group in both for names in group)
    table = open_table(path, EXPECTED, (COMMUNE, told), (COMMUNE, GROUP))
    if (
        table.column(TYPECOM) is not None
    ):  # the COG: its cantons have no name, and communes cut by one have none
        raise other_file(path, EXPECTED)
    (commune_at,) = table.columns(COMMUNE)
    found = _columns(path, table, options)
    triage = Triage(codes, progress)
    named = zone_names(path)
    kept: dict[GroupKind, Kept[str, GroupMember]] = {one.kind: Kept(triage) for one in found}
    for line, cells in triage.rows(table, commune_at):
        commune = triage.commune(line, cells[commune_at])
        if commune is None:
            continue
        for one in found:
            name = _name(table, one, cells, named)
            group = plain(name) if one.code is None else cells[one.code]
            if one.kind is GroupKind.CANTON and SHORT_CANTON.fullmatch(group):
                group = departement_of(commune) + group.zfill(2)
            if not group.strip("Zz_"):  # how INSEE writes that there is none
                triage.leave_aside(NO_GROUP)
            else:
                row = GroupMember(commune, group, name or group)
                kept[one.kind].add(line, commune, row, f"{cells[commune_at]} {group}")
    year = str(year_of(path, table, options))
    layers = tuple(
        Layer(Kind.REGROUPEMENT, kind, year, options.source or SOURCES[kind], options.licence, rows.rows())
        for kind, rows in kept.items()
        if len(rows)
    )
    return FileReading(
        detected=f"{table.detected}\u202f; regroupements ({', '.join(layer.variant for layer in layers) or 'vide'})",
        read=triage.read,
        layers=layers,
        rejects=triage.rejects,
        notices=triage.notices,
    )


def _name(table: Table, columns: Columns, cells: Cells, named: Mapping[tuple[str, str], str]) -> str:
    """The name beside the code, else that of the file's own sheet of zones."""
    if columns.name is not None:
        return cells[columns.name]
    return (
        ""
        if columns.code is None
        else named.get((plain(table.header[columns.code]), cells[columns.code]), "")
    )


def _columns(path: Path, table: Table, options: Options) -> tuple[Columns, ...]:
    asked = _asked(path, options)
    known = tuple(
        Columns(kind, table.column(code), table.column(name))
        for kind, (code, name) in COLUMNS.items()
        if asked in {None, kind} and (table.column(code), table.column(name)) != (None, None)
    )
    if known:
        return known
    code, name = table.column(GROUP), table.column(GROUP_NAME)
    if asked is None:
        raise refuse(
            path.name,
            f"le genre des groupes n’y est pas dit. Ajoutez-le\u00a0: --type {' ou '.join(COLUMNS)}",
        )
    if code is None:
        raise refuse(path.name, f"aucune colonne de {asked}. Attendu\u00a0: {EXPECTED}")
    return (Columns(asked, code, name),)


def _asked(path: Path, options: Options) -> GroupKind | None:
    if options.variant is None:
        return None
    said = plain(options.variant)
    for kind in COLUMNS:
        if said in {kind, kind.replace("_vie", "_de_vie")}:
            return kind
    raise refuse(
        path.name, f"genre de groupe inconnu\u00a0: {options.variant}. Connus\u00a0: {', '.join(COLUMNS)}"
    )
