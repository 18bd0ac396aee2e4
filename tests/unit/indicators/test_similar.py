"""Groups that resemble a territory: by size, density and ages, and by nothing that is secret."""

from pathlib import Path

import numpy as np
import pytest

from services.indicators.answers.similar import resemble
from services.indicators.release import Release
from shared.schemas.geo_outline import MeasuredGroup
from tests.unit.indicators.outlines import group, outline
from tests.unit.indicators.worlds import release_of, write_folder

CODES = tuple(f"8300{number}" for number in range(1, 8))
# Residents under 15, of 75 and more, and in between, by commune.
AGES = {
    "83001": (200, 100, 700),
    "83002": (200, 100, 700),
    "83003": (210, 100, 690),
    "83004": (50, 400, 550),
    "83005": (200, 100, 700),
    "83006": (100, 200, 700),
}


def folder_of(path: Path, counts: int = 50) -> Path:
    rows = [
        f"{code},{band},{value}"
        for code, (young, old, others) in AGES.items()
        for band, value in zip(
            ("0-14", "15-29", "30-44", "45-59", "60-74", "75-89", "90+"),
            (young, others, 0, 0, 0, old - 10, 10),
            strict=True,
        )
    ]
    return write_folder(
        path,
        counts=["indicator,commune,numerator,denominator", f"ald_08_diabete,83002,{counts},900"],
        consumers=["commune,consumers", *(f"{code},1000" for code in CODES)],
        population=["commune,band,value", *rows],
    )


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return release_of(folder_of(tmp_path_factory.mktemp("world")), CODES)


GROUPS = (
    group("own", ["83001", "83007"], 1000, 10.0),
    group("same", ["83002"], 1000, 10.0),
    group("near", ["83003"], 1100, 10.0),
    group("old", ["83004"], 1000, 10.0),
    group("large", ["83005"], 100_000, 10.0),
    group("unmeasured", ["83006"], 1000, None),
)
ASKED = outline(["83001"], populations={"83001": 1000}, area=10.0)


def test_the_nearest_come_first_and_a_group_that_shares_a_commune_is_left_out(release: Release) -> None:
    found = resemble(release, ASKED, GROUPS, 3)
    assert found is not None
    assert [one.code for one in found.groups][:2] == ["same", "near"]
    assert found.distances[0] == 0
    assert list(found.distances) == sorted(found.distances)
    # Four compared: the territory's own group shares 83001, and one has no known area.
    assert found.compared == 4
    assert "own" not in {one.code for one in found.groups}


def test_the_distance_is_the_one_that_the_method_says(release: Release) -> None:
    found = resemble(release, ASKED, GROUPS, 4)
    assert found is not None
    values = np.array(
        [
            [np.log10(1000), np.log10(100), 20.0, 10.0],
            [np.log10(1100), np.log10(110), 21.0, 10.0],
            [np.log10(1000), np.log10(100), 5.0, 40.0],
            [np.log10(100_000), np.log10(10_000), 20.0, 10.0],
        ]
    )
    own = values[0]
    expected = np.sqrt((((values - own) / values.std(axis=0)) ** 2).sum(axis=1))
    assert sorted(found.distances) == pytest.approx(sorted(expected.tolist()), abs=1e-3)
    assert [one.valeur for one in found.criteria] == [1000.0, 100.0, 20.0, 10.0]
    assert [one.ecart_type for one in found.criteria] == pytest.approx(values.std(axis=0).tolist(), abs=1e-3)
    assert found.values[0] == (1000.0, 100.0, 20.0, 10.0)
    assert "4 regroupements" in found.method


def test_a_criterion_unknown_for_the_territory_is_left_out_and_said(release: Release) -> None:
    found = resemble(release, outline(["83001"]), GROUPS, 5)
    assert found is not None
    assert [one.id for one in found.criteria] == ["population", "part_moins_15", "part_75_plus"]
    assert "densité de population," not in found.method
    # The group without area is comparable again.
    assert found.compared == 5


def test_without_a_group_to_compare_there_is_no_answer(release: Release) -> None:
    assert resemble(release, ASKED, (), 5) is None
    assert resemble(release, ASKED, GROUPS[:1], 5) is None


def test_groups_all_alike_keep_their_order(release: Release) -> None:
    twins = [group(code, ["83002"], 1000, 10.0) for code in ("a", "b", "c")]
    found = resemble(release, ASKED, twins, 2)
    assert found is not None
    assert ([one.code for one in found.groups], found.distances) == (["a", "b"], (0.0, 0.0))


def test_no_health_count_moves_the_choice(release: Release, tmp_path: Path) -> None:
    other = release_of(folder_of(tmp_path, counts=800), CODES)
    groups: tuple[MeasuredGroup, ...] = GROUPS
    one, two = resemble(release, ASKED, groups, 5), resemble(other, ASKED, groups, 5)
    assert one is not None
    assert two is not None
    assert (one.groups, one.distances, one.criteria) == (two.groups, two.distances, two.criteria)
