"""Raw counts to the pieces that serve: the last module that sees both, run when a release is built."""

import hashlib
from collections.abc import Callable

import numpy as np

from services.indicators.atoms import atom_table, commune_mask
from services.indicators.catalogue import Catalogue
from services.indicators.coverage import covered
from services.indicators.folder.supply import ACTIVITY, PROFESSIONALS
from services.indicators.geography import Geography
from services.indicators.raw import ABSENT, Ints, RawRelease
from services.indicators.references import published_references
from services.indicators.release import (
    Layout,
    Published,
    act_row,
    active_row,
    age_row,
    area_name,
    cell_row,
    headcount_row,
    patients_row,
)
from services.indicators.suppression import (
    Cells,
    act_cells,
    age_cells,
    indicator_cells,
    patient_cells,
    side_by_side,
    split_cells,
)

AGES = ("age_60_plus", "age_65_plus")


def publish(
    raw: RawRelease,
    catalogue: Catalogue,
    geography: Geography,
    *,
    two_sided: bool,
    partition: Callable[[Cells], Ints] = commune_mask,
) -> tuple[Layout, Published]:
    """Apply the primary rule, then a policy's partition into atoms; what is returned holds no unsafe count."""
    cells, rows, indicators = _cells(raw, catalogue, two_sided=two_sided)
    table = atom_table(partition(cells), cells)
    rate, count = published_references(raw.references, indicators, catalogue, geography)
    provided = np.asarray(cells.loaded.any(axis=0))
    provided[: len(catalogue.counted)] = (raw.counts.numerator != ABSENT).any(axis=0)
    layout = Layout(
        rows=rows,
        provided=tuple(row for row, given in zip(rows, provided, strict=True) if given),
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
        loaded=np.vstack([cells.loaded, np.zeros((1, len(rows)), dtype=bool)]),
        reference_rate=rate.astype(np.int32),
        reference_count=count,
        headcount=_with_unknown(np.maximum(raw.supply.total, 0), 0),
        active=_with_unknown(np.maximum(raw.supply.active, 0), 0),
        covered=covered(np.hstack([raw.supply.total, raw.supply.active]) != ABSENT, geography),
        population=_with_unknown(raw.population, ABSENT),
        patients_ratio=raw.supply.patients_reference,
        quantity_ratio=raw.supply.quantity_reference,
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


def _cells(raw: RawRelease, catalogue: Catalogue, *, two_sided: bool) -> tuple[Cells, tuple[str, ...], Cells]:
    indicators = indicator_cells(raw.counts, raw.consumers, catalogue, two_sided=two_sided)
    splits = split_cells(raw.counts, indicators, catalogue)
    supply, limits = raw.supply, catalogue.limits
    parts = [
        indicators,
        *([splits] if splits else []),
        patient_cells(supply, raw.consumers, limits),
        act_cells(supply, raw.consumers, catalogue),
        age_cells(supply.total, supply.age_60_plus, limits),
        age_cells(supply.total, supply.age_65_plus, limits),
    ]
    rows = (
        *(entry.id for entry in catalogue.counted),
        *(cell_row(split.id, cell.id) for split in catalogue.splits for cell in split.cells),
        *(patients_row(entry.id) for entry in catalogue.professions),
        *(act_row(profession.id, act.id) for profession, act in catalogue.acts),
        *(age_row(age, entry.id) for age in AGES for entry in catalogue.professions),
    )
    return side_by_side(parts), rows, indicators


def _given(counts: Ints, catalogue: Catalogue, *, file_given: bool) -> tuple[str, ...]:
    present = (counts != ABSENT).any(axis=0) & file_given
    return tuple(entry.id for entry, has in zip(catalogue.professions, present, strict=True) if has)


def _with_unknown(facts: Ints, value: int) -> Ints:
    return np.vstack([facts, np.full((1, facts.shape[1]), value)]).astype(np.int32)
