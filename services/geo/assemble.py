"""Puts the rows, arrays and layers of a stored dataset together into an Atlas. Pure: no reading."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.geo.atlas import Atlas, Commune, Shapes
from services.geo.layers.assemble import with_layers
from services.geo.layers.codec import decode
from services.geo.shapes.arrays import from_arrays
from services.geo.store import StoredDataset
from shared.schemas.base import Place
from shared.schemas.geo import Dataset, Departement, Source, Zonage


def assemble(stored: StoredDataset) -> Atlas:
    """The Atlas of a dataset whose arrays are readable, with the layers in service beside it."""
    layers = [(layer.version, decode(layer.version.kind, layer.document)) for layer in stored.layers]
    return with_layers(_reference(stored), layers)


def _reference(stored: StoredDataset) -> Atlas:
    rows = stored.rows
    shapes = from_arrays(stored.arrays)
    regions = {row["code"]: Place(code=row["code"], nom=row["nom"]) for row in rows["regions"]}
    successors: dict[str, tuple[str, ...]] = {}
    for row in rows["old_codes"]:
        successors[row["code"]] = (*successors.get(row["code"], ()), row["actuel"])
    return Atlas(
        dataset=Dataset(
            id=stored.id, cog=stored.cog, sources=tuple(Source(**dict(row)) for row in rows["sources"])
        ),
        communes=_communes(rows["communes"], shapes),
        departements={
            row["code"]: Departement(code=row["code"], nom=row["nom"], region=regions[row["region"]])
            for row in rows["departements"]
        },
        regions=regions,
        epcis={row["code"]: Place(code=row["code"], nom=row["nom"]) for row in rows["epcis"]},
        successors=successors,
        old_names={row["code"]: row["nom"] for row in rows["old_codes"] if row["nom"]},
        shapes=shapes,
        old_natures={row["code"]: row["nature"] for row in rows["old_codes"]},
        epci_forms={row["code"]: row["forme"] for row in rows["epcis"]},
    )


def _communes(rows: Sequence[Mapping[str, Any]], shapes: Shapes) -> tuple[Commune, ...]:
    areas, centres = shapes.areas_km2.tolist(), shapes.centres.tolist()
    present = (shapes.projection >= 0).tolist()
    return tuple(
        Commune(
            code=row["code"],
            nom=row["nom"],
            nature=row["nature"],
            whole=row["parent"],
            departement=row["departement"],
            region=row["region"],
            epci=row["epci"],
            siren=row["siren"],
            codes_postaux=tuple(row["codes_postaux"]),
            population=row["population"],
            area_km2=area if here else None,
            centre=(centre[0], centre[1]) if here else None,
            zonage=Zonage(row["zonage"]) if row["zonage"] else Zonage.INCONNU,
            zonage_millesime=row["millesime"],
            qpv=row["qpv"],
        )
        for row, area, centre, here in zip(rows, areas, centres, present, strict=True)
    )
