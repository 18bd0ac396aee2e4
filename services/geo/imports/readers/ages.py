"""Reader of INSEE's ages by commune (base-cc-evol-struct-pop): residents in seven age bands."""

from fnmatch import fnmatchcase
from pathlib import Path

from services.geo.imports.readers.cells import number, plain
from services.geo.imports.readers.columns import BANDS, COMMUNE
from services.geo.imports.readers.recognise import open_table
from services.geo.imports.readers.refusal import refuse
from services.geo.imports.readers.tables import Table
from services.geo.imports.readers.triage import Kept, Triage
from services.geo.imports.reading import CodeBook, FileReading, Options, Progress
from services.geo.layers.kinds import CommuneAges, Kind, Layer

EXPECTED = (
    "les populations par âge de l’Insee (base-cc-evol-struct-pop, colonnes CODGEO, PAA_POP0014 à PAA_POP90P)"
)


def read_ages(path: Path, codes: CodeBook, options: Options, progress: Progress) -> FileReading:
    """Residents by age band (Kind.AGES); of several censuses in one file, that of the year asked for, else the
    latest. Raises BadReference."""
    table = open_table(path, EXPECTED, (COMMUNE, *BANDS))
    census = _census(path, table, options)
    bands = tuple((f"p{census}_{names[0].removeprefix('p??_')}",) for names in BANDS)
    code, *columns = table.columns(COMMUNE, *bands)
    triage = Triage(codes, progress)
    kept: Kept[str, CommuneAges] = Kept(triage)
    for line, cells in triage.rows(table, code):
        commune = triage.commune(line, cells[code])
        if commune is None:
            continue
        said = [cells[column] for column in columns]
        if not any(said):
            triage.leave_aside("communes sans population publiée")
            continue
        try:
            residents = tuple(number(cell) for cell in said)
        except ValueError as error:
            triage.reject(line, str(error), cells[code])
            continue
        if min(residents) < 0:
            triage.reject(line, "population négative", cells[code])
            continue
        kept.add(line, commune, CommuneAges(commune, sum(residents), residents), cells[code])
    year = f"20{census}"
    layer = Layer(
        Kind.AGES,
        year,
        year,
        options.source or "Insee, recensement de la population",
        options.licence,
        kept.rows(),
    )
    return FileReading(
        detected=f"{table.detected}\u202f; population par âge {year}",
        read=triage.read,
        layers=(layer,) if len(kept) else (),
        rejects=triage.rejects,
        notices=triage.notices,
    )


def _census(path: Path, table: Table, options: Options) -> str:
    """Two digits of the census to read: columns are named after it (`P22_POP0014`)."""
    said = (plain(cell) for cell in table.header)
    held = sorted({cell[1:3] for cell in said if fnmatchcase(cell, BANDS[0][0])})
    if options.millesime is None:
        return held[-1]
    asked = f"{options.millesime % 100:02}"
    if asked not in held:
        years = ", ".join(f"20{one}" for one in held)
        raise refuse(path.name, f"pas de population de {options.millesime}. Années présentes\u00a0: {years}")
    return asked
