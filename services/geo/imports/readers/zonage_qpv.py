"""Reader of the zonage of quartiers prioritaires: workbooks of the ARS (sheet ZD_QPV) and `code_qp;zonage` tables."""

from pathlib import Path

from services.geo.imports.readers.cells import only_year
from services.geo.imports.readers.columns import QPV, ZONAGE
from services.geo.imports.readers.levels import level_of, likened, profession_of
from services.geo.imports.readers.recognise import open_tables, other_file
from services.geo.imports.readers.tables import Table
from services.geo.imports.readers.triage import QPV_CODE, Kept, Triage, qpv_column
from services.geo.imports.readers.vintage import year_of
from services.geo.imports.readers.zonage import NO_LEVEL
from services.geo.imports.readers.zonage_columns import asked_profession, level_columns
from services.geo.imports.reading import CodeBook, FileReading, Options, Progress
from services.geo.layers.kinds import Kind, Layer, Profession, QpvZonage, profession_variant

EXPECTED = "une table des quartiers prioritaires et de leur zonage (code_qp;zonage, feuille ZD_QPV des ARS)"
ANY_CODE = ("code*", "*qpv*", "*qp*", "*quartier*")


def read_zonage_qpv(path: Path, codes: CodeBook, options: Options, progress: Progress) -> FileReading:
    """The zonage of the QPV of a file (Kind.ZONAGE_QPV), for one profession and year. Raises BadReference."""
    profession = asked_profession(path, options)
    table, code, value = _found(path, profession, options)
    profession = profession or profession_of(*table.titles, table.header[value]) or Profession.MEDECIN
    triage = Triage(codes, progress)
    kept: Kept[str, QpvZonage] = Kept(triage)
    for line, cells in triage.rows(table, code):
        qpv, said = cells[code].upper().replace(" ", ""), cells[value]
        level = level_of(said, profession)
        if not QPV_CODE.fullmatch(qpv):
            triage.reject(line, "ce n’est pas un code de quartier prioritaire (QP… ou QN…)", cells[code])
        elif level is None:
            triage.reject(line, f"niveau inconnu pour {profession}", said)
        elif not level:
            triage.leave_aside(NO_LEVEL)
        else:
            if told := likened(said):
                triage.note(told)
            kept.add(line, qpv, QpvZonage(qpv, level), f"{qpv} {said}")
    year = year_of(path, table, options, (table.header[value],))
    layer = Layer(
        Kind.ZONAGE_QPV,
        profession_variant(profession, year),
        str(year),
        options.source or "Agences régionales de santé",
        options.licence,
        kept.rows(),
    )
    return FileReading(
        detected=f"{table.detected}\u202f; zonage de quartiers prioritaires",
        read=triage.read,
        layers=(layer,) if len(kept) else (),
        rejects=triage.rejects,
        notices=triage.notices,
    )


def _found(path: Path, profession: Profession | None, options: Options) -> tuple[Table, int, int]:
    """The table, its column of QPV codes and its column of levels: that of the year asked for, else the last."""
    for table in open_tables(path, EXPECTED, (QPV, ZONAGE), (ANY_CODE,)):
        code = qpv_column(table)
        if code is not None and (values := level_columns(table, code, (profession or Profession.MEDECIN,))):
            years = {only_year((table.header[value],)): value for value in values}
            return table, code, years.get(options.millesime, values[-1])
    raise other_file(path, EXPECTED)
