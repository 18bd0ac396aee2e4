"""Reader of the Drees workbooks of accessibilité potentielle localisée (APL): a sheet for each year."""

from pathlib import Path

from services.geo.imports.readers.cells import number, only_year
from services.geo.imports.readers.columns import APL, COMMUNE
from services.geo.imports.readers.levels import NOT_KNOWN, level_of, profession_of
from services.geo.imports.readers.recognise import open_tables
from services.geo.imports.readers.refusal import refuse
from services.geo.imports.readers.tables import Table
from services.geo.imports.readers.triage import Kept, Triage
from services.geo.imports.readers.vintage import year_of
from services.geo.imports.readers.zonage_columns import asked_profession
from services.geo.imports.reading import CodeBook, FileReading, Options, Progress
from services.geo.layers.kinds import CommuneApl, Kind, Layer, Profession, profession_variant

EXPECTED = "l’accessibilité potentielle localisée de la Drees (feuilles APL AAAA, colonne APL aux médecins…)"


def read_apl(path: Path, codes: CodeBook, options: Options, progress: Progress) -> FileReading:
    """The APL of each year of the file, or of the year asked for (Kind.APL). Raises BadReference."""
    tables = open_tables(path, EXPECTED, (COMMUNE, APL))
    triage = Triage(codes, progress)
    layers: dict[str, Layer] = {}
    detected = []
    for table in tables:
        year = only_year((table.sheet or "",)) or year_of(path, table, options)
        if options.millesime not in {None, year}:
            continue
        layer = _layer(path, table, year, options, triage)
        if layer.variant in layers:
            raise refuse(path.name, f"plusieurs feuilles donnent l’APL {layer.variant}. N’en gardez qu’une")
        layers[layer.variant] = layer
        detected.append(table.detected)
    if not detected:
        raise refuse(path.name, f"aucune feuille de l’année {options.millesime}")
    return FileReading(
        detected=f"{', '.join(detected)}\u202f; APL ({', '.join(layers)})",
        read=triage.read,
        layers=tuple(layer for layer in layers.values() if layer.rows),
        rejects=triage.rejects,
        notices=triage.notices,
    )


def _layer(path: Path, table: Table, year: int, options: Options, triage: Triage) -> Layer:
    code, value = table.columns(COMMUNE, APL)
    profession = (
        asked_profession(path, options)
        or profession_of(table.header[value])
        or profession_of(*table.titles)
        or Profession.MEDECIN
    )
    kept: Kept[str, CommuneApl] = Kept(triage)
    for line, cells in triage.rows(table, code):
        commune = triage.commune(line, cells[code])
        if commune is None:
            continue
        if level_of(cells[value], profession) == NOT_KNOWN:
            triage.leave_aside("communes sans APL publiée")
            continue
        try:
            apl = number(cells[value])
        except ValueError as error:
            triage.reject(line, str(error), cells[code])
            continue
        if apl < 0:
            triage.reject(line, "APL négative", cells[code])
            continue
        kept.add(line, commune, CommuneApl(commune, apl), f"{cells[code]} {cells[value]}")
    return Layer(
        Kind.APL,
        profession_variant(profession, year),
        str(year),
        options.source or "Drees, accessibilité potentielle localisée",
        options.licence,
        kept.rows(),
    )
