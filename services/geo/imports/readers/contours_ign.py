"""Polygons of communes: IGN's ADMIN EXPRESS COG in any of its forms, and plain files of a code and a polygon.

Codes are sorted by the reference: current ones, older ones, unknown ones. Nothing is stored.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import shapely

from services.geo.imports.readers.commune_code import commune_code
from services.geo.imports.readers.ground import Ground
from services.geo.imports.readers.polygonal import sound_polygons
from services.geo.imports.readers.refusal import refuse
from services.geo.imports.readers.shape_columns import COMMUNE_CODES, QPV_CODES, lacking
from services.geo.imports.readers.triage import departement_of
from services.geo.imports.readers.vectors import VectorLayer, read_batches, vector_layers
from services.geo.imports.reading import CodeBook, FileReading, Options, Progress, ReferencePatch, Reject
from services.geo.territory.codes import OUT_OF_SCOPE

# Over this share of unknown codes, polygons and reference are not of one vintage.
MAX_UNKNOWN = 0.05
# Arrondissements municipaux, communes déléguées and associées, by their own code; the commune they belong to.
PART_CODES = ("insee_arm", "insee_cad")
PARENTS = (
    "code_insee_de_la_commune_de_rattach*",
    "insee_ratt",
    "insee_rattach",
)
_COMMUNAL = re.compile(r"^(?!ch(e)?f).*(commune|arrondissement_municipal|\barm\b)", re.IGNORECASE)


@dataclass(frozen=True)
class _Columns:
    """Where a layer writes codes; `parent` is None in a layer of whole communes."""

    code: str
    parent: str | None


@dataclass
class _Found:
    """What is gathered as layers are read: WKB by current commune, by older code, and what was left out."""

    ground: Ground
    whole: dict[str, bytes] = field(default_factory=dict)
    merged: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    older: dict[str, bytes] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    read: int = 0
    repaired: int = 0
    unknown: int = 0
    zeros: int = 0


def read_contours_ign(path: Path, codes: CodeBook, options: Options, progress: Progress) -> FileReading:
    """Contours of the communes of a file, zip or folder; old communes are united into the current one.

    Raises BadReference where a code comes twice or where codes are of another vintage than the reference.
    """
    found = _Found(ground=Ground(codes))
    with vector_layers(path) as layers:
        chosen = _communal(layers)
        if not chosen:
            raise lacking(path.name, "de code de commune (INSEE_COM, code_insee…)", layers, "contours")
        for layer, columns in chosen:
            _read_layer(layer, columns, codes, options, progress, found)
        detected = _detected(chosen, options)
        official = any(layer.column("cleabs", "insee_com") for layer, _ in chosen)
    _check(found, path.name, codes)
    contours = _united(found)
    served = {departement_of(code) for code in contours}
    return FileReading(
        detected=detected,
        read=found.read,
        patch=ReferencePatch(
            contours=contours,
            old_contours=found.older,
            objet="Contours des communes",
            source=options.source or ("IGN, ADMIN EXPRESS COG" if official else path.name),
            millesime=_millesime(path, options),
            licence=options.licence or ("Licence Ouverte 2.0" if official else None),
            partial=not set(codes.departements()) <= served,
        ),
        rejects=tuple(found.rejects),
        notices=_notices(found),
    )


def _communal(layers: Sequence[VectorLayer]) -> list[tuple[VectorLayer, _Columns]]:
    """Layers of communes and their parts: by name where names tell, since départements have codes too."""
    named = [layer for layer in layers if _COMMUNAL.search(layer.layer or layer.file.path.stem)]
    return [(layer, columns) for layer in named or layers if (columns := _columns(layer))]


def _columns(layer: VectorLayer) -> _Columns | None:
    if layer.column(*QPV_CODES):
        return None
    part = layer.column(*PART_CODES)
    if part:
        return _Columns(part, layer.column("insee_com", *PARENTS))
    code = layer.column(*COMMUNE_CODES)
    return _Columns(code, layer.column(*PARENTS)) if code else None


def _read_layer(
    layer: VectorLayer,
    columns: _Columns,
    codes: CodeBook,
    options: Options,
    progress: Progress,
    found: _Found,
) -> None:
    wanted = [columns.code, columns.parent] if columns.parent else [columns.code]
    for batch in read_batches(layer, wanted, options.crs, progress):
        sound = sound_polygons(batch, layer.name)
        found.read += len(sound.geometries)
        found.repaired += int(sound.repaired.sum())
        found.rejects.extend(sound.rejects)
        shapes = shapely.to_wkb(sound.geometries)
        parents = batch.columns[columns.parent] if columns.parent else None
        for position, value in enumerate(batch.columns[columns.code]):
            shape = shapes[position]
            if shape is None:
                continue
            code, repaired = commune_code(value, codes)
            found.zeros += repaired
            number = batch.first + position
            parent = commune_code(parents[position], codes)[0] if parents is not None else ""
            if current := codes.current(code) or codes.current(parent):
                departements = sorted({departement_of(one) for one in current})
                if reason := found.ground.refusal(sound.geometries[position], departements):
                    found.rejects.append(Reject(number, reason, code))
                    continue
            if parents is None:
                _whole(found, code, shape, codes, number)
            else:
                _part(found, code, parent, shape, codes)


def _whole(found: _Found, code: str, shape: bytes, codes: CodeBook, number: int) -> None:
    if not code:
        found.rejects.append(Reject(number, "code de commune absent"))
        return
    found.seen[code] += 1
    current = codes.current(code)
    if not current:
        outside = code.startswith(OUT_OF_SCOPE)
        found.unknown += not outside
        reason = "hors de la métropole et des cinq départements d’outre-mer" if outside else "code inconnu"
        found.rejects.append(Reject(number, reason, code))
    elif current == (code,):
        found.whole[code] = shape
    else:
        found.older[code] = shape
        if len(current) == 1:
            found.merged[current[0]].append(shape)


def _part(found: _Found, code: str, parent: str, shape: bytes, codes: CodeBook) -> None:
    """A déléguée may bear the code of its commune: its polygon is then a part, never the commune's contour."""
    if code == parent:
        return
    if codes.current(code) == (code,):
        found.whole.setdefault(code, shape)
    else:
        found.older.setdefault(code, shape)


def _check(found: _Found, file: str, codes: CodeBook) -> None:
    twice = sorted(code for code, times in found.seen.items() if times > 1)
    if twice:
        raise refuse(
            file,
            f"{len(twice)} code{'s' if len(twice) > 1 else ''} de commune en double ({', '.join(twice[:10])}"
            f"{'…' if len(twice) > 10 else ''}). Une forme par commune est attendue",
            features=twice[:100],
        )
    found.ground.check(file)
    told = sum(found.seen.values())
    if told and found.unknown / told > MAX_UNKNOWN:
        raise refuse(
            file,
            f"codes inconnus du code officiel géographique {codes.cog}\u00a0: {found.unknown} sur {told}. "
            "Les contours et le référentiel doivent être du même millésime",
        )
    if not found.whole and not found.merged:
        first = found.rejects[0] if found.rejects else None
        said = f" (forme {first.line}\u00a0: {first.reason})" if first else ""
        raise refuse(file, f"aucun contour de commune du référentiel en service{said}")


def _united(found: _Found) -> Mapping[str, bytes]:
    shapes = dict(found.whole)
    for code, parts in found.merged.items():
        here = [*parts, *([shapes[code]] if code in shapes else [])]
        shapes[code] = shapely.to_wkb(shapely.union_all(shapely.from_wkb(here)))
    return {code: shapes[code] for code in sorted(shapes)}


def _detected(chosen: Sequence[tuple[VectorLayer, _Columns]], options: Options) -> str:
    formats = ", ".join(dict.fromkeys(layer.file.format for layer, _ in chosen))
    systems = ", ".join(dict.fromkeys(layer.system(options.crs) for layer, _ in chosen))
    names = ", ".join(dict.fromkeys(layer.layer or layer.file.path.stem for layer, _ in chosen))
    return f"Contours de communes, {formats}, {systems} ({names})"


def _millesime(path: Path, options: Options) -> str:
    if options.millesime:
        return str(options.millesime)
    years: Iterator[str] = (match[0] for match in re.finditer(r"20\d\d(?=\D|$)", path.name))
    return next(years, "non précisé")


def _notices(found: _Found) -> tuple[str, ...]:
    told = []
    if found.repaired:
        told.append(f"Polygones non valides réparés\u00a0: {found.repaired}.")
    if found.zeros:
        told.append(f"Codes dont le zéro de tête était perdu, rétabli\u00a0: {found.zeros}.")
    if found.merged:
        count = sum(len(parts) for parts in found.merged.values())
        told.append(f"Anciennes communes réunies à leur commune actuelle\u00a0: {count}.")
    return tuple(told)
