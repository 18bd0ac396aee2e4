"""Patients, acts and ages of professionals as pieces to cut. Their headcounts are public facts."""

from collections.abc import Iterator

import numpy as np

from services.indicators.catalogue import Catalogue
from services.indicators.raw import ABSENT, Ints, RawRelease
from services.indicators.release import act_row, age_row, patients_row
from services.indicators.secrecy.piece import Floats, Mask, Piece
from services.indicators.secrecy.ranges import Range


def supply_pieces(raw: RawRelease, catalogue: Catalogue, *, two_sided: bool) -> tuple[Piece, ...]:
    """Every profession's patients, kinds of act and ages, for which the release has anything."""
    found = _Supply(raw, catalogue, two_sided=two_sided)
    return tuple(piece for piece in found.all() if piece.loaded.any())


class _Supply:
    def __init__(self, raw: RawRelease, catalogue: Catalogue, *, two_sided: bool) -> None:
        self._supply, self._catalogue, self._two_sided = raw.supply, catalogue, two_sided
        self._limits = catalogue.limits
        # Under 50 consumers a commune is left out everywhere; where they are not given nothing is known of them.
        self._available: Mask = (raw.consumers == ABSENT) | (raw.consumers >= self._limits.consumers)

    def all(self) -> Iterator[Piece]:
        supply = self._supply
        professions = [entry.id for entry in self._catalogue.professions]
        for rank, name in enumerate(professions):
            value, share = supply.patients[:, rank], supply.patients_share[:, rank]
            yield self._activity(patients_row(name), rank, value, share)
        for column, (profession, act) in enumerate(self._catalogue.acts):
            value, share = supply.quantity[:, column], supply.quantity_share[:, column]
            yield self._activity(
                act_row(profession.id, act.id), professions.index(profession.id), value, share
            )
        for rank, name in enumerate(professions):
            yield from self._ages(name, rank)

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

    def _ages(self, profession: str, rank: int) -> Iterator[Piece]:
        """Professionals of 60 and over, then those of 65 and over among them."""
        total = self._supply.total[:, rank]
        older, oldest = self._supply.age_60_plus[:, rank], self._supply.age_65_plus[:, rank]
        first, second = age_row("age_60_plus", profession), age_row("age_65_plus", profession)
        bounds = self._aged(older, total)
        if self._two_sided:
            bounds.rest("total - n", np.maximum(total, 0), self._limits.professionals)
        yield self._age_piece(first, first, (), bounds, older, total)
        given = (older != ABSENT).any()
        bounds = self._aged(oldest, np.where(older == ABSENT, total, older))
        if given:
            bounds.rest(
                f"{first} - {second}", np.maximum(older, oldest), self._limits.professionals, parent=first
            )
        yield self._age_piece(second, first, (first,) if given else (), bounds, oldest, total)

    def _aged(self, aged: Ints, most: Ints) -> Range:
        bounds = Range(np.maximum(aged, 0), np.maximum(most, 0))
        bounds.count("n", self._limits.professionals)
        return bounds

    def _age_piece(
        self, row: str, family: str, parents: tuple[str, ...], bounds: Range, aged: Ints, total: Ints
    ) -> Piece:
        bounds.behind("total", np.maximum(total, 0), self._limits.professionals)
        return Piece(
            name=row,
            family=family,
            parents=parents,
            published=True,
            n=np.maximum(aged, 0),
            d=np.maximum(total, 0),
            loaded=(aged != ABSENT) & (total > 0),
            low=bounds.low,
            high=bounds.high,
            threshold=self._limits.professionals,
            quorums=tuple(bounds.quorums),
        )
