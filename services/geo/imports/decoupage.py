"""Reader of @etalab/decoupage-administratif's JSON files (COG). Pure: bytes in, rows out, no row lost in silence."""

from collections.abc import Callable, Collection
from itertools import pairwise
from typing import Any, TypeVar

import orjson

from services.geo.imports.records import CommuneRow, DepartementRow, EpciRow, OldCodeRow, OldNature, RegionRow
from shared.errors import BadReference

RowT = TypeVar("RowT")
Record = dict[str, Any]

OLD_NATURES: dict[str, OldNature] = {"commune-deleguee": "deleguee", "commune-associee": "associee"}


def read_records(content: bytes, file: str) -> list[Record]:
    """The records of one file. Raises BadReference with line and column where the JSON breaks."""
    try:
        records = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise BadReference(
            f"{file}, ligne {error.lineno}, colonne {error.colno}\u00a0: JSON illisible ({error.msg}). "
            "Le fichier est sans doute tronqué\u00a0: relancez «\u00a0make setup\u00a0».",
            file=file,
            line=error.lineno,
        ) from error
    if (
        not isinstance(records, list)
        or not records
        or not all(isinstance(record, dict) for record in records)
    ):
        raise BadReference(
            f"{file}\u00a0: une liste d’objets JSON, non vide, est attendue.", file=file, line=1
        )
    return records


def read_regions(content: bytes, file: str, zones: Collection[str]) -> tuple[RegionRow, ...]:
    """Régions of the zones served."""
    return _rows(
        content, file, lambda r: r["zone"] in zones, lambda r: RegionRow(_text(r, "code"), _text(r, "nom"))
    )


def read_departements(content: bytes, file: str, zones: Collection[str]) -> tuple[DepartementRow, ...]:
    """Départements of the zones served."""
    return _rows(
        content,
        file,
        lambda r: r["zone"] in zones,
        lambda r: DepartementRow(_text(r, "code"), _text(r, "nom"), _text(r, "region")),
    )


def read_epcis(content: bytes, file: str) -> tuple[tuple[EpciRow, ...], dict[str, str]]:
    """EPCI, and the EPCI of each member commune."""
    members: dict[str, str] = {}

    def epci(record: Record) -> EpciRow:
        row = EpciRow(_text(record, "code"), _text(record, "nom"), _text(record, "type"))
        members.update((_text(member, "code"), row.code) for member in record["membres"])
        return row

    return _rows(content, file, lambda _: True, epci), members


def read_communes(
    content: bytes, file: str, zones: Collection[str], epci_of: dict[str, str]
) -> tuple[tuple[CommuneRow, ...], tuple[OldCodeRow, ...]]:
    """Current communes and arrondissements municipaux sorted by code, and every old code of theirs.

    A commune déléguée that kept the code of the commune it is part of is no old code.
    """
    old_codes: set[OldCodeRow] = set()

    def commune(record: Record) -> CommuneRow | None:
        kind, code = record["type"], _text(record, "code")
        if kind in OLD_NATURES:
            if record["chefLieu"] != code:
                row = OldCodeRow(code, _text(record, "chefLieu"), OLD_NATURES[kind], _text(record, "nom"))
                old_codes.add(row)
            return None
        old_codes.update(OldCodeRow(old, code, "ancien", None) for old in record.get("anciensCodes", ()))
        parent = _text(record, "commune") if kind == "arrondissement-municipal" else None
        return CommuneRow(
            code=code,
            nom=_text(record, "nom"),
            nature="arrondissement" if parent else "commune",
            parent=parent,
            departement=_text(record, "departement"),
            region=_text(record, "region"),
            epci=epci_of.get(parent or code),
            siren=record.get("siren"),
            codes_postaux=tuple(record.get("codesPostaux", ())),
            population=_whole_number(record, "population"),
        )

    rows = _rows(content, file, lambda r: r["zone"] in zones, commune)
    communes = sorted((row for row in rows if row is not None), key=lambda row: row.code)
    _distinct(communes, file)
    current = {row.code for row in communes}
    named = {(row.code, row.actuel) for row in old_codes if row.nom}
    return tuple(communes), tuple(
        sorted(
            (
                row
                for row in old_codes
                if row.code not in current and (row.nom or (row.code, row.actuel) not in named)
            ),
            key=lambda row: (row.code, row.actuel),
        )
    )


def _rows(
    content: bytes, file: str, kept: Callable[[Record], bool], row: Callable[[Record], RowT]
) -> tuple[RowT, ...]:
    rows = []
    for number, record in enumerate(read_records(content, file), start=1):
        try:
            if kept(record):
                rows.append(row(record))
        except KeyError as error:
            raise _bad(file, number, record, f"le champ {error} manque") from error
        except (TypeError, ValueError, AttributeError) as error:
            raise _bad(file, number, record, str(error)) from error
    return tuple(rows)


def _bad(file: str, number: int, record: Record, reason: str) -> BadReference:
    feature = record.get("code", f"n° {number}")
    return BadReference(
        f"{file}, enregistrement {number} (code {feature})\u00a0: {reason}. Rien n’a été chargé.",
        file=file,
        line=number,
        feature=str(feature),
    )


def _text(record: Record, field: str) -> str:
    value = record[field]
    if not isinstance(value, str) or not value:
        raise ValueError(f"{field} doit être un texte non vide, reçu {value!r}")
    return value


def _whole_number(record: Record, field: str) -> int | None:
    value = record.get(field)
    if value is not None and (not isinstance(value, int) or value < 0):
        raise ValueError(f"{field} doit être un entier positif, reçu {value!r}")
    return value


def _distinct(communes: list[CommuneRow], file: str) -> None:
    for one, other in pairwise(communes):
        if one.code == other.code:
            raise BadReference(
                f"{file}\u00a0: la commune {one.code} y figure deux fois. Rien n’a été chargé.",
                file=file,
                feature=one.code,
            )
