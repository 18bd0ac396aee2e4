"""Names of zones in INSEE's tables of belonging: a sheet says NIVGEO, CODGEO, LIBGEO for every zone above communes."""

from collections.abc import Mapping
from pathlib import Path

from services.geo.imports.readers.cells import plain
from services.geo.imports.readers.recognise import tables_of

HEADER = (("nivgeo",), ("codgeo",), ("libgeo",))


def zone_names(path: Path) -> Mapping[tuple[str, str], str]:
    """Name by level (`bv2022`, `epci`) and code; empty where the file has no such sheet."""
    found = {}
    for table in tables_of(path, HEADER):
        level, code, name = table.columns(*HEADER)
        for _, cells in table.lines():
            found[plain(cells[level]), cells[code]] = cells[name]
    return found
