"""The profile of any territory: the answers of a diagnostic, in little room however large it is."""

from pathlib import Path

import pytest

from services.indicators.answers.profile import NAMED, make_profile
from services.indicators.release import Release
from shared.schemas.indicators import IndicatorAnswer, Status
from shared.schemas.indicators_profile import Profile
from tests.unit.indicators.outlines import outline
from tests.unit.indicators.worlds import CATALOGUE, diagnostic, release_of, write_folder

SMALL = ("83001", "83002", "83003", "06001")
BANDS = ("0-14", "15-29", "30-44", "45-59", "60-74", "75-89", "90+")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = write_folder(
        tmp_path_factory.mktemp("small"),
        counts=[
            "indicator,commune,numerator,denominator",
            *(f"ald_08_diabete,{code},{n},900" for code, n in zip(SMALL, (50, 5, 40, 30), strict=True)),
            *(f"sans_mt_17_plus,{code},90,900" for code in SMALL),
        ],
        consumers=["commune,consumers", *(f"{code},1000" for code in SMALL)],
        population=["commune,band,value", *(f"83001,{band},10" for band in BANDS)],
        professionals=[
            "profession,commune,total,age_60_plus,age_65_plus",
            "infirmier,83001,12,6,5",
            "infirmier,83002,3,1,0",
        ],
        references=[
            "indicator,level,code,numerator,denominator,rate",
            "ald_08_diabete,departement,83,,,5.1",
            "ald_08_diabete,region,93,,,5.2",
            "ald_08_diabete,france,FR,,,5.3",
        ],
    )
    return release_of(folder, SMALL)


def found(profile: Profile, name: str) -> IndicatorAnswer:
    return next(answer for answer in profile.indicators if answer.id == name)


def test_a_profile_gives_what_the_diagnostic_does_but_the_headcounts_by_commune(small: Release) -> None:
    profile = make_profile(small, outline(SMALL), CATALOGUE)
    whole = diagnostic(small, SMALL)
    assert profile.indicators == whole.indicators
    assert (profile.splits, profile.activity) == (whole.splits, whole.activity)
    assert profile.population_by_age == whole.population_by_age
    assert profile.top_ald == whole.top_ald == ("ald_08_diabete",)
    assert [line.total for line in profile.demography] == [line.total for line in whole.demography] == [15]
    assert whole.demography[0].communes
    assert profile.demography[0].communes == ()
    assert profile.listes_completes is True


def test_the_territory_is_said_in_a_few_lines(small: Release) -> None:
    territory = make_profile(small, outline(SMALL, area=80.0), CATALOGUE).territory
    assert (territory.communes, territory.population, territory.densite) == (4, 4000, 50.0)
    assert [place.code for place in territory.departements] == ["06", "83"]
    assert make_profile(small, outline(SMALL), CATALOGUE).territory.densite is None


@pytest.mark.parametrize(
    ("nature", "levels"),
    [
        ("communes", ["departement", "departement", "region", "france"]),
        ("departement", ["departement", "departement", "region", "france"]),
        ("region", ["region", "france"]),
        ("france", ["france"]),
    ],
)
def test_a_territory_is_compared_with_what_is_larger(small: Release, nature: str, levels: list[str]) -> None:
    traced = outline(SMALL).model_copy(update={"nature": nature})
    answer = found(make_profile(small, traced, CATALOGUE), "ald_08_diabete")
    assert [reference.level for reference in answer.references] == levels


def test_a_large_territory_gives_numbers_instead_of_names(tmp_path: Path) -> None:
    codes = [f"83{number:03}" for number in range(NAMED + 1)]
    folder = write_folder(
        tmp_path,
        counts=[
            "indicator,commune,numerator,denominator",
            *(f"ald_08_diabete,{code},{50 if code != codes[0] else 5},900" for code in codes[:-1]),
        ],
        consumers=["commune,consumers", *(f"{code},1000" for code in codes)],
        population=["commune,band,value", *(f"83001,{band},10" for band in BANDS)],
    )
    release = release_of(folder, codes)
    large = make_profile(release, outline(codes), CATALOGUE)
    answer = found(large, "ald_08_diabete")
    assert large.listes_completes is False
    assert (answer.neutralised.communes, answer.neutralised.number) == ((), 2)
    assert (answer.status, answer.count) == (Status.PUBLISHED, 50 * (NAMED - 1))
    assert (large.population_by_age.communes_absentes, large.population_by_age.absentes) == ((), NAMED)
    fewer = make_profile(release, outline(codes[:-1]), CATALOGUE)
    assert fewer.listes_completes is True
    assert [place.code for place in found(fewer, "ald_08_diabete").neutralised.communes] == codes[:1]
    assert len(large.model_dump_json()) < len(fewer.model_dump_json())
