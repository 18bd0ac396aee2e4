"""A territory seen through a release: one pass over the atoms, and what the answers are made from."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from services.indicators.atoms import Totals
from services.indicators.release import NOT_GIVEN, Release, area_name
from services.indicators.rounding import share
from shared.schemas.base import Place
from shared.schemas.geo import Territory
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
    """Territory and release together. Communes are in the order of their codes, as in every answer."""

    release: Release
    territory: Territory

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Communes of the territory."""
        found = (Place(code=commune.code, nom=commune.nom) for commune in self.territory.communes)
        return tuple(sorted(found, key=lambda place: place.code))

    @cached_property
    def units(self) -> npt.NDArray[np.intp]:
        """Their positions in the release."""
        return self.release.positions([place.code for place in self.places])

    @cached_property
    def residents(self) -> npt.NDArray[np.int64]:
        """Residents of each, 0 where unknown."""
        by_code = {commune.code: commune.population or 0 for commune in self.territory.communes}
        return np.array([by_code[place.code] for place in self.places], dtype=np.int64)

    @cached_property
    def totals(self) -> Totals:
        """Sums of every row over the atoms wholly inside the territory."""
        return self.release.table.totals(self.units)

    @cached_property
    def loaded(self) -> npt.NDArray[np.bool_]:
        """Whether the release has data, communes by rows."""
        found: npt.NDArray[np.bool_] = self.release.published.loaded[self.units]
        return found

    @cached_property
    def residents_kept(self) -> npt.NDArray[np.int64]:
        """Residents of the communes kept, for each row."""
        found: npt.NDArray[np.int64] = self.residents @ self.totals.kept
        return found

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
        departements = ((place.code, place.nom) for place in self.territory.departements)
        regions = ((place.code, place.nom) for place in self.territory.regions)
        return (
            *(self._area("departement", *found) for found in departements),
            *(self._area("region", *found) for found in regions),
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
            self._masks[mask] = neutralised_among(self.places, np.flatnonzero(out))
        return self._masks[mask]

    def covered(self, row: str) -> float | None:
        """Share (%) of the residents living in the communes kept; None for an empty territory."""
        residents = int(self.residents.sum())
        return share(int(self.residents_kept[self.release.rows[row]]), residents) if residents else None


def neutralised_among(places: tuple[Place, ...], out: npt.NDArray[np.intp]) -> Neutralised:
    """Communes left out, by position, and their share of all."""
    if not len(out):
        return NOTHING_LEFT_OUT
    return Neutralised(communes=tuple(places[i] for i in out.tolist()), rate=share(len(out), len(places)))
