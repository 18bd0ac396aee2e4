"""The producer's folder, whole or not at all: reads each file, gathers every bad row, returns raw counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from services.indicators.catalogue import Catalogue
from services.indicators.folder import by_age, counts, references, supply
from services.indicators.folder.checks import overlapping
from services.indicators.folder.description import read_description
from services.indicators.folder.files import given_files
from services.indicators.folder.known import Vocabulary, vocabulary
from services.indicators.folder.links import Links
from services.indicators.folder.problems import BadRow
from services.indicators.folder.regroup import partial, regrouped
from services.indicators.folder.table import Column, Table, find, read_table
from services.indicators.folder.units import Units, units_of
from services.indicators.geography import Geography
from services.indicators.raw import (
    ABSENT,
    Floats,
    Ints,
    RawByAge,
    RawCounts,
    RawReferences,
    RawRelease,
    RawSupply,
)

# Files whose rows of communes are published, and the columns that tell one published sum from another.
# consumers.csv is not among them: it opens or shuts a commune, and is never summed.
SUMMED = {
    counts.COUNTS: ("indicator",),
    by_age.BY_AGE: ("indicator",),
    counts.POPULATION: (),
    supply.PROFESSIONALS: ("profession",),
    supply.ACTIVITY: ("profession",),
    supply.ACTS: ("profession", "act"),
}
Progress = Callable[[str], None]


@dataclass(frozen=True, repr=False)
class Reading:
    """What a folder holds and every bad row. `raw`: None where release.toml does not hold together.

    `named`: codes of communes that a row names; `partial`: communes that lost an indicator by regrouping, since
    some of their old communes lack it.
    """

    raw: RawRelease | None
    problems: list[BadRow]
    named: frozenset[str]
    partial: tuple[str, ...] = ()


class FolderReader:
    """Reads one folder once; `problems` holds every bad row met so far."""

    def __init__(
        self, folder: Path, catalogue: Catalogue, geography: Geography, units: Units, progress: Progress
    ) -> None:
        self.folder, self.catalogue, self.geography, self.units = folder, catalogue, geography, units
        self.known: Vocabulary = vocabulary(catalogue, geography, units)
        self.progress = progress
        self.problems: list[BadRow] = []
        self.given: frozenset[str] = frozenset()
        self.named = np.zeros(len(units.codes), dtype=bool)

    def read(self) -> Reading:
        """Read every file; counts of old codes are added to those of today's communes."""
        description = read_description(self.folder, self.catalogue, self.problems)
        self.given = given_files(self.folder, self.problems)
        raw_counts, consumers = self._counts()
        ages = self._by_age(raw_counts)
        population = self._population()
        found_references = self._references()
        found_supply = self._supply()
        named = frozenset(self.units.codes[unit] for unit in np.flatnonzero(self.named))
        if description is None:
            return Reading(None, self.problems, named)
        raw = RawRelease(
            description,
            self.given,
            consumers,
            population,
            raw_counts,
            found_references,
            found_supply,
            ages,
        )
        folded = regrouped(raw, self.units)
        lost = partial(raw_counts.numerator, folded.counts.numerator, self.units) if self.units.old else ()
        return Reading(folded, self.problems, named, lost)

    def _table(self, file: str, columns: tuple[Column, ...]) -> Table | None:
        path = find(self.folder, file)
        if path is None:
            return None
        self.progress(file)
        table = read_table(path, file, columns, self.problems)
        if table and "commune" in table.integers:
            units = table.integers["commune"]
            self.named[units] = True
            if file in SUMMED:
                current = self.units.current[units]
                self.problems += overlapping(table, current, self.geography.villes, SUMMED[file])
        return table

    def _counts(self) -> tuple[RawCounts, Ints]:
        units = len(self.units.codes)
        shape = (units, len(self.catalogue.counted))
        table = self._table(counts.COUNTS, counts.counts_columns(self.known))
        found, line = (
            counts.counts_of(table, self.catalogue, shape, self.problems)
            if table
            else (RawCounts(*(_absent(shape) for _ in range(3))), _absent(shape))
        )
        self.problems += Links(found, line, self.catalogue, self.units.codes).broken()
        table = self._table(counts.CONSUMERS, counts.consumers_columns(self.known))
        if not table:
            return found, _absent((units, 1))[:, 0]
        consumers = counts.consumers_of(table, units, self.problems)
        self.problems += counts.without_consumers(found, consumers, table, self.units.codes)
        return found, consumers

    def _by_age(self, whole: RawCounts) -> RawByAge | None:
        table = self._table(by_age.BY_AGE, by_age.by_age_columns(self.known))
        if not table:
            return None
        return by_age.by_age_of(table, self.catalogue, whole, self.units.codes, self.problems)

    def _population(self) -> Ints:
        shape = (len(self.units.codes), len(self.catalogue.age_bands))
        table = self._table(counts.POPULATION, counts.population_columns(self.known))
        if not table:
            return _absent(shape)
        return counts.population_of(table, shape, self.units.codes, self.problems)

    def _references(self) -> RawReferences:
        table = self._table(references.REFERENCES, references.references_columns(self.known))
        if table:
            return references.references_of(table, self.catalogue, self.known, self.problems)
        shape = (len(self.geography.areas), len(self.catalogue.counted))
        return RawReferences(*(_absent(shape) for _ in range(3)))

    def _supply(self) -> RawSupply:
        communes, areas = len(self.units.codes), len(self.geography.areas)
        professions, acts = len(self.catalogue.professions), len(self.known.acts)
        by_profession, by_act = (communes, professions), (communes, acts)
        heads = self._table(supply.PROFESSIONALS, supply.professionals_columns(self.known))
        ages = (
            supply.professionals_of(heads, self.catalogue, communes, self.problems)
            if heads
            else (_absent(by_profession), _absent(by_profession), _absent(by_profession))
        )
        activity = self._table(supply.ACTIVITY, supply.activity_columns(self.known))
        active = (
            supply.activity_of(activity, self.catalogue, communes, self.problems)
            if activity
            else (_absent(by_profession), _absent(by_profession), _unknown(by_profession))
        )
        acted = self._table(supply.ACTS, supply.acts_columns(self.known))
        quantities = (
            supply.acts_of(acted, self.known, communes, self.problems)
            if acted
            else (_absent(by_act), _unknown(by_act))
        )
        table = self._table(
            references.ACTIVITY_REFERENCES, references.activity_references_columns(self.known)
        )
        patients = (
            references.activity_references_of(table, professions, self.known, self.problems)
            if table
            else _unknown((areas, professions))
        )
        table = self._table(references.ACTS_REFERENCES, references.acts_references_columns(self.known))
        quantity = (
            references.acts_references_of(table, self.known, self.problems)
            if table
            else _unknown((areas, acts))
        )
        return RawSupply(*ages, *active, *quantities, patients, quantity)


def read_all(
    folder: Path,
    catalogue: Catalogue,
    geography: Geography,
    successors: Mapping[str, str] | None = None,
    progress: Progress = lambda _: None,
) -> Reading:
    """Read a producer's folder as far as it can be read; `successors`: today's commune of codes of an older COG."""
    units = units_of(geography, successors or {})
    return FolderReader(folder, catalogue, geography, units, progress).read()


def read_folder(
    folder: Path, catalogue: Catalogue, geography: Geography, progress: Progress = lambda _: None
) -> tuple[RawRelease | None, list[BadRow]]:
    """Read a producer's folder: the raw release, or None with every bad row (DESIGN §6)."""
    found = read_all(folder, catalogue, geography, progress=progress)
    return (None if found.problems else found.raw), found.problems


def _absent(shape: tuple[int, int]) -> Ints:
    return np.full(shape, ABSENT, dtype=np.int64)


def _unknown(shape: tuple[int, int]) -> Floats:
    return np.full(shape, np.nan)
