"""Rates standardised on age: the same rates by age give the same rate, however old a place is."""

from collections.abc import Sequence
from math import sqrt
from pathlib import Path

import pytest

from services.indicators.answers.intervals import wilson
from services.indicators.release import Release
from shared.schemas.indicators import Standardised, Status
from tests.unit.indicators.worlds import CATALOGUE, diagnostic, indicator, release_of, write_folder

NAME = "ald_08_diabete"
BANDS = [band.id for band in CATALOGUE.age_bands]
CODES = ("83001", "83002", "83003")
# Of two bands: the young and the old of each commune, of whom so many are counted.
YOUNG, OLD = BANDS[1], BANDS[5]


def made(
    path: Path, cells: Sequence[tuple[tuple[int, int], tuple[int, int]]], *, by_age: bool = True
) -> Release:
    whole = [(young[0] + old[0], young[1] + old[1]) for young, old in cells]
    rows = [
        f"{NAME},{code},{band},{n},{d}"
        for code, line in zip(CODES, cells, strict=False)
        for band in BANDS
        for n, d in [line[0] if band == YOUNG else line[1] if band == OLD else (0, 0)]
    ]
    files = {"counts_by_age": ["indicator,commune,band,numerator,denominator", *rows]} if by_age else {}
    folder = write_folder(
        path,
        counts=[
            "indicator,commune,numerator,denominator",
            *(f"{NAME},{code},{n},{d}" for code, (n, d) in zip(CODES, whole, strict=False)),
        ],
        consumers=["commune,consumers", *(f"{code},2000" for code in CODES)],
        # France: three young for one old.
        population=[
            "commune,band,value",
            *(f"{code},{band},{ {YOUNG: 300, OLD: 100}.get(band, 50) }" for code in CODES for band in BANDS),
        ],
        **files,
    )
    return release_of(folder, (*CODES, "83999"))


def found(release: Release, *codes: str) -> Standardised | None:
    return indicator(diagnostic(release, codes), NAME).standardised


def test_the_same_rates_by_age_give_the_same_rate_however_old_the_place_is(tmp_path: Path) -> None:
    release = made(tmp_path, [((20, 400), (80, 400)), ((20, 400), (40, 200)), ((30, 600), (20, 100))])
    rates = [indicator(diagnostic(release, [code]), NAME).rate for code in CODES]
    assert rates == [12.5, 10.0, 7.1]
    # 5 % of the young, 20 % of the old, three young for one old.
    standard = [found(release, code) for code in CODES]
    assert [one.rate for one in standard if one] == [8.8, 8.8, 8.8]


def test_the_interval_is_the_crude_ones_stretched(tmp_path: Path) -> None:
    release = made(tmp_path, [((20, 400), (80, 400)), ((20, 400), (40, 200)), ((30, 600), (20, 100))])
    one = found(release, "83001")
    assert one is not None
    variance = 0.75**2 * 0.05 * 0.95 / 400 + 0.25**2 * 0.2 * 0.8 / 400
    stretch = sqrt(variance / (0.125 * 0.875 / 800))
    low, high = (100 * (0.0875 + stretch * (limit - 0.125)) for limit in wilson(100, 800))
    assert [one.low, one.high] == pytest.approx([low, high], abs=0.0501)
    assert one.low < one.rate < one.high
    assert "essai" in one.population


def test_with_frances_own_ages_the_rate_and_its_interval_are_the_crude_ones(tmp_path: Path) -> None:
    release = made(tmp_path, [((30, 600), (40, 200))] * 3)
    answer = indicator(diagnostic(release, CODES), NAME)
    one = answer.standardised
    assert one is not None
    assert answer.interval is not None
    assert one.rate == answer.rate == 8.8
    # Stratified by age, the variance is a little less than that of the crude rate.
    assert answer.interval.low <= one.low < one.high <= answer.interval.high


def test_bands_that_may_not_be_shown_leave_their_communes_out(tmp_path: Path) -> None:
    # Eight of the young of 83002 are counted: their band is unsafe there, the whole is not.
    release = made(tmp_path, [((20, 400), (80, 400)), ((8, 400), (40, 200)), ((30, 600), (20, 100))])
    assert indicator(diagnostic(release, CODES), NAME).covered_population_share == 100.0
    both = found(release, *CODES)
    alone = found(release, "83002")
    assert both is not None
    assert (both.covered_population_share or 0) < 100.0
    assert alone is None
    assert indicator(diagnostic(release, ["83002"]), NAME).status is Status.PUBLISHED


def test_without_counts_by_age_there_is_none(tmp_path: Path) -> None:
    release = made(tmp_path, [((20, 400), (80, 400))] * 3, by_age=False)
    assert found(release, *CODES) is None
