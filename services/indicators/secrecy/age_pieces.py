"""Counts by age of proportions, as pieces to cut: all bands of an indicator are told of the same communes, or none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from services.indicators.catalogue import Catalogue, Indicator
from services.indicators.raw import ABSENT, RawByAge
from services.indicators.release import band_row
from services.indicators.secrecy.denominators import Column, chains
from services.indicators.secrecy.piece import Ints, Mask, Piece
from services.indicators.secrecy.ranges import Range


def age_pieces(
    by_age: RawByAge, rows: Mapping[str, Piece], catalogue: Catalogue, *, two_sided: bool
) -> Iterator[Piece]:
    """Pieces of every proportion counted by age; `rows` are those of counts.csv.

    The bands of an indicator add up to it: were one told of a set where another is not, the other would follow. Each
    is cut no finer than the one before, and all take the cut of the last.
    """
    counted = list(_counted(by_age, rows, catalogue))
    denominators = [Column(f"d.{one.row}", one.d, one.loaded, row=False) for one in counted]
    found = chains(denominators, [f"{one.whole.family}@{one.band}" for one in counted])
    family = {f"d.{one.row}": one.whole.family for one in counted}
    for column, before in found.cut:
        yield _denominator(column, before, family[column.name], catalogue.limits.people)
    last = {one.entry.id: one.row for one in counted}
    previous: dict[str, str] = {}
    for one in counted:
        parents = (found.last[f"d.{one.row}"], previous.get(one.entry.id, one.whole.name))
        band = _band(one, found.own[f"d.{one.row}"], two_sided=two_sided)
        yield replace(band, parents=parents, cut_as=last[one.entry.id])
        previous[one.entry.id] = one.row


@dataclass(frozen=True, repr=False)
class _Counted:
    """One band of an indicator: its row, the piece of the whole, people counted among people."""

    entry: Indicator
    band: str
    row: str
    whole: Piece
    n: Ints
    d: Ints
    loaded: Mask


def _counted(by_age: RawByAge, rows: Mapping[str, Piece], catalogue: Catalogue) -> Iterator[_Counted]:
    """Bands of every proportion counted by age, in the order of the catalogue."""
    for column, entry in enumerate(catalogue.counted):
        whole = rows.get(entry.id)
        if whole is None or entry.kind != "proportion":
            continue
        n, d = (
            np.where(whole.loaded[:, None], values[:, column], ABSENT)
            for values in (by_age.numerator, by_age.denominator)
        )
        loaded = (n != ABSENT).any(axis=1)
        for rank, band in enumerate(catalogue.age_bands):
            # A band with nobody in it anywhere (women of 0 to 14 for a screening) is no band of this indicator.
            if (d[:, rank] > 0).any():
                people = [np.maximum(values[:, rank], 0) for values in (n, d)]
                yield _Counted(
                    entry, band.id, band_row(entry.id, band.id), whole, people[0], people[1], loaded
                )


def _denominator(column: Column, before: str | None, family: str, people: int) -> Piece:
    """People of a band: those of the same band of other indicators are the same people, and are cut once."""
    bounds = Range(column.values)
    bounds.count("d", people)
    parents = (before,) if before else ()
    return _piece(column.name, family, parents, column.values, column.loaded, bounds, people)


def _band(one: _Counted, among: str, *, two_sided: bool) -> Piece:
    people, whole = one.whole.threshold, one.whole
    bounds = Range(one.n, one.d)
    bounds.count("n", people)
    bounds.behind("d", one.d, people)
    terms = ((whole.name, 1), (one.row, -1))
    bounds.rest(f"{whole.name} - {one.row}", np.maximum(whole.n, one.n), people, terms)
    if two_sided and one.entry.sensitive:
        bounds.rest("d - n", one.d, people, ((among, 1), (one.row, -1)))
    piece = _piece(one.row, whole.family, (), one.n, one.loaded, bounds, people)
    return replace(piece, published=True, d=one.d, among=among)


def _piece(
    name: str, family: str, parents: tuple[str, ...], n: Ints, loaded: Mask, bounds: Range, people: int
) -> Piece:
    return Piece(
        name=name,
        family=family,
        parents=parents,
        published=False,
        n=n,
        d=np.zeros_like(n),
        loaded=loaded,
        low=bounds.low,
        high=bounds.high,
        threshold=people,
        quorums=tuple(bounds.quorums),
    )
