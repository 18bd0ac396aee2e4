"""Raw counts of a producer, in memory while a release is built. They go to the raw store and nowhere else."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.indicators.folder.description import Description

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ABSENT = -1


@dataclass(frozen=True, repr=False)
class RawCounts:
    """Counts of counts.csv, communes by indicators of the catalogue; ABSENT where the producer gave none."""

    numerator: Ints
    denominator: Ints
    persons: Ints


@dataclass(frozen=True, repr=False)
class RawByAge:
    """Counts of counts_by_age.csv: communes by indicators of the catalogue by age bands; ABSENT where not given."""

    numerator: Ints
    denominator: Ints


@dataclass(frozen=True, repr=False)
class RawReferences:
    """Areas by indicators: what references.csv gives. `rate` is in tenths."""

    numerator: Ints
    denominator: Ints
    rate: Ints


@dataclass(frozen=True, repr=False)
class RawSupply:
    """Communes by professions (headcounts, ages, patients) or by kinds of act (quantities); areas for ratios.

    `*_share`: largest share of one professional, of 1; NaN where not given.
    """

    total: Ints
    age_60_plus: Ints
    age_65_plus: Ints
    active: Ints
    patients: Ints
    patients_share: Floats
    quantity: Ints
    quantity_share: Floats
    patients_reference: Floats
    quantity_reference: Floats


@dataclass(frozen=True, repr=False)
class RawRelease:
    """A producer's folder, whole. `given`: names of the files that it held.

    `regrouped`: codes of an older COG whose counts were added to those of the commune that they are part of today.
    """

    description: Description
    given: frozenset[str]
    consumers: Ints
    population: Ints
    counts: RawCounts
    references: RawReferences
    supply: RawSupply
    by_age: RawByAge | None = None
    regrouped: int = 0

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Arrays to keep in the raw store, by name."""
        parts: dict[str, RawCounts | RawReferences | RawSupply | RawByAge] = {
            "counts": self.counts,
            "references": self.references,
            "supply": self.supply,
        }
        named: dict[str, npt.NDArray[np.generic]] = {
            "consumers": self.consumers,
            "population": self.population,
        }
        if self.by_age is not None:
            parts["by_age"] = self.by_age
        for part, values in parts.items():
            named |= {f"{part}.{name}": array for name, array in vars(values).items()}
        return named
