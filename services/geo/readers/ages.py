"""Reader of INSEE's ages by commune (base-cc-evol-struct-pop): residents in seven age bands."""

from pathlib import Path

from services.geo.layers import CommuneAges, Kind, Layer
from services.geo.readers.cells import number
from services.geo.readers.columns import BANDS, COMMUNE
from services.geo.readers.recognise import open_table
from services.geo.readers.triage import Kept, Triage
from services.geo.readers.vintage import year_of
from services.geo.reading import CodeBook, FileReading, Options, Progress

EXPECTED = (
    "les populations par âge de l’Insee (base-cc-evol-struct-pop, colonnes CODGEO, PAA_POP0014 à PAA_POP90P)"
)


def read_ages(path: Path, codes: CodeBook, options: Options, progress: Progress) -> FileReading:
    """Residents by age band (Kind.AGES); of several censuses in one file, the latest. Raises BadReference."""
    table = open_table(path, EXPECTED, (COMMUNE, *BANDS))
    census = max(
        cell.upper()[1:3] for cell in table.header if cell.upper().endswith("_POP0014") and cell[0] in "Pp"
    )
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
    year = str(year_of(path, table, options, (f"20{census}",)))
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
