"""Reads a folder of official files into one Reference. The only file reading of the importer; nothing is written."""

import hashlib
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from services.geo.imports.contours import read_contours
from services.geo.imports.decoupage import read_communes, read_departements, read_epcis, read_regions
from services.geo.imports.records import (
    CommuneRow,
    DepartementRow,
    EpciRow,
    OldCodeRow,
    Reference,
    RegionRow,
    SourceRow,
)
from services.geo.imports.shipped_zonage import read_zonage, shipped_zonage
from services.geo.shapes.arrays import BUILD
from shared.errors import BadReference

# Goes into the dataset's id: a change in what is read from the same files is another version.
READING = 3

KINDS = ("communes", "departements", "regions", "epcis", "contours")


def read_reference(folder: Path) -> Reference:
    """The reference of the files in `folder`, whole. Raises BadReference; the files are named in reference.toml."""
    description = _description()
    contents = _contents(folder, description)
    zonage = shipped_zonage()
    zones = frozenset(description["zones"])
    epcis, epci_of = read_epcis(contents["epcis"], description["epcis"])
    communes, old_codes = read_communes(contents["communes"], description["communes"], zones, epci_of)
    contours = read_contours(
        contents["contours"], description["contours"], frozenset(row.code for row in communes), old_codes
    )
    reference = Reference(
        id=_id(description, contents, zonage),
        cog=description["cog"],
        sources=tuple(
            SourceRow(row["objet"], row["source"], row["millesime"], row.get("licence"))
            for row in description["source"]
        ),
        communes=communes,
        old_codes=old_codes,
        departements=read_departements(contents["departements"], description["departements"], zones),
        regions=read_regions(contents["regions"], description["regions"], zones),
        epcis=epcis,
        zonage=read_zonage(zonage),
        contours=contours,
    )
    _check_links(reference, description)
    return reference


def dataset_id(folder: Path) -> str:
    """Id that the files in `folder` make: the same files, shipped facts and way of building give the same id."""
    description = _description()
    return _id(description, _contents(folder, description), shipped_zonage())


def _description() -> dict[str, Any]:
    return tomllib.loads(files("services.geo").joinpath("data/reference.toml").read_text(encoding="utf-8"))


def _contents(folder: Path, description: dict[str, Any]) -> dict[str, bytes]:
    contents = {}
    for kind in KINDS:
        path = folder / description[kind]
        try:
            contents[kind] = path.read_bytes()
        except OSError as error:
            raise BadReference(
                f"{path}\u00a0: fichier introuvable ou illisible ({error.strerror}). "
                "«\u00a0make setup\u00a0» va le chercher. Rien n’a été chargé.",
                file=description[kind],
            ) from error
    return contents


def _id(description: dict[str, Any], contents: dict[str, bytes], zonage: bytes) -> str:
    digest = hashlib.sha256(f"build {BUILD} reading {READING} {description}".encode())
    for content in (*contents.values(), zonage):
        digest.update(hashlib.sha256(content).digest())
    return f"cog{description['cog']}-{digest.hexdigest()[:12]}"


def _check_links(reference: Reference, description: dict[str, Any]) -> None:
    """Refuse a folder whose files contradict each other (two vintages, for instance)."""
    known: dict[str, Mapping[str, RegionRow | DepartementRow | EpciRow | CommuneRow]] = {
        "region": {row.code: row for row in reference.regions},
        "departement": {row.code: row for row in reference.departements},
        "epci": {row.code: row for row in reference.epcis},
        "parent": {row.code: row for row in reference.communes},
        "actuel": {row.code: row for row in reference.communes},
    }
    linked: tuple[CommuneRow | OldCodeRow, ...] = (*reference.communes, *reference.old_codes)
    for row in linked:
        for field, table in known.items():
            target = getattr(row, field, None)
            if target is not None and target not in table:
                raise BadReference(
                    f"{description['communes']}, code {row.code}\u00a0: {field} {target} ne figure pas "
                    "dans les fichiers du même dossier. Tous doivent être du même millésime. Rien n’a été chargé.",
                    file=description["communes"],
                    feature=row.code,
                )
