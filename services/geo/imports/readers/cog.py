"""Reader of INSEE's Code officiel géographique: `v_commune_AAAA.csv` and, beside it, `v_mvt_commune_AAAA.csv`."""

from collections.abc import Iterator
from pathlib import Path

from services.geo.imports.readers.cells import day
from services.geo.imports.readers.cog_moves import Move, ended, successors
from services.geo.imports.readers.columns import COM, COM_AV, COMPARENT, DATE_EFF, MOD, TYPECOM
from services.geo.imports.readers.recognise import open_table, tables_of
from services.geo.imports.readers.refusal import refuse
from services.geo.imports.readers.tables import Table
from services.geo.imports.readers.triage import CODE, Kept, Triage
from services.geo.imports.readers.vintage import year_of
from services.geo.imports.reading import CodeBook, FileReading, Options, Progress, ReferencePatch
from services.geo.imports.records import CommuneRow, OldCodeRow, OldNature
from services.geo.territory.codes import OUT_OF_SCOPE

EXPECTED = "la liste des communes de l’Insee (v_commune_AAAA.csv), seule ou avec v_mvt_commune_AAAA.csv dans un dossier"
COMMUNES = (TYPECOM, COM, ("reg",), ("dep",), ("libelle",), COMPARENT)
MOVES = (
    MOD,
    DATE_EFF,
    ("typecom_av", "type_commune_avant"),
    COM_AV,
    ("libelle_av", "libelle_avant", "nccenr_av*"),
    ("typecom_ap", "type_commune_apres"),
    ("com_ap", "id_commune_apres"),
)
PARTS: dict[str, OldNature] = {"COMD": "deleguee", "COMA": "associee"}
OUT = "communes de collectivités que Rezone ne sert pas"


def read_cog(path: Path, codes: CodeBook, options: Options, progress: Progress) -> FileReading:
    """Communes, arrondissements and old codes of one year of the COG. Raises BadReference.

    `path`: the file of communes, or a folder or zip that holds it and the moves. Without moves, old codes are only
    those of communes déléguées and associées. What the file does not say (EPCI, population…) is left empty.
    """
    table = open_table(path, EXPECTED, COMMUNES)
    year = year_of(path, table, options)
    triage = Triage(codes, progress)
    communes, parts = _communes(table, codes, triage)
    absent = sorted(set(codes.departements()) - {row.departement for row in communes.values()})
    if absent:
        raise refuse(
            path.name,
            f"aucune commune des départements {', '.join(absent[:10])}. Le fichier est sans doute tronqué",
        )
    current = frozenset(communes)
    old = {(row.code, row.actuel): row for row in parts if row.code not in current and row.actuel in current}
    moves = tables_of(path, MOVES)
    if moves:
        for row in _ancient(tuple(_moves(moves[0], triage)), current, frozenset(code for code, _ in old)):
            old[row.code, row.actuel] = row
    beside = f", avec {moves[0].file}" if moves else ", sans les mouvements (v_mvt_commune)"
    return FileReading(
        detected=f"{table.detected}\u202f; COG {year}{beside}",
        read=triage.read,
        patch=ReferencePatch(
            cog=year,
            communes=tuple(communes[code] for code in sorted(communes)),
            old_codes=tuple(old[key] for key in sorted(old)),
            objet="Communes et codes",
            source=options.source or "Insee, Code officiel géographique",
            millesime=str(year),
            licence=options.licence,
        ),
        rejects=triage.rejects,
        notices=triage.notices,
    )


def _communes(
    table: Table, codes: CodeBook, triage: Triage
) -> tuple[dict[str, CommuneRow], list[OldCodeRow]]:
    kept: Kept[str, CommuneRow] = Kept(triage)
    parts: list[OldCodeRow] = []
    served = frozenset(codes.departements())
    typecom, code_at, reg, dep, libelle, parent_at = table.columns(*COMMUNES)
    for line, cells in triage.rows(table, code_at):
        kind, code, name, parent = cells[typecom], cells[code_at].upper(), cells[libelle], cells[parent_at]
        if not CODE.fullmatch(code) or not name:
            triage.reject(line, "code ou nom de commune absent", f"{code} {name}".strip())
        elif code.startswith(OUT_OF_SCOPE):
            triage.leave_aside(OUT)
        elif kind in PARTS:
            parts.append(OldCodeRow(code, parent, PARTS[kind], name))
        elif kind not in {"COM", "ARM"}:
            triage.reject(line, "type de commune inconnu", kind)
        elif cells[dep] not in served:
            triage.reject(line, "département inconnu du référentiel", cells[dep])
        else:
            row = CommuneRow(
                code=code,
                nom=name,
                nature="arrondissement" if kind == "ARM" else "commune",
                parent=parent if kind == "ARM" else None,
                departement=cells[dep],
                region=cells[reg].zfill(2),
                epci=None,
                siren=None,
                codes_postaux=(),
                population=None,
            )
            kept.add(line, code, row, f"{code} {name}")
    return {row.code: row for row in kept.rows()}, parts


def _moves(table: Table, triage: Triage) -> Iterator[Move]:
    _, when, type_before, before, name, type_after, after = table.columns(*MOVES)
    for line, cells in triage.rows(table, before):
        try:
            date = day(cells[when]).isoformat()
        except ValueError:
            triage.reject(line, "date d’effet illisible", cells[when])
            continue
        if CODE.fullmatch(cells[before]) and CODE.fullmatch(cells[after]):
            yield Move(date, cells[type_before], cells[before], cells[name], cells[type_after], cells[after])
        else:
            triage.reject(line, "code de commune absent", f"{cells[before]} {cells[after]}".strip())


def _ancient(moves: tuple[Move, ...], current: frozenset[str], known: frozenset[str]) -> Iterator[OldCodeRow]:
    """Old codes that the list of communes does not hold as déléguées or associées."""
    ends = ended(moves, current)
    for code, actuels in successors(moves, current).items():
        if code not in known:
            for actuel in actuels:
                yield OldCodeRow(code, actuel, "ancien", ends[code].name or None)
