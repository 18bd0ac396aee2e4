"""Perimeters of existing CPTS drawn on a map: their communes, listed by the file or else found under the polygon."""

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import shapely

from services.geo.imports.readers.cells import day, only_year, plain
from services.geo.imports.readers.columns import CPTS, CPTS_CODE, SIGNATURE, STATUT, TAILLE
from services.geo.imports.readers.commune_code import commune_codes
from services.geo.imports.readers.polygonal import sound_polygons
from services.geo.imports.readers.refusal import refuse
from services.geo.imports.readers.shape_columns import lacking
from services.geo.imports.readers.vectors import Batch, VectorLayer, read_batches, vector_layers
from services.geo.imports.reading import CodeBook, FileReading, Options, Progress, Reject
from services.geo.layers.kinds import CptsPerimeter, Kind, Layer

# A commune is in a CPTS whose polygon holds at least this share of its area: perimeters are drawn by hand.
SHARE = 0.5
_COMMUNES = (
    "codes_communes",
    "codes_insee",
    "code_insee",
    "insee_com",
    "codgeo",
    "code_commune",
    "insee",
    "communes",
)
_NAMES = (*CPTS, "nom", "libelle", "name")
_CODES = re.compile(r"\W*((\d{4,5}|2[ABab]\d{3})\W*)+")


@dataclass(frozen=True)
class _Columns:
    nom: str
    code: str | None
    statut: str | None
    signature: str | None
    taille: str | None
    communes: str | None

    def all(self) -> list[str]:
        """Those that the layer has."""
        told = (self.nom, self.code, self.statut, self.signature, self.taille, self.communes)
        return [name for name in told if name]


@dataclass
class _Found:
    perimeters: dict[str, CptsPerimeter] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    read: int = 0
    repaired: int = 0


def read_cpts_geojson(path: Path, codes: CodeBook, options: Options, progress: Progress) -> FileReading:
    """The CPTS of a file of shapes as one layer; features of one CPTS are put together.

    Raises BadReference where the file names no CPTS.
    """
    found = _Found()
    with vector_layers(path) as layers:
        chosen = [(layer, columns) for layer in layers if (columns := _columns(layer))]
        if not chosen:
            raise lacking(path.name, "de nom de CPTS (cpts, nom…)", layers, "cpts")
        for layer, columns in chosen:
            for batch in read_batches(layer, columns.all(), options.crs, progress):
                _read_batch(batch, layer.name, columns, codes, found)
        detected = ", ".join(
            dict.fromkeys(f"{layer.file.format}, {layer.system(options.crs)}" for layer, _ in chosen)
        )
    if not found.perimeters:
        raise refuse(path.name, "aucun périmètre de CPTS lisible")
    notices = []
    if found.repaired:
        notices.append(f"Polygones non valides réparés\u00a0: {found.repaired}.")
    if found.unknown:
        listed = ", ".join(sorted(found.unknown)[:10])
        notices.append(f"Codes de commune inconnus, laissés de côté\u00a0: {listed}.")
    return FileReading(
        detected=f"Périmètres de CPTS, {detected}",
        read=found.read,
        layers=(
            Layer(
                Kind.CPTS,
                "",
                str(options.millesime or only_year((path.name,)) or "non précisé"),
                options.source or path.name,
                options.licence,
                tuple(found.perimeters[code] for code in sorted(found.perimeters)),
            ),
        ),
        rejects=tuple(found.rejects),
        notices=tuple(notices),
    )


def _columns(layer: VectorLayer) -> _Columns | None:
    nom = layer.column(*_NAMES)
    if nom is None:
        return None
    communes = layer.column(*_COMMUNES)
    told = (layer.column(*CPTS), layer.column(*STATUT), layer.column(*SIGNATURE), layer.column(*TAILLE))
    # A name alone could be anything's: something else must speak of a CPTS.
    if not any(told):
        return None
    return _Columns(nom, layer.column(*CPTS_CODE), *told[1:], communes)


def _read_batch(batch: Batch, name: str, columns: _Columns, codes: CodeBook, found: _Found) -> None:
    sound = sound_polygons(batch, name)
    found.read += len(sound.geometries)
    found.repaired += int(sound.repaired.sum())
    reasons = {reject.line: reject for reject in sound.rejects}
    for position, shape in enumerate(sound.geometries):
        number = batch.first + position
        row = {column: batch.columns[column][position] for column in columns.all()}
        nom = str(row[columns.nom] or "").strip()
        listed = _listed(row[columns.communes] if columns.communes else None, codes, found)
        if not nom:
            found.rejects.append(Reject(number, "CPTS sans nom"))
        elif not listed and shape is None:
            found.rejects.append(reasons.get(number, Reject(number, "aucune forme", nom)))
        elif communes := listed or codes.covered(shapely.to_wkb(shape), SHARE):
            _add(found, _perimeter(nom, row, columns, communes))
        else:
            found.rejects.append(Reject(number, "aucune commune couverte pour moitié", nom))


def _listed(cell: Any, codes: CodeBook, found: _Found) -> tuple[str, ...]:
    """Communes that a cell lists by their codes; a cell of names lists none."""
    if cell is None or not (isinstance(cell, list) or _CODES.fullmatch(str(cell))):
        return ()
    told = commune_codes(cell, codes)
    found.unknown.update(code for code in told if not codes.current(code))
    return tuple(code for code in told if codes.current(code))


def _perimeter(nom: str, row: dict[str, Any], columns: _Columns, communes: tuple[str, ...]) -> CptsPerimeter:
    code = str((columns.code and row[columns.code]) or "").strip() or plain(nom)
    statut = str((columns.statut and row[columns.statut]) or "").strip()
    taille = re.search(r"\b[1-4]\b", str((columns.taille and row[columns.taille]) or ""))
    return CptsPerimeter(
        code=code,
        nom=nom,
        statut=statut or None,
        signature=_day(row[columns.signature] if columns.signature else None),
        taille=int(taille[0]) if taille else None,
        communes=communes,
    )


def _day(cell: Any) -> date | None:
    try:
        return day(str(cell))
    except ValueError:
        return None


def _add(found: _Found, one: CptsPerimeter) -> None:
    """Features of one CPTS put together; what is said of it is what its first feature says."""
    known = found.perimeters.get(one.code, one)
    found.perimeters[one.code] = CptsPerimeter(
        code=one.code,
        nom=known.nom,
        statut=known.statut or one.statut,
        signature=known.signature or one.signature,
        taille=known.taille or one.taille,
        communes=tuple(sorted({*known.communes, *one.communes})),
    )
