"""Reader of the composition of EPCI: INSEE's Intercommunalité workbook, the DGCL's tables, plain `commune;epci`."""

import re
from collections.abc import Mapping
from pathlib import Path

from services.geo.imports.readers.cells import plain
from services.geo.imports.readers.columns import COMMUNE, EPCI, EPCI_FORM, EPCI_NAME
from services.geo.imports.readers.recognise import open_table, tables_of
from services.geo.imports.readers.tables import Cells
from services.geo.imports.readers.triage import Kept, Triage, is_national
from services.geo.imports.readers.vintage import year_of
from services.geo.imports.readers.zone_names import zone_names
from services.geo.imports.reading import CodeBook, FileReading, Options, Progress, ReferencePatch
from services.geo.imports.records import EpciRow

EXPECTED = "la composition communale des EPCI (CODGEO, EPCI, LIBEPCI)"
SIREN = re.compile(r"\d{9}")
NONE = re.compile(r"z+|")  # how INSEE writes that a commune is in no EPCI
FORMS = {"me": "METRO", "metropole": "METRO", "m": "METRO", "communaute_de_communes": "CC"} | {
    "communaute_d_agglomeration": "CA",
    "communaute_urbaine": "CU",
    "metropole_de_lyon": "MET69",
}


def read_epci(path: Path, codes: CodeBook, options: Options, progress: Progress) -> FileReading:
    """EPCI and the EPCI of each commune, as a patch of the reference. Raises BadReference.

    An EPCI's name or form that the file does not say is an empty text.
    """
    table = open_table(path, EXPECTED, (COMMUNE, EPCI))
    code, epci = table.columns(COMMUNE, EPCI)
    triage = Triage(codes, progress)
    kept: Kept[str, tuple[str, str]] = Kept(triage)
    said = _descriptions(path)
    for line, cells in triage.rows(table, code):
        commune = triage.commune(line, cells[code])
        if commune is None:
            continue
        siren = cells[epci].replace(" ", "")
        if NONE.fullmatch(siren.lower()):
            triage.leave_aside("communes hors de tout EPCI")
        elif not SIREN.fullmatch(siren):
            triage.reject(line, "un SIREN d’EPCI a neuf chiffres", cells[epci])
        else:
            kept.add(line, commune, (commune, siren), f"{cells[code]} {siren}")
    epci_of = dict(kept.rows())
    year = str(year_of(path, table, options))
    patch = ReferencePatch(
        epcis=tuple(said.get(siren, EpciRow(siren, "", "")) for siren in sorted(set(epci_of.values()))),
        epci_of=epci_of,
        objet="EPCI et leurs communes",
        source=options.source or "Insee et DGCL",
        millesime=year,
        licence=options.licence,
        partial=not is_national(epci_of, codes),
    )
    return FileReading(
        detected=f"{table.detected}\u202f; composition de {len(set(epci_of.values()))} EPCI {year}",
        read=triage.read,
        patch=patch if epci_of else None,
        rejects=triage.rejects,
        notices=triage.notices,
    )


def _descriptions(path: Path) -> Mapping[str, EpciRow]:
    """Names and forms of EPCI, from every table of the file that says some."""
    names = {code: name for (level, code), name in zone_names(path).items() if level == "epci"}
    found: dict[str, EpciRow] = {}
    for table in tables_of(path, (EPCI,)):
        (siren_at,) = table.columns(EPCI)
        name_at, form_at = table.column(EPCI_NAME), table.column(EPCI_FORM)
        for _, cells in table.lines():
            siren = cells[siren_at]
            before = found.get(siren, EpciRow(siren, names.get(siren, ""), ""))
            found[siren] = EpciRow(
                siren, before.nom or _cell(cells, name_at), before.forme or _form(_cell(cells, form_at))
            )
    return found


def _cell(cells: Cells, column: int | None) -> str:
    return "" if column is None else cells[column]


def _form(said: str) -> str:
    return FORMS.get(plain(said), said.upper())
