"""A territory seen through a release: one pass over the atoms, and what the answers are made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter

from services.indicators.answers.ground import Ground
from services.indicators.atoms import Totals
from services.indicators.release import Release, Shown, area_name
from services.indicators.rounding import share, shares
from shared.schemas.base import Place
from shared.schemas.indicators import Level, Neutralised, Status

Mask = npt.NDArray[np.bool_]
NOTHING_LEFT_OUT = Neutralised(communes=(), rate=0.0)
PLACES = TypeAdapter(tuple[Place, ...])
LISTS = TypeAdapter(list[Neutralised])


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
        return PLACES.validate_python([{"code": code, "nom": nom} for code, nom in pairs])

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
    def residents_kept(self) -> npt.NDArray[np.int64]:
        """Residents of the communes kept, for each row."""
        # Sums of integers under 2**53 are exact in float64, whose product is by far the fastest.
        found: npt.NDArray[np.float64] = self.ground.residents.astype(np.float64) @ self.totals.kept
        return found.astype(np.int64)

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
            for row, column in self.release.provided_rows
        }

    def status(self, row: str) -> Status:
        """Status of a row of the release for this territory."""
        return self.statuses.get(row, Status.MISSING)

    @cached_property
    def references(self) -> list[tuple[dict[str, str], tuple[Shown, ...] | None]]:
        """Fields of each area, and what the release shows of it."""
        return [
            (
                {"level": area.level, "code": area.code, "nom": area.nom},
                None if area.position is None else self.release.references[area.position],
            )
            for area in self.areas
        ]

    @cached_property
    def _masks(self) -> dict[bytes, Neutralised]:
        # Most rows leave the same communes out: each list is made once.
        return {}

    @cached_property
    def _out(self) -> Mask:
        """Communes left out, rows by communes."""
        return np.ascontiguousarray(~self.totals.kept.T)

    def neutralised(self, rows: Sequence[int]) -> list[Neutralised]:
        """Communes of the territory left out of some rows (DOMAIN §2)."""
        return self.left_out_of(self._out[rows])

    def left_out(self, out: Mask) -> Neutralised:
        """Communes of a mask by name, and their share of the territory's."""
        return self.left_out_of(out[None])[0]

    def left_out_of(self, masks: Mask) -> list[Neutralised]:
        """The same of several masks, by communes."""
        keys = [mask.tobytes() for mask in masks]
        new = {key: mask for key, mask in zip(keys, masks, strict=True) if key not in self._masks}
        made = LISTS.validate_python([self._listed(mask) for mask in new.values()])
        self._masks.update(zip(new, made, strict=True))
        return [self._masks[key] for key in keys]

    def _listed(self, out: Mask) -> dict[str, Any]:
        number = int(np.count_nonzero(out))
        rate = share(number, len(out))
        if self.named:
            return {"communes": tuple(compress(self.places, out.tolist())), "rate": rate}
        return {"communes": (), "rate": rate, "number": number}

    @cached_property
    def covered(self) -> Sequence[float | None]:
        """Share (%) of the residents living in the communes kept, for each row; None for an empty territory."""
        if not self.residents:
            return [None] * len(self.residents_kept)
        return shares(self.residents_kept, self.residents)
