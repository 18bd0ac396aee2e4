"""The attacker reads answers and documents for all that they say, and its claims are scored by the rule."""

from pathlib import Path
from typing import Any

import pytest

from tests.attack.answers import Reader
from tests.attack.api import Api
from tests.attack.documents import printed_counts
from tests.attack.facts import Claim, Fact, Ground, row
from tests.attack.knowledge import DERIVED, read_catalogue
from tests.attack.naive_world import ALD, BOTH, ROW, SPLIT, WHOLE, catalogue
from tests.attack.session import Session, Told
from tests.attack.truth import Truth, read_truth

CODES = ("01001", "01002", "01003")
GROUND = Ground(CODES, ("01",) * 3, ("84",) * 3, frozenset(("departement",)))
READER = Reader(GROUND, read_catalogue(catalogue()))


def indicator(name: str, count: int | None, left_out: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"id": name, "count": count, "rate": None, "references": []}
    return told | {"neutralised": {"communes": [{"code": code} for code in left_out]}} | more


def facts(answer: dict[str, Any], communes: int = 0b111) -> list[Fact]:
    return list(READER.facts(answer, communes, "asked"))


def test_a_count_is_of_the_communes_that_are_not_left_out() -> None:
    answer = {"indicators": [indicator(ALD[0], 40, ("01002",))]}
    assert facts(answer) == [Fact(row(ALD[0]), 0b101, 40, 40, "asked")]


def test_patients_of_the_zoned_communes_are_patients_of_a_smaller_territory() -> None:
    derived, (source, _) = next(iter(DERIVED.items()))
    zoned = [{"code": code, "zonage": zone} for code, zone in zip(CODES, ("ZIP", "hors", "ZAC"), strict=True)]
    answer = {"territory": {"communes": zoned}, "indicators": [indicator(derived, 25, ("01003",))]}
    assert facts(answer) == [Fact(row(source), 0b001, 25, 25, "asked")]


def test_a_reference_is_of_its_whole_area() -> None:
    given = [{"level": "departement", "code": "01", "count": 90, "rate": None}]
    found = facts({"indicators": [indicator(WHOLE, None, CODES, references=given)]})
    assert found == [Fact(row(WHOLE), 0b111, 90, 90, "references")]


def test_the_second_cell_of_a_split_is_a_difference() -> None:
    cells = [{"count": None}, {"count": 30}, {"count": None}, {"count": None}]
    split = {"id": SPLIT, "cells": cells, "neutralised": {"communes": []}}
    assert facts({"splits": [split]}) == [Fact(((ROW, 1.0), (BOTH, -1.0)), 0b111, 30, 30, "links")]


def test_a_list_that_is_only_counted_tells_no_sum() -> None:
    answer = {"indicators": [indicator(ALD[0], None, neutralised={"communes": [], "number": 2})]}
    assert facts(answer) == []


def test_a_ranking_of_the_counts_told_says_nothing_more_and_another_does() -> None:
    told = [indicator(ALD[0], 40), indicator(ALD[1], 30)]
    assert not [
        fact for fact in facts({"indicators": told, "top_ald": [ALD[0], ALD[1]]}) if fact.attack == "ranks"
    ]
    (ranked,) = (
        fact for fact in facts({"indicators": told, "top_ald": [ALD[1], ALD[0]]}) if fact.attack == "ranks"
    )
    assert ranked.terms == ((ALD[1], 1.0), (ALD[0], -1.0))


@pytest.mark.parametrize(("cell", "found"), [("7", [7]), ("1\u202f204*", [1204]), ("n.c.", []), ("–", [])])
def test_a_count_printed_beside_a_hidden_indicator_is_read(cell: str, found: list[int]) -> None:
    page = (
        f'<tr><th scope="row" class="start">{ALD[0]} <small>Tous</small></th><td>–</td><td>{cell}</td></tr>'
    )
    session = Session(Api("http://127.0.0.1"), READER, 0b111)
    session.told[0b001] = {ALD[0]: Told(None, None, 0)}
    assert [claim.low for claim in printed_counts(session, 0b001, page)] == found


@pytest.fixture
def truth(tmp_path: Path) -> Truth:
    (tmp_path / "counts.csv").write_text(
        "indicator,commune,numerator,denominator,persons\n"
        f"{WHOLE},01001,200,,\n{ROW},01001,40,200,\n{BOTH},01001,35,200,\n{ALD[0]},01001,7,300,\n",
        encoding="utf-8",
    )
    (tmp_path / "consumers.csv").write_text("commune,consumers\n01001,300\n", encoding="utf-8")
    return read_truth(tmp_path, READER.knowledge)


@pytest.mark.parametrize(
    ("target", "low", "high", "verdict"),
    [
        (ALD[0], 7, 7, "exact"),
        (ALD[0], 5, 9, "narrow"),
        (ALD[0], 2, 7, None),
        (ALD[0], 8, 9, "wrong"),
        (ROW, 40, 40, None),
        (f"{ROW} - {BOTH}", 5, 5, "exact"),
    ],
)
def test_a_claim_counts_where_few_people_are_learnt_of(
    truth: Truth, target: str, low: int, high: int, verdict: str | None
) -> None:
    assert truth.verdict(Claim(target, "01001", low, high, "test")) == verdict
