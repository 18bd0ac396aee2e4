"""The figures of a published report, given back by the engine from a producer's folder."""

from pathlib import Path
from typing import Any

import pytest

from shared.schemas.indicators import Diagnostic, Status
from tests.golden import CODE_OF, COMMUNES, GOLDEN, LEVELS, active_in, patients_of, write_golden_folder
from tests.unit.indicators.worlds import diagnostic, indicator, release_of


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Diagnostic:
    folder: Path = write_golden_folder(tmp_path_factory.mktemp("var"))
    return diagnostic(release_of(folder, COMMUNES), list(COMMUNES))


@pytest.mark.parametrize("line", GOLDEN["indicators"], ids=lambda line: line["id"])
def test_an_indicator_is_the_published_one(answer: Diagnostic, line: dict[str, Any]) -> None:
    found = indicator(answer, line["id"])
    out = [CODE_OF[name] for name in line["neutralised"]]
    assert (found.status, found.rate, found.count) == (Status.PUBLISHED, line["rate"], line["count"])
    assert [place.code for place in found.neutralised.communes] == sorted(out)
    assert found.neutralised.rate == 20 * len(out)
    assert {ref.level: (ref.code, ref.rate) for ref in found.references} == {
        level: (code, line["refs"][level]) for level, code in LEVELS.items()
    }
    assert {ref.level: ref.difference for ref in found.references} == line["differences"]


@pytest.mark.parametrize("line", GOLDEN["counts"], ids=lambda line: line["id"])
def test_a_count_has_no_rate_and_exact_references(answer: Diagnostic, line: dict[str, Any]) -> None:
    found = indicator(answer, line["id"])
    assert (found.rate, found.count) == (None, line["count"])
    assert {ref.level: ref.count for ref in found.references} == line["refs"]


@pytest.mark.parametrize("profession", list(GOLDEN["activity_suppression"]))
def test_an_activity_line_is_the_published_one(answer: Diagnostic, profession: str) -> None:
    line = GOLDEN["activity_suppression"][profession]
    found = next(activity for activity in answer.activity if activity.profession == profession)
    assert found.professionals == line["total"] == sum(active_in(profession).values())
    assert found.communes_sans_activite == line["communes_sans_activite"]
    assert found.communes_neutralisees == line["communes_neutralisees"]
    assert found.professionnels_neutralises == line["professionnels_neutralises"]
    assert found.taux_neutralisation == line["taux"]
    published = patients_of(profession)
    value = found.patients_par_professionnel
    assert value.value == published["territoire"]
    assert value.status is (Status.SUPPRESSED if published["territoire"] is None else Status.PUBLISHED)
    assert {ref.level: ref.value for ref in value.references} == {level: published[level] for level in LEVELS}


def test_top_five_pathologies_are_ranked_by_patients(answer: Diagnostic) -> None:
    assert answer.top_ald == tuple(
        line["id"]
        for line in sorted(GOLDEN["indicators"], key=lambda line: -line["count"])
        if line["id"].startswith("ald_")
    )
