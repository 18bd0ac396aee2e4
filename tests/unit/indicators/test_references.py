"""What a producer's counts of larger areas may tell: never what the communes of the area less those shown would."""

from pathlib import Path

import pytest

from services.indicators.building.build import Choices
from services.indicators.geography import geography_of
from services.indicators.secrecy.audit.attack import audit
from services.indicators.secrecy.partition import Policy
from shared.schemas.geo import Zonage
from tests.first_cut import Built
from tests.unit.indicators.worlds import (
    KEY,
    built_of,
    diagnostic,
    geography,
    indicator,
    membership,
    write_folder,
)

CODES = tuple(f"8300{number}" for number in range(1, 8))
NAME = "consommants_70_plus"


def built(folder: Path, counts: tuple[int, ...], references: list[str]) -> Built:
    """Seven communes of a département, the last ones without a row."""
    written = write_folder(
        folder,
        counts=["indicator,commune,numerator,denominator,persons"]
        + [f"{NAME},{code},{n},," for code, n in zip(CODES, counts, strict=False)],
        consumers=["commune,consumers", *(f"{code},5000" for code in CODES)],
        references=["indicator,level,code,numerator,denominator,rate", *references],
    )
    return built_of(written, geography(CODES), Choices(key=KEY))


@pytest.mark.parametrize(
    ("level", "total", "shown"),
    [("departement,83", 404, 340), ("region,93", None, 400), ("france,FR", None, 400)],
)
def test_an_exact_total_of_those_given_tells_nothing_though_others_are_not_given(
    tmp_path: Path, level: str, total: int | None, shown: int
) -> None:
    """404 people less 400 shown are the 4 hidden: 60 more are hidden with them, or a larger total is not told."""
    made = built(tmp_path, (4, 60, 70, 80, 90, 100), [f"{NAME},{level},404,,"])
    found = indicator(diagnostic(made.release, CODES), NAME)
    assert found.count == shown
    assert {reference.count for reference in found.references} == {total, None}


@pytest.mark.parametrize(("given", "told"), [(404 + 21, None), (404 + 22, 426), (404 + 3, None), (400, None)])
def test_the_people_of_communes_not_given_are_enough_to_hide_behind_or_the_total_is_not_told(
    tmp_path: Path, given: int, told: int | None
) -> None:
    made = built(tmp_path, (4, 60, 70, 80, 90, 100), [f"{NAME},departement,83,{given},,"])
    found = indicator(diagnostic(made.release, CODES), NAME)
    assert [reference.count for reference in found.references if reference.level == "departement"] == [told]


def test_levels_that_differ_by_a_few_people_are_not_told(tmp_path: Path) -> None:
    # France has 30 people more than the région, and the région 3 more than its département.
    given = [
        f"{NAME},{area},{count},,"
        for area, count in (("departement,83", 434), ("region,93", 437), ("france,FR", 467))
    ]
    found = indicator(diagnostic(built(tmp_path, (40, 60, 70, 80, 90, 64), given).release, CODES), NAME)
    assert {reference.count for reference in found.references} == {None}


def test_communes_left_out_by_rule_are_no_cover(tmp_path: Path) -> None:
    # 30 people in a commune of 40 consumers: whoever sees 434 - 400 would know that at most 4 are hidden.
    counts = (2, 60, 70, 80, 90, 100, 30)
    written = write_folder(
        tmp_path,
        counts=["indicator,commune,numerator,denominator,persons"]
        + [f"{NAME},{code},{n},," for code, n in zip(CODES, counts, strict=True)],
        consumers=["commune,consumers", *(f"{code},5000" for code in CODES[:-1]), f"{CODES[-1]},40"],
        references=["indicator,level,code,numerator,denominator,rate", f"{NAME},departement,83,432,,"],
    )
    found = indicator(diagnostic(built_of(written, geography(CODES), Choices(key=KEY)).release, CODES), NAME)
    # The sum of those that are not left out stands in for it.
    assert (found.count, found.references[0].count) == (340, 402)
    assert [place.code for place in found.neutralised.communes] == [CODES[0], CODES[1], CODES[-1]]


SOURCE, ZONED = "sans_mt_17_plus", "sans_mt_zone_sous_dense"
WITHOUT = (4, 9, 2, 60, 70, 80, 90)


@pytest.mark.parametrize("policy", ["commune-mask", "atoms"])
@pytest.mark.parametrize("given", [304, 330, 200])
@pytest.mark.parametrize("rows", ["none", "all", "in the zones"])
def test_a_total_over_public_zones_does_not_tell_of_the_hidden_communes_in_them(
    tmp_path: Path, policy: Policy, given: int, rows: str
) -> None:
    """Of the communes in ZIP the first has 4 people; the others are shown: 304 - 300 would tell."""
    zoned = [Zonage.ZIP, Zonage.HZ, Zonage.HZ, *(Zonage.ZIP,) * 4]
    world = geography_of(
        [membership(code, zonage=zonage) for code, zonage in zip(CODES, zoned, strict=True)], 2026, "essai"
    )
    counts = [f"{SOURCE},{code},{n},800," for code, n in zip(CODES, WITHOUT, strict=True)]
    if rows != "none":
        counts += [
            f"{ZONED},{code},{n if zonage is Zonage.ZIP else 0},,"
            for code, n, zonage in zip(CODES, WITHOUT, zoned, strict=True)
            if rows == "all" or zonage is Zonage.ZIP
        ]
    written = write_folder(
        tmp_path,
        counts=["indicator,commune,numerator,denominator,persons", *counts],
        consumers=["commune,consumers", *(f"{code},1000" for code in CODES)],
        references=["indicator,level,code,numerator,denominator,rate", f"{ZONED},departement,83,{given},,"],
    )
    built = built_of(written, world, Choices(policy, policy == "atoms", KEY))
    found = indicator(diagnostic(built.release, CODES, dict(zip(CODES, zoned, strict=True))), ZONED)
    assert found.count is None or found.count % 10 == 0
    assert audit(built.pieces, built.partition, world, workers=0).passed
    assert {reference.count for reference in found.references} == {None}


@pytest.mark.parametrize(("last", "told"), [(Zonage.ZAC, 360), (Zonage.HZ, 270), (Zonage.INCONNU, None)])
def test_a_total_over_public_zones_is_told_where_all_of_them_are_known_and_shown(
    tmp_path: Path, last: Zonage, told: int | None
) -> None:
    zoned = [Zonage.ZIP, Zonage.HZ, *(Zonage.ZAC,) * 4, last]
    world = geography_of(
        [membership(code, zonage=zonage) for code, zonage in zip(CODES, zoned, strict=True)], 2026, "essai"
    )
    counts = (40, 50, 20, 60, 70, 80, 90)
    written = write_folder(
        tmp_path,
        counts=["indicator,commune,numerator,denominator,persons"]
        + [f"{SOURCE},{code},{n},800," for code, n in zip(CODES, counts, strict=True)],
        consumers=["commune,consumers", *(f"{code},1000" for code in CODES)],
    )
    release = built_of(written, world, Choices(key=KEY)).release
    found = indicator(diagnostic(release, CODES, dict(zip(CODES, zoned, strict=True))), ZONED)
    assert found.count == (told or 270)
    assert {reference.count for reference in found.references} == {told}
