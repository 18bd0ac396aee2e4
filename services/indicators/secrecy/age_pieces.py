"""Counts by age of proportions, as pieces to cut: all bands of an indicator are told of the same communes, or none."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np

from services.indicators.catalogue import Catalogue, Indicator
from services.indicators.raw import ABSENT, RawByAge
from services.indicators.release import band_row
from services.indicators.secrecy.piece import Ints, Piece
from services.indicators.secrecy.ranges import Range


def age_pieces(
    by_age: RawByAge, rows: Mapping[str, Piece], catalogue: Catalogue, *, two_sided: bool
) -> Iterator[Piece]:
    """Pieces of every proportion counted by age; `rows` are those of counts.csv.

    The bands of an indicator add up to it: were one told of a set where another is not, the other would follow. Each
    is cut no finer than the one before, and all take the cut of the last.
    """
    for column, entry in enumerate(catalogue.counted):
        whole = rows.get(entry.id)
        if whole is None or entry.kind != "proportion":
            continue
        n, d = (
            np.where(whole.loaded[:, None], values[:, column], ABSENT)
            for values in (by_age.numerator, by_age.denominator)
        )
        # A band with nobody in it anywhere (women of 0 to 14 for a screening) is no band of this indicator.
        bands = [band for band in range(len(catalogue.age_bands)) if (d[:, band] > 0).any()]
        if bands:
            names = [catalogue.age_bands[band].id for band in bands]
            yield from _bands(entry, whole, names, n[:, bands], d[:, bands], two_sided=two_sided)


def _bands(
    entry: Indicator, whole: Piece, bands: list[str], n: Ints, d: Ints, *, two_sided: bool
) -> Iterator[Piece]:
    people = whole.threshold
    rows = [band_row(entry.id, band) for band in bands]
    loaded = (n != ABSENT).all(axis=1)
    before = {later: earlier for earlier, later in pairwise(rows)}
    for rank, row in enumerate(rows):
        counted, among = np.maximum(n[:, rank], 0), np.maximum(d[:, rank], 0)
        bounds = Range(among, np.maximum(whole.d, among))
        bounds.count("d", people)
        yield Piece(
            name=f"d.{row}",
            family=whole.family,
            parents=(before.get(row, whole.name),),
            published=False,
            n=among,
            d=np.zeros_like(among),
            loaded=loaded,
            low=bounds.low,
            high=bounds.high,
            threshold=people,
            quorums=tuple(bounds.quorums),
        )
        bounds = Range(counted, among)
        bounds.count("n", people)
        bounds.behind("d", among, people)
        bounds.rest(f"{whole.name} - {row}", np.maximum(whole.n, counted), people, parent=whole.name)
        if two_sided and entry.sensitive:
            bounds.rest("d - n", among, people)
        yield Piece(
            name=row,
            family=whole.family,
            parents=(f"d.{row}",),
            published=True,
            n=counted,
            d=among,
            loaded=loaded,
            low=bounds.low,
            high=bounds.high,
            threshold=people,
            quorums=tuple(bounds.quorums),
            cut_as=rows[-1],
        )
