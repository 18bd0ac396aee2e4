"""A territory seen through a release: one pass over the atoms, and what the answers are made from."""

from dataclasses import dataclass
from functools import cached_property
from itertools import compress

import numpy as np
import numpy.typing as npt

from services.indicators.atoms import Totals
from services.indicators.ground import Ground
from services.indicators.release import NOT_GIVEN, Release, area_name
from services.indicators.rounding import share
from shared.schemas.base import Place
from shared.schemas.indicators import Level, Neutralised, Status

NOTHING_LEFT_OUT = Neutralised(communes=(), rate=0.0)


@dataclass(frozen=True)
class Area:
    """A larger area that a territory lies in, and its position in the release (None where unknown)."""

    level: Level
    code: str
    nom: str
    position: int | None


@dataclass(frozen=True, repr=False)
class View:
    """Territory and release together. Communes are in the order of their codes, as in every answer.

    `named`: whether communes left out are listed by name, or their number alone is given.
    """

    release: Release
    ground: Ground
    named: bool = True

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Communes of the territory."""
        pairs = zip(self.ground.codes, self.ground.noms, strict=True)
        return tuple(Place(code=code, nom=nom) for code, nom in pairs)

    @cached_property
    def units(self) -> npt.NDArray[np.intp]:
        """Their positions in the release."""
        return self.release.positions(self.ground.codes)

    @cached_property
    def totals(self) -> Totals:
        """Sums of every row over the atoms wholly inside the territory."""
        return self.release.table.totals(self.units)

    @cached_property
    def sums(self) -> tuple[list[int], list[int]]:
        """Numerators and denominators of `totals`, by row."""
        return self.totals.n.tolist(), self.totals.d.tolist()

    @cached_property
    def loaded(self) -> npt.NDArray[np.bool_]:
        """Whether the release has data, communes by rows."""
        found: npt.NDArray[np.bool_] = self.release.published.loaded[self.units]
        return found

    @cached_property
    def residents_kept(self) -> list[int]:
        """Residents of the communes kept, for each row."""
        # Sums of integers under 2**53 are exact in float64, whose product is by far the fastest.
        found: npt.NDArray[np.float64] = self.ground.residents.astype(np.float64) @ self.totals.kept
        return [int(residents) for residents in found.tolist()]

    @cached_property
    def residents(self) -> int:
        """Residents of the territory."""
        return int(self.ground.residents.sum())

    def covers(self, name: str) -> npt.NDArray[np.bool_]:
        """Whether the release speaks of each commune in a column of its coverage."""
        found: npt.NDArray[np.bool_] = self.release.published.covered[self.units, self.release.coverage[name]]
        return found

    def kept(self, row: str) -> npt.NDArray[np.bool_]:
        """Whether each commune is in the sum of a row."""
        found: npt.NDArray[np.bool_] = self.totals.kept[:, self.release.rows[row]]
        return found

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """Départements and régions of the territory, then France."""
        return (
            *(self._area("departement", *found) for found in self.ground.departements),
            *(self._area("region", *found) for found in self.ground.regions),
            self._area("france", "FR", "France"),
        )

    def _area(self, level: Level, code: str, nom: str) -> Area:
        return Area(level, code, nom, self.release.areas.get(area_name(level, code)))

    @cached_property
    def statuses(self) -> dict[str, Status]:
        """Status of each row that the release provides."""
        kept: list[bool] = np.any(self.totals.kept, axis=0).tolist()
        loaded: list[bool] = np.any(self.loaded, axis=0).tolist()
        hidden = (Status.UNAVAILABLE, Status.SUPPRESSED)
        return {
            row: Status.PUBLISHED if kept[column] else hidden[loaded[column]]
            for row, column in self.release.rows.items()
            if row in self.release.provided
        }

    def status(self, row: str) -> Status:
        """Status of a row of the release for this territory."""
        return self.statuses.get(row, Status.MISSING)

    @cached_property
    def references(self) -> list[tuple[Area, list[int], list[int]]]:
        """Each area with its rates (tenths) and counts, in the order of the layout's indicators."""
        published, nothing = self.release.published, [NOT_GIVEN] * len(self.release.layout.indicators)
        return [
            (area, nothing, nothing)
            if area.position is None
            else (
                area,
                published.reference_rate[area.position].tolist(),
                published.reference_count[area.position].tolist(),
            )
            for area in self.areas
        ]

    @cached_property
    def _masks(self) -> dict[bytes, Neutralised]:
        # Most rows leave the same communes out: each list is made once.
        return {}

    def neutralised(self, row: str) -> Neutralised:
        """Communes of the territory left out of a row (DOMAIN §2)."""
        return self.left_out(~self.kept(row))

    def left_out(self, out: npt.NDArray[np.bool_]) -> Neutralised:
        """Communes of a mask by name, and their share of the territory's."""
        mask = out.tobytes()
        if mask not in self._masks:
            self._masks[mask] = self._listed(out)
        return self._masks[mask]

    def _listed(self, out: npt.NDArray[np.bool_]) -> Neutralised:
        number = int(np.count_nonzero(out))
        rate = share(number, len(out))
        if not self.named:
            return Neutralised(communes=(), rate=rate, number=number)
        if not number:
            return NOTHING_LEFT_OUT
        return Neutralised(communes=tuple(compress(self.places, out.tolist())), rate=rate)

    def covered(self, row: str) -> float | None:
        """Share (%) of the residents living in the communes kept; None for an empty territory."""
        return share(self.residents_kept[self.release.rows[row]], self.residents) if self.residents else None
