"""A tiny national reference as the official files give it: JSON and compressed CSV, in memory."""

import csv
import io
import lzma
from typing import Any

import orjson
import shapely

FOLDER = ("communes.json", "departements.json", "regions.json", "epci.json", "communes.csv.lzma")


def record(code: str, **changes: Any) -> dict[str, Any]:
    """A current commune of the Var."""
    return {
        "code": code,
        "nom": f"Commune {code}",
        "zone": "metro",
        "departement": "83",
        "region": "93",
        "type": "commune-actuelle",
        "siren": "218300000",
        "codesPostaux": ["83000"],
        "population": 1000,
        **changes,
    }


def degree_box(column: int, row: int = 0) -> str:
    """WKB, in hexadecimal, of a box of a hundredth of a degree near Fréjus."""
    west, south = 6.7 + column / 100, 43.4 + row / 100
    return str(shapely.box(west, south, west + 0.01, south + 0.01).wkb_hex)


def contours_file(
    rows: list[tuple[str, str, str]], header: tuple[str, ...] = ("code", "type", "geometry")
) -> bytes:
    """communes.csv.lzma of rows (code, type, geometry)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return lzma.compress(text.getvalue().encode(), format=lzma.FORMAT_ALONE)


def small_reference() -> dict[str, bytes]:
    """Five communes, one without polygon, a city of two arrondissements, a déléguée: every file by name."""
    communes = [
        record("83001"),
        record("83002", anciensCodes=["83902"]),
        record("83003", population=None),
        record("83050", nom="Ville"),
        record("83051", nom="Ville 1er", type="arrondissement-municipal", commune="83050"),
        record("83052", nom="Ville 2e", type="arrondissement-municipal", commune="83050"),
        record("83901", nom="Vieille", type="commune-deleguee", chefLieu="83001"),
        record("83001", nom="Commune 83001", type="commune-deleguee", chefLieu="83001"),
        record("97501", zone="com", departement="975", region="975"),
    ]
    return {
        "communes.json": orjson.dumps(communes),
        "departements.json": orjson.dumps([{"code": "83", "nom": "Var", "region": "93", "zone": "metro"}]),
        "regions.json": orjson.dumps([{"code": "93", "nom": "PACA", "zone": "metro"}]),
        "epci.json": orjson.dumps(
            [{"code": "200", "nom": "CC", "type": "CC", "membres": [{"code": "83001"}, {"code": "83050"}]}]
        ),
        "communes.csv.lzma": contours_file(
            [
                ("83001", "COM", degree_box(0)),
                ("83002", "COM", degree_box(1)),
                ("83003", "COM", "\\N"),
                ("83050", "COM", degree_box(2)),
                ("83051", "ARM", degree_box(2)),
                ("83052", "ARM", degree_box(3)),
                ("83901", "COMD", "not read"),
            ]
        ),
    }
