"""The filled example: every file, communes that exist, fictitious counts, accepted whole and built for real."""

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from services.indicators.folder.doubts import doubts
from services.indicators.folder.files import MANDATORY, OPTIONAL
from services.indicators.folder.missing import missing
from services.indicators.folder.outliers import outliers
from services.indicators.folder.read import read_all
from services.indicators.folder.supply_doubts import supply_doubts
from services.indicators.geography import geography_of
from services.indicators.raw import RawRelease
from shared.schemas.indicators import Status
from tests.golden import COMMUNES
from tests.unit.indicators.worlds import CATALOGUE, diagnostic, indicator, membership, release_of

EXAMPLE = Path(str(files("services.indicators").joinpath("data", "exemple")))
# The rest of France, which the example does not count: its references are larger than its five communes.
WORLD = geography_of(
    [membership(code, population=None) for code in (*COMMUNES, "83002", "13001", "75056")],
    2026,
    "essai",
)


@pytest.fixture(scope="module")
def raw() -> RawRelease:
    found = read_all(EXAMPLE, CATALOGUE, WORLD)
    assert not found.problems
    assert found.raw is not None
    return found.raw


def test_every_file_is_there_and_every_indicator_but_the_derived(raw: RawRelease) -> None:
    assert raw.given == {*MANDATORY, *OPTIONAL}
    assert raw.by_age is not None
    assert {doubt.file for doubt in missing(raw, CATALOGUE, WORLD)} == {"consumers.csv"}


def test_nothing_in_it_is_doubtful(raw: RawRelease) -> None:
    assert not doubts(raw, CATALOGUE, WORLD)
    assert not supply_doubts(raw, CATALOGUE, WORLD)
    assert not outliers(raw, CATALOGUE, WORLD)


def test_it_says_that_it_is_fictitious() -> None:
    said = tomllib.loads((EXAMPLE / "release.toml").read_text(encoding="utf-8"))
    assert said["synthetic"] is True
    assert "fictifs" in said["title"]


@pytest.mark.parametrize("policy", ["commune-mask", "atoms"])
def test_it_builds_and_answers(policy: str) -> None:
    release = release_of(EXAMPLE, COMMUNES, policy="atoms" if policy == "atoms" else "commune-mask")
    answer = diagnostic(release, list(COMMUNES))
    assert answer.release.synthetic
    assert indicator(answer, "ald_08_diabete").status is Status.PUBLISHED
    assert answer.activity
    assert answer.demography
