"""Zonage médecin and QPV: the facts that ship with the project, read from their data file. Pure."""

import csv
import io
from importlib.resources import files

from services.geo.imports.records import ZonageRow
from shared.errors import BadReference
from shared.schemas.geo import Zonage

FILE = "data/zonage_faits.csv"
KNOWN = frozenset({Zonage.ZIP, Zonage.ZAC, Zonage.ZAR, Zonage.HZ})


def shipped_zonage() -> bytes:
    """The facts of the two published reports (79 communes), as CSV."""
    return files("services.geo").joinpath(FILE).read_bytes()


def read_zonage(content: bytes, file: str = FILE) -> tuple[ZonageRow, ...]:
    """Rows `code,millesime,zonage,qpv,source`. Raises BadReference naming the line."""
    rows = []
    reader = csv.DictReader(io.StringIO(content.decode("utf-8")))
    for record in reader:
        try:
            row = ZonageRow(
                record["code"],
                int(record["millesime"]),
                Zonage(record["zonage"]),
                int(record["qpv"]),
                record["source"],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BadReference(
                f"{file}, ligne {reader.line_num}\u00a0: {error}.", file=file, line=reader.line_num
            ) from error
        if row.zonage not in KNOWN or row.qpv < 0:
            raise BadReference(
                f"{file}, ligne {reader.line_num}\u00a0: ZIP, ZAC, ZAR ou HZ et un nombre de QPV sont attendus.",
                file=file,
                line=reader.line_num,
            )
        rows.append(row)
    return tuple(rows)
