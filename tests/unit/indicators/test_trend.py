"""A territory through vintages: its series, and the rate over the communes that two vintages both keep."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.indicators.answers.aggregate import indicator_answers
from services.indicators.answers.ground import ground_of_outline
from services.indicators.answers.trend import Look, comparable, make_trend
from services.indicators.answers.trend_look import codes_around, look_of
from services.indicators.answers.view import View
from services.indicators.atoms import AtomTable
from services.indicators.release import Layout, Published, Release
from services.indicators.rounding import tenths
from shared.schemas.indicators import ReleaseFacts, Status
from shared.schemas.indicators_trend import Trend, TrendPoint
from tests.unit.indicators.outlines import outline
from tests.unit.indicators.worlds import CATALOGUE, TOML, release_of, write_folder

CODES = ("83001", "83002", "83003", "83004")
NAME = "ald_08_diabete"


def made(
    path: Path, year: int, counts: Sequence[int], said: str = "", codes: tuple[str, ...] = CODES
) -> Release:
    toml = TOML.replace('"essai"', f'"essai-{year}"').replace('"2025"', f'"{year}"') + said
    folder = write_folder(
        path / str(year),
        toml,
        counts=[
            "indicator,commune,numerator,denominator",
            *(f"{NAME},{code},{n},1000" for code, n in zip(codes, counts, strict=False)),
        ],
        consumers=["commune,consumers", *(f"{code},1000" for code in codes)],
    )
    # One commune without data: no exact total of the département, so only unsafe communes are hidden.
    return release_of(folder, (*codes, "83999"))


def looks(releases: Sequence[Release], codes: Sequence[str] = CODES) -> list[Look]:
    return [look_of(release, outline(codes), {}) for release in releases]


def trend(releases: Sequence[Release], codes: Sequence[str] = CODES) -> Trend:
    return make_trend(looks(releases, codes), outline(codes), CATALOGUE)


def points(found: Trend, name: str = NAME) -> tuple[TrendPoint, ...]:
    return next(series.points for series in found.series if series.id == name)


def test_each_point_is_what_its_release_answers(tmp_path: Path) -> None:
    releases = [made(tmp_path, 2021, (50, 5, 40, 30)), made(tmp_path, 2022, (60, 20, 7, 33))]
    found = trend(releases)
    assert [facts.vintage for facts in found.releases] == ["essai-2021", "essai-2022"]
    assert [(point.vintage, point.count, point.rate) for point in points(found)] == [
        ("essai-2021", 120, 4.0),
        ("essai-2022", 113, 3.8),
    ]
    for release, point in zip(releases, points(found), strict=True):
        answer = next(
            one
            for one in indicator_answers(View(release, ground_of_outline(outline(CODES))), CATALOGUE)
            if one.id == NAME
        )
        assert (point.status, point.interval) == (answer.status, answer.interval)
        assert point.neutralised.number == len(answer.neutralised.communes) == 1


def test_the_comparable_rate_is_over_the_communes_kept_in_both(tmp_path: Path) -> None:
    found = trend([made(tmp_path, 2021, (50, 5, 40, 30)), made(tmp_path, 2022, (60, 20, 7, 90))])
    first, second = points(found)
    assert first.comparable is None
    assert second.comparable is not None
    # 83001 and 83004: 80 of 2 000, then 150 of 2 000.
    assert (second.comparable.communes, second.comparable.precedent, second.comparable.rate) == (2, 4.0, 7.5)
    assert (second.comparable.difference, second.comparable.distinct) == (3.5, True)


def test_two_rates_whose_intervals_meet_are_not_distinct(tmp_path: Path) -> None:
    found = points(trend([made(tmp_path, 2021, (50,)), made(tmp_path, 2022, (52,))], CODES[:1]))
    assert found[1].comparable is not None
    assert (found[1].comparable.difference, found[1].comparable.distinct) == (0.2, False)


def test_without_a_commune_kept_in_both_nothing_is_compared(tmp_path: Path) -> None:
    found = points(trend([made(tmp_path, 2021, (50, 5)), made(tmp_path, 2022, (5, 50))], CODES[:2]))
    assert [point.status for point in found] == [Status.PUBLISHED, Status.PUBLISHED]
    assert [point.comparable for point in found] == [None, None]


def test_a_change_of_definition_is_marked_and_a_change_of_period_is_not(tmp_path: Path) -> None:
    changed = f'[indicators.{NAME}]\nsource = "Ailleurs"\nperiod = "2023"\ndefinition = "Autre"\n'
    releases = [
        made(tmp_path, 2021, (50,)),
        made(tmp_path, 2022, (50,)),
        made(tmp_path, 2023, (50,), changed),
    ]
    found = points(trend(releases))
    assert [point.definition_changed for point in found] == [False, False, True]
    assert [point.definition for point in found][-1] == "Autre"
    others = points(trend(releases), "ald_13_maladie_coronaire")
    assert [point.definition_changed for point in others] == [False] * 3


def test_an_older_code_counts_with_the_commune_it_was_merged_into(tmp_path: Path) -> None:
    then = ("83001", "83002", "83050", "83060")
    older, newer = (
        made(tmp_path, 2021, (50, 20, 30, 40), codes=then),
        made(tmp_path, 2022, (90, 20), codes=CODES),
    )
    today = outline(("83001", "83002"))
    current = {"83001": ("83001",), "83002": ("83002",), "83050": ("83001",), "83060": ("83003", "83004")}
    assert set(then) <= set(codes_around(older, today))
    before, now = look_of(older, today, current), look_of(newer, today, {})
    found = points(make_trend([before, now], today, CATALOGUE))
    assert [(point.count, point.rate) for point in found] == [(100, 3.3), (110, 5.5)]
    assert found[1].comparable is not None
    assert (found[1].comparable.communes, found[1].comparable.precedent) == (2, 3.3)
    # With one half of the merged commune hidden, the commune is not comparable.
    hidden = look_of(made(tmp_path / "b", 2021, (50, 20, 3, 40), codes=then), today, current)
    partly = points(make_trend([hidden, now], today, CATALOGUE))[1].comparable
    assert partly is not None
    assert (partly.communes, partly.precedent, partly.rate) == (1, 2.0, 2.0)


def test_a_commune_unknown_to_the_older_release_is_there_without_data(tmp_path: Path) -> None:
    older, newer = made(tmp_path, 2021, (50,), codes=("83001",)), made(tmp_path, 2022, (50, 20))
    today = outline(("83001", "83002"))
    look = look_of(older, today, {"83001": ("83001",)})
    found = points(make_trend([look, look_of(newer, today, {})], today, CATALOGUE))
    assert [(point.count, point.neutralised.number) for point in found] == [(50, 1), (70, 0)]


UNITS = 8


def atom_release(labels: Sequence[int], n: Sequence[int], year: int) -> Release:
    """A release of one row whose atoms are given: equal labels, one atom; 0, none."""
    sizes = np.bincount(labels, minlength=UNITS + 1)
    sizes[0] = 0
    sums = np.bincount(labels, weights=n, minlength=UNITS + 1).astype(np.int64)
    sums[0] = 0
    codes = [f"8300{number}" for number in range(UNITS)]
    row = np.array([*labels, 0], dtype=np.int32)[:, None]
    nothing = np.full((UNITS + 1, 1), -1)
    table = AtomTable(row, sizes.astype(np.int32), sums.astype(np.int32), (100 * sizes).astype(np.int32))
    published = Published(
        codes=np.array(codes, dtype="S5"),
        atom=table.atom,
        size=table.size,
        n=table.n,
        d=table.d,
        loaded=row > 0,
        reference_rate=np.empty((0, 1), np.int32),
        reference_count=np.empty((0, 1), np.int32),
        headcount=nothing,
        active=nothing,
        covered=nothing,
        population=nothing,
        patients_ratio=nothing,
        quantity_ratio=nothing,
    )
    layout = Layout(
        rows=(NAME,),
        provided=(NAME,),
        indicators=(NAME,),
        **dict.fromkeys(
            ("professions", "with_headcount", "with_activity", "acts", "bands", "areas", "covered"), ()
        ),
    )
    facts = ReleaseFacts(
        id=str(year),
        vintage=str(year),
        title="",
        synthetic=True,
        audited=False,
        policy="atoms",
        two_sided=False,
        dominance_checked=True,
        cog=2026,
        dataset="essai",
        built_at="",
        sources=(),
    )
    return Release(facts, layout, published)


partitions = st.lists(st.integers(0, 4), min_size=UNITS, max_size=UNITS)
counts = st.lists(st.integers(11, 60), min_size=UNITS, max_size=UNITS)


@settings(max_examples=200, deadline=None)
@given(partitions, partitions, counts, counts, st.sets(st.integers(0, UNITS - 1), min_size=1))
def test_what_is_compared_is_what_each_release_answers_for_the_common_communes(
    first: list[int], second: list[int], n: list[int], m: list[int], inside: set[int]
) -> None:
    """So that a trend opens no path: it says nothing that two questions do not."""
    older, newer = atom_release(first, n, 2021), atom_release(second, m, 2022)
    chosen = sorted(inside)
    kept = set(chosen)
    while True:
        whole = {
            unit
            for unit in kept
            if all(
                labels[unit] and {other for other in range(UNITS) if labels[other] == labels[unit]} <= kept
                for labels in (first, second)
            )
        }
        if whole == kept:
            break
        kept = whole
    one, other = looks([older, newer], [f"8300{unit}" for unit in chosen])
    found = comparable(CATALOGUE.by_id[NAME], one, other, len(chosen))
    if not kept:
        assert found is None
        return
    assert found is not None
    answers = [
        next(answer for answer in indicator_answers(look.view, CATALOGUE) if answer.id == NAME)
        for look in looks([older, newer], [f"8300{unit}" for unit in sorted(kept)])
    ]
    assert found.communes == len(kept)
    assert [found.precedent, found.rate] == [answer.rate for answer in answers]
    assert [answer.neutralised.number for answer in answers] == [0, 0]
    assert found.difference == pytest.approx(found.rate - found.precedent)
    assert tenths(round(10 * found.rate)) == found.rate
