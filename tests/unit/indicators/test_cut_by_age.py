"""Counts by age: all bands of an indicator are told of the same communes, and no band is of fewer than eleven."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.indicators.building.build import Choices
from services.indicators.raw import RawByAge
from services.indicators.release import band_row
from tests.first_cut import Built, build
from tests.unit.indicators.test_cut import PLACES, nothing, policies, release_with, world
from tests.unit.indicators.worlds import CATALOGUE

NAME, OTHER = "ald_08_diabete", "ald_05_insuffisance_cardiaque"
BANDS = [band.id for band in CATALOGUE.age_bands]
SOME = (3, 4, 5)
counts = st.tuples(*(st.integers(0, 40) for _ in SOME))


def built(cells: list[tuple[int, ...]], choices: Choices) -> Built:
    """Eighteen communes with diabetics of three bands among 200 people of each."""
    column = [entry.id for entry in CATALOGUE.counted].index(NAME)
    raw = release_with([(0, 0, 0, 0, 0, 0, sum(line)) for line in cells])
    shape = (len(PLACES), len(CATALOGUE.counted), len(BANDS))
    n, d = nothing(*shape), nothing(*shape)
    n[:, column], d[:, column] = 0, 0
    for rank, band in enumerate(SOME):
        n[:, column, band] = [line[rank] for line in cells]
        d[:, column, band] = 200
    raw.counts.denominator[:, column] = 600
    return build(replace(raw, by_age=RawByAge(n, d)), world(), choices)


@settings(max_examples=50, deadline=None)
@given(st.lists(counts, min_size=len(PLACES), max_size=len(PLACES)), st.builds(Choices, policies))
def test_bands_are_told_together_and_of_eleven_people(cells: list[tuple[int, ...]], choices: Choices) -> None:
    found = built(cells, choices)
    rows = [band_row(NAME, BANDS[band]) for band in SOME]
    cuts = [found.partition[row] for row in rows]
    whole = found.partition[NAME]
    for cut in cuts[1:]:
        assert np.array_equal(cut.atom, cuts[0].atom)
    for label in np.flatnonzero(cuts[0].known).tolist():
        units = cuts[0].atom == label
        sums = np.array(cells)[units].sum(axis=0)
        assert (sums >= 11).all()
        # Made of whole atoms of the indicator: its other bands are then eleven at least, too.
        for held in np.unique(whole.atom[units]).tolist():
            assert held
            assert units[whole.atom == held].all()


def test_a_band_with_nobody_is_no_band() -> None:
    found = built([(20, 30, 40)] * len(PLACES), Choices("atoms"))
    assert [row for row in found.release.layout.rows if "@" in row] == [
        band_row(NAME, BANDS[band]) for band in SOME
    ]
    assert found.release.published.atom[:-1, found.release.rows[band_row(NAME, BANDS[3])]].all()


def test_without_counts_by_age_there_is_no_such_row() -> None:
    raw = release_with([(0, 0, 0, 0, 0, 0, 20)] * len(PLACES))
    assert raw.by_age is None
    release = build(raw, world(), Choices("atoms")).release
    assert not [row for row in release.layout.rows if "@" in row]


def test_people_of_a_band_are_cut_once_for_all_indicators() -> None:
    """90 and over: 40, 6, 80, 60 people in four communes, the same for two ALD that are cut unlike."""
    column = [entry.id for entry in CATALOGUE.counted].index
    raw = release_with([(0, 0, 0, 0, 0, 0, 40)] * len(PLACES))
    shape = (len(PLACES), len(CATALOGUE.counted), len(BANDS))
    n, d = nothing(*shape), nothing(*shape)
    rng = np.random.default_rng(4)
    people = rng.integers(0, 40, len(PLACES))
    for name in (NAME, OTHER):
        ill = np.minimum(rng.integers(0, 25, len(PLACES)), people)
        raw.counts.numerator[:, column(name)], raw.counts.denominator[:, column(name)] = ill + 20, 400
        n[:, column(name)], d[:, column(name)] = 0, 0
        n[:, column(name), 5], n[:, column(name), 6] = 20, ill
        d[:, column(name), 5], d[:, column(name), 6] = 400 - people, people
    for policy in ("atoms", "commune-mask"):
        found = build(
            replace(raw, by_age=RawByAge(n, d)),
            world(),
            Choices(policy, two_sided=False),
        )
        cuts = [found.partition[band_row(name, BANDS[6])] for name in (NAME, OTHER)]
        held = found.partition[f"d.{band_row(OTHER, BANDS[6])}"].atom
        for label in np.unique(held[held > 0]).tolist():
            for cut in cuts:
                assert len(np.unique(cut.atom[held == label])) == 1
        assert f"d.{band_row(NAME, BANDS[6])}" not in found.partition
