"""Territories side by side: each column is the territory's own profile."""

from pathlib import Path

import pytest

from services.indicators.answers.compare import compare
from services.indicators.answers.profile import make_profile
from services.indicators.release import Release
from shared.schemas.indicators import Status
from tests.unit.indicators.outlines import outline
from tests.unit.indicators.worlds import CATALOGUE, release_of, write_folder

CODES = ("83001", "83002", "83003", "83004")
TERRITORIES = (("83001", "83002"), ("83003",), ("83002",))


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder: Path = write_folder(
        tmp_path_factory.mktemp("world"),
        counts=[
            "indicator,commune,numerator,denominator",
            *(f"ald_08_diabete,{code},{n},1000" for code, n in zip(CODES[:3], (50, 5, 100), strict=True)),
        ],
        consumers=["commune,consumers", *(f"{code},1000" for code in CODES)],
        references=[
            "indicator,level,code,numerator,denominator,rate",
            "ald_08_diabete,france,FR,,,5.1",
        ],
    )
    return release_of(folder, CODES)


def test_each_column_is_the_territorys_own_profile(release: Release) -> None:
    outlines = [outline(codes) for codes in TERRITORIES]
    table = compare(release, outlines, CATALOGUE)
    assert [territory.communes for territory in table.territoires] == [2, 1, 1]
    profiles = [make_profile(release, one, CATALOGUE) for one in outlines]
    for row, *answers in zip(table.indicators, *(profile.indicators for profile in profiles), strict=True):
        for value, answer in zip(row.values, answers, strict=True):
            assert (row.id, row.unit) == (answer.id, answer.unit)
            assert (value.status, value.rate, value.count, value.interval) == (
                answer.status,
                answer.rate,
                answer.count,
                answer.interval,
            )
            assert value.covered_population_share == answer.covered_population_share
            assert value.neutralised.rate == answer.neutralised.rate
            assert value.neutralised.number == len(answer.neutralised.communes)


def test_a_row_holds_rates_statuses_communes_left_out_and_france(release: Release) -> None:
    table = compare(release, [outline(codes) for codes in TERRITORIES], CATALOGUE)
    row = next(row for row in table.indicators if row.id == "ald_08_diabete")
    assert [value.rate for value in row.values] == [5.0, 10.0, None]
    assert [value.status for value in row.values] == [
        Status.PUBLISHED,
        Status.PUBLISHED,
        Status.SUPPRESSED,
    ]
    assert [(value.neutralised.number, value.neutralised.rate) for value in row.values] == [
        (1, 50.0),
        (0, 0.0),
        (1, 100.0),
    ]
    assert row.france == 5.1


def test_the_order_of_the_territories_is_kept(release: Release) -> None:
    forward = compare(release, [outline(codes) for codes in TERRITORIES], CATALOGUE)
    backward = compare(release, [outline(codes) for codes in reversed(TERRITORIES)], CATALOGUE)
    for one, other in zip(forward.indicators, backward.indicators, strict=True):
        assert one.values == other.values[::-1]
