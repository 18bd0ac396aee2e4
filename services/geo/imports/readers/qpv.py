"""Quartiers prioritaires of the 2015 and 2024 generations, told apart by their codes. Nothing is stored."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely

from services.geo.imports.readers.commune_code import commune_codes
from services.geo.imports.readers.ground import Ground
from services.geo.imports.readers.polygonal import sound_polygons
from services.geo.imports.readers.refusal import refuse
from services.geo.imports.readers.shape_columns import QPV_CODES, lacking
from services.geo.imports.readers.triage import departement_of
from services.geo.imports.readers.vectors import VectorLayer, read_batches, vector_layers
from services.geo.imports.reading import CodeBook, FileReading, Options, Progress, Reject
from services.geo.layers.kinds import Kind, Layer, QpvShape
from services.geo.layers.merge import departement_of_qpv
from services.geo.territory.codes import OUT_OF_SCOPE

OUTSIDE = "hors de la métropole et des cinq départements d’outre-mer"
# décret n° 2014-1750: QP and six digits; décrets n° 2023-1314 and 2024-1212: QN, the département, a rank, a letter.
_CODE = re.compile(r"(QP|QN)[0-9A-Z]{6}")
_GENERATION = {"QP": "2015", "QN": "2024"}
_NAMES = (
    "lib_qp",
    "nom_qp",
    "lib_qpv",
    "nom_qpv",
    "libelle_qp",
    "nom_quartier",
    "quartier",
    "nom",
    "libelle",
)
_COMMUNES = (
    "insee_com",
    "code_commune",
    "codes_communes",
    "code_insee",
    "insee",
    "depcom",
    "com_code",
    "codgeo",
)
_POPULATIONS = ("population", "pop_qp", "pop_mun_qp", "pop", "pop_2018", "pop_2013", "population_qp")


@dataclass(frozen=True)
class _Columns:
    code: str
    nom: str | None
    communes: str | None
    population: str | None

    def all(self) -> list[str]:
        return [name for name in (self.code, self.nom, self.communes, self.population) if name]


@dataclass
class _Found:
    ground: Ground
    shapes: dict[str, QpvShape] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)
    rejects: list[Reject] = field(default_factory=list)
    unknown: dict[str, str] = field(default_factory=dict)
    read: int = 0
    repaired: int = 0


def read_qpv(path: Path, codes: CodeBook, options: Options, progress: Progress) -> FileReading:
    """The quartiers of a file as one layer, its variant the generation.

    Raises BadReference for a code given twice, for codes of both generations, and for a generation that
    `options.variant` denies.
    """
    found = _Found(Ground(codes))
    formats: list[str] = []
    with vector_layers(path) as layers:
        chosen = [(layer, columns) for layer in layers if (columns := _columns(layer))]
        if not chosen:
            raise lacking(path.name, "de code de QPV (code_qp)", layers, "qpv")
        for layer, columns in chosen:
            formats.append(f"{layer.file.format}, {layer.system(options.crs)}")
            _read_layer(layer, columns, codes, options, progress, found)
    generation = _generation(found, options, path.name)
    return FileReading(
        detected=f"Quartiers prioritaires, génération {generation}, {', '.join(dict.fromkeys(formats))}",
        read=found.read,
        layers=(
            Layer(
                Kind.QPV,
                generation,
                str(options.millesime or generation),
                options.source or "ANCT, quartiers prioritaires de la politique de la ville",
                options.licence or "Licence Ouverte 2.0",
                tuple(found.shapes[code] for code in sorted(found.shapes)),
            ),
        ),
        rejects=tuple(found.rejects),
        notices=_notices(found),
    )


def _columns(layer: VectorLayer) -> _Columns | None:
    code = layer.column(*QPV_CODES)
    if code is None:
        return None
    return _Columns(code, layer.column(*_NAMES), layer.column(*_COMMUNES), layer.column(*_POPULATIONS))


def _read_layer(
    layer: VectorLayer,
    columns: _Columns,
    codes: CodeBook,
    options: Options,
    progress: Progress,
    found: _Found,
) -> None:
    for batch in read_batches(layer, columns.all(), options.crs, progress):
        sound = sound_polygons(batch, layer.name)
        found.read += len(sound.geometries)
        found.repaired += int(sound.repaired.sum())
        found.rejects.extend(sound.rejects)
        for position, shape in enumerate(sound.geometries):
            if shape is None:
                continue
            row = {name: batch.columns[name][position] for name in columns.all()}
            code = str(row[columns.code] or "").strip().upper()
            if not _CODE.fullmatch(code):
                found.rejects.append(
                    Reject(batch.first + position, "code de QPV attendu (QN ou QP puis six caractères)", code)
                )
                continue
            if code[2:5] in OUT_OF_SCOPE:
                found.rejects.append(Reject(batch.first + position, OUTSIDE, code))
                continue
            communes = _communes(code, row[columns.communes] if columns.communes else None, codes, found)
            if reason := found.ground.refusal(shape, _departements(code, communes, codes)):
                found.rejects.append(Reject(batch.first + position, reason, code))
                continue
            found.seen[code] += 1
            found.shapes[code] = QpvShape(
                code=code,
                nom=str((columns.nom and row[columns.nom]) or code).strip(),
                communes=communes,
                population=_population(row[columns.population] if columns.population else None),
                wkb=shapely.to_wkb(shape),
            )


def _communes(qpv: str, cell: Any, codes: CodeBook, found: _Found) -> tuple[str, ...]:
    """Codes of the file as it gives them, but those that the reference never knew."""
    told = commune_codes(cell, codes)
    for code in told:
        if not codes.current(code):
            found.unknown[code] = qpv
    return tuple(code for code in told if codes.current(code))


def _departements(qpv: str, communes: tuple[str, ...], codes: CodeBook) -> list[str]:
    """Where a quartier may lie: in the départements of its communes, or in the one that its code names."""
    told = {departement_of(current) for code in communes for current in codes.current(code)}
    return sorted(told | {departement_of_qpv(qpv)})


def _population(cell: Any) -> int | None:
    try:
        count = round(float(str(cell).replace(",", ".").replace("\u202f", "").replace("\u00a0", "")))
    except (ValueError, OverflowError):
        return None
    return count if count >= 0 else None


def _generation(found: _Found, options: Options, file: str) -> str:
    found.ground.check(file)
    if not found.shapes:
        first = found.rejects[0] if found.rejects else None
        said = f" (forme {first.line}\u00a0: {first.reason})" if first else ""
        raise refuse(file, f"aucun quartier prioritaire lisible{said}")
    twice = sorted(code for code, times in found.seen.items() if times > 1)
    if twice:
        shown = ", ".join(twice[:10]) + ("…" if len(twice) > 10 else "")
        raise refuse(
            file, f"codes de QPV en double ({shown}). Une forme par quartier est attendue", features=twice
        )
    # Overseas quartiers kept their codes of 2015 a year longer than the others.
    mainland = [code for code in found.shapes if not code[2:5].startswith("97")]
    counts = Counter(_GENERATION[code[:2]] for code in mainland or found.shapes)
    if len(counts) > 1:
        told = " et ".join(f"{counts[one]} de {one}" for one in sorted(counts))
        raise refuse(file, f"quartiers de deux générations\u00a0: {told}. Donnez un fichier pour chacune")
    generation = next(iter(counts))
    if options.variant and options.variant != generation:
        raise refuse(file, f"codes de la génération {generation}, alors que {options.variant} est demandée")
    return generation


def _notices(found: _Found) -> tuple[str, ...]:
    told = []
    if found.repaired:
        told.append(f"Polygones non valides réparés\u00a0: {found.repaired}.")
    if found.unknown:
        listed = ", ".join(f"{code} ({qpv})" for code, qpv in sorted(found.unknown.items())[:10])
        told.append(f"Codes de commune inconnus, laissés de côté\u00a0: {listed}.")
    return tuple(told)
