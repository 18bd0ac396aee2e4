"""Raw counts to the pieces that serve: the last module that sees both, run when a release is built."""

import hashlib
from dataclasses import dataclass

import numpy as np

from services.indicators.atoms import Rows, atom_table
from services.indicators.building.area_sums import AreaSums
from services.indicators.building.coverage import covered
from services.indicators.building.references import References, published_references
from services.indicators.building.split_rows import shown_atoms, split_rows
from services.indicators.catalogue import Catalogue
from services.indicators.folder.supply import ACTIVITY, PROFESSIONALS
from services.indicators.geography import Geography
from services.indicators.raw import ABSENT, Floats, Ints, RawRelease
from services.indicators.release import (
    Layout,
    Published,
    act_row,
    active_row,
    age_row,
    area_name,
    band_row,
    headcount_row,
    patients_row,
)
from services.indicators.secrecy.piece import Partition, Piece

AGES = ("age_60_plus", "age_65_plus")


@dataclass(frozen=True, repr=False)
class Sources:
    """What a release is published from."""

    raw: RawRelease
    catalogue: Catalogue
    geography: Geography
    references: References
    areas: AreaSums


def publish(sources: Sources, pieces: tuple[Piece, ...], partition: Partition) -> tuple[Layout, Published]:
    """Sum the atoms that are shown; what is returned holds no other count of people."""
    raw, catalogue, geography = sources.raw, sources.catalogue, sources.geography
    rows = _rows(sources, pieces, partition)
    table = atom_table(rows)
    rate, count = published_references(sources.references, partition, catalogue, sources.areas)
    layout = Layout(
        rows=rows.names,
        provided=_provided(rows, pieces),
        indicators=tuple(entry.id for entry in catalogue.counted),
        professions=tuple(entry.id for entry in catalogue.professions),
        with_headcount=_given(raw.supply.total, catalogue, file_given=PROFESSIONALS in raw.given),
        with_activity=_given(raw.supply.active, catalogue, file_given=ACTIVITY in raw.given),
        acts=tuple(act_row(profession.id, act.id) for profession, act in catalogue.acts),
        bands=tuple(band.id for band in catalogue.age_bands),
        areas=tuple(area_name(*area) for area in geography.areas),
        covered=tuple(
            row(entry.id) for row in (headcount_row, active_row) for entry in catalogue.professions
        ),
    )
    published = Published(
        codes=np.array(geography.codes, dtype="S5"),
        atom=table.atom,
        size=table.size,
        n=table.n,
        d=table.d,
        loaded=np.vstack([rows.loaded, np.zeros((1, len(rows.names)), dtype=bool)]),
        reference_rate=rate.astype(np.int32),
        reference_count=count,
        headcount=_with_unknown(np.maximum(raw.supply.total, 0), 0),
        active=_with_unknown(np.maximum(raw.supply.active, 0), 0),
        covered=covered(np.hstack([raw.supply.total, raw.supply.active]) != ABSENT, geography),
        population=_with_unknown(raw.population, ABSENT),
        # Whole units, as a territory's own: the decimals of a mean times a public headcount would be a sum.
        patients_ratio=_whole_units(raw.supply.patients_reference),
        quantity_ratio=_whole_units(raw.supply.quantity_reference),
    )
    return layout, published


def fingerprint(published: Published) -> str:
    """Hexadecimal SHA-256 of the released values only, so that it says nothing of the suppressed ones."""
    digest = hashlib.sha256()
    for name, array in sorted(published.arrays().items()):
        digest.update(f"{name}{array.dtype.str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def dominance_checked(raw: RawRelease) -> bool:
    """Tell whether every professional activity that could be shown came with its largest share."""
    shown = (raw.supply.patients != ABSENT) & (raw.supply.active > 0)
    acted = raw.supply.quantity > 0
    patients_known = not np.isnan(raw.supply.patients_share[shown]).any()
    return bool(patients_known and not np.isnan(raw.supply.quantity_share[acted]).any())


def _rows(sources: Sources, pieces: tuple[Piece, ...], partition: Partition) -> Rows:
    """Rows of the atom table, in the order of the catalogue: indicators, cells of splits, patients, acts, ages."""
    catalogue = sources.catalogue
    by_name = {piece.name: piece for piece in pieces if piece.published}
    rows = Rows(len(sources.geography.codes))

    def add(name: str) -> None:
        if name in by_name:
            piece, cut = by_name[name], partition[name]
            rows.add(name, shown_atoms(cut, piece.loaded), piece.n, piece.d, piece.loaded)
        else:
            rows.add_empty(name)

    for entry in catalogue.counted:
        add(entry.id)
    split_rows(rows, sources.raw, catalogue, by_name, partition)
    for name in _supply_names(catalogue):
        add(name)
    bands = (band_row(entry.id, band.id) for entry in catalogue.counted for band in catalogue.age_bands)
    for name in bands:
        if name in by_name:
            add(name)
    return rows


def _supply_names(catalogue: Catalogue) -> tuple[str, ...]:
    return (
        *(patients_row(profession.id) for profession in catalogue.professions),
        *(act_row(profession.id, act.id) for profession, act in catalogue.acts),
        *(age_row(age, profession.id) for age in AGES for profession in catalogue.professions),
    )


def _provided(rows: Rows, pieces: tuple[Piece, ...]) -> tuple[str, ...]:
    """Rows of which the producer gave anything, even of communes that are all unavailable."""
    published = {piece.name for piece in pieces if piece.published}
    has_data: list[bool] = np.any(rows.loaded, axis=0).tolist()
    return tuple(name for name, given in zip(rows.names, has_data, strict=True) if given or name in published)


def _given(counts: Ints, catalogue: Catalogue, *, file_given: bool) -> tuple[str, ...]:
    present = (counts != ABSENT).any(axis=0) & file_given
    return tuple(entry.id for entry, has in zip(catalogue.professions, present, strict=True) if has)


def _whole_units(ratios: Floats) -> Floats:
    found: Floats = np.floor(ratios + 0.5)
    return found


def _with_unknown(facts: Ints, value: int) -> Ints:
    return np.vstack([facts, np.full((1, facts.shape[1]), value)]).astype(np.int32)
