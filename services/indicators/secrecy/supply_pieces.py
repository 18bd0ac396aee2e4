"""Patients, acts and ages of professionals as pieces to cut. Their headcounts are public facts."""

from collections.abc import Iterator

import numpy as np

from services.indicators.catalogue import Catalogue, Profession
from services.indicators.raw import ABSENT, Ints, RawRelease
from services.indicators.release import act_row, age_row, patients_row
from services.indicators.secrecy.piece import Floats, Mask, Piece
from services.indicators.secrecy.ranges import Range

# Youngest first: each age is part of the one before.
AGES = ("age_60_plus", "age_65_plus")


def supply_pieces(raw: RawRelease, catalogue: Catalogue, *, two_sided: bool) -> tuple[Piece, ...]:
    """Every profession's patients, kinds of act and ages, for which the release has anything."""
    found = _Supply(raw, catalogue, two_sided=two_sided)
    return tuple(piece for piece in found.all() if piece.loaded.any())


class _Supply:
    """Rows of the supply. Arrays are one value per unit."""

    def __init__(self, raw: RawRelease, catalogue: Catalogue, *, two_sided: bool) -> None:
        self._supply, self._catalogue, self._two_sided = raw.supply, catalogue, two_sided
        self._limits = catalogue.limits
        self._professions = [entry.id for entry in catalogue.professions]
        self._aged = {"age_60_plus": raw.supply.age_60_plus, "age_65_plus": raw.supply.age_65_plus}
        # Under 50 consumers a commune is left out everywhere; where they are not given nothing is known of them.
        self._available: Mask = (raw.consumers == ABSENT) | (raw.consumers >= self._limits.consumers)

    def all(self) -> Iterator[Piece]:
        supply = self._supply
        for rank, name in enumerate(self._professions):
            value, share = supply.patients[:, rank], supply.patients_share[:, rank]
            yield self._activity(patients_row(name), rank, value, share)
        for column, (profession, act) in enumerate(self._catalogue.acts):
            value, share = supply.quantity[:, column], supply.quantity_share[:, column]
            rank = self._professions.index(profession.id)
            yield self._activity(act_row(profession.id, act.id), rank, value, share)
        for rank, entry in enumerate(self._catalogue.professions):
            # Ages of a part would be read off the whole's by subtraction, and the other way round: none is told.
            if entry.part_of is None:
                for age in AGES:
                    yield self._ages(age, rank, entry)

    def _activity(self, row: str, rank: int, value: Ints, share: Floats) -> Piece:
        """Sums over 5 active professionals and 11 patients, of which nobody holds over 85 %."""
        limits = self._limits
        active, patients = self._supply.active[:, rank], self._supply.patients[:, rank]
        loaded = (value != ABSENT) & (active > 0) & self._available
        n = np.maximum(value, 0)
        bounds = Range(n)
        bounds.behind("active", np.maximum(active, 0), limits.professionals)
        # Patients that the producer does not give are not few: nothing is known of them.
        bounds.behind("patients", np.where(patients == ABSENT, limits.people, patients), limits.people)
        return Piece(
            name=row,
            family=row,
            parents=(),
            published=True,
            n=n,
            d=np.maximum(active, 0),
            loaded=loaded,
            low=bounds.low,
            high=bounds.high,
            threshold=limits.people,
            quorums=tuple(bounds.quorums),
            # NaN (not given) stands for no lead: the release then says that dominance was not checked.
            lead=np.nan_to_num(share, nan=0.0) * n,
            dominance=limits.dominance,
        )

    def _ages(self, age: str, rank: int, entry: Profession) -> Piece:
        """Professionals over an age; those of 65 and over are part of those of 60 and over."""
        least, row = self._limits.professionals, age_row(age, entry.id)
        total, aged = self._supply.total[:, rank], self._aged[age][:, rank]
        n = np.maximum(aged, 0)
        bounds = Range(n, np.maximum(total, n))
        bounds.count("n", least)
        bounds.behind("total", np.maximum(total, 0), least)
        first = age_row(AGES[0], entry.id)
        older = self._aged[AGES[0]][:, rank]
        part = age != AGES[0] and bool((self._loaded(older, total)).any())
        if part:
            whole = np.where(older == ABSENT, n, older)
            bounds.rest(f"{first} - {row}", whole, least, ((first, 1), (row, -1)))
        elif self._two_sided:
            bounds.rest("total - n", np.maximum(total, n), least, ((row, -1),))
        return Piece(
            name=row,
            family=first,
            parents=(first,) if part else (),
            published=True,
            n=n,
            d=np.maximum(total, 0),
            loaded=self._loaded(aged, total),
            low=bounds.low,
            high=bounds.high,
            threshold=least,
            quorums=tuple(bounds.quorums),
        )

    def _loaded(self, aged: Ints, total: Ints) -> Mask:
        found: Mask = (aged != ABSENT) & (total > 0) & self._available
        return found
