"""Size and yearly funding on the two published scales (DOMAIN §6)."""

import tomllib
from importlib.resources import files
from typing import Any

import pytest
from pydantic import ValidationError

from services.geo.territory.funding import published_scales, read_scales

AGREEMENT, DRAFT = published_scales()


def document() -> dict[str, Any]:
    return tomllib.loads(files("services.geo").joinpath("data/aci.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("population", "size", "total"),
    [
        (0, 1, 220_000),
        (39_999, 1, 220_000),
        (40_000, 2, 287_000),
        (79_999, 2, 287_000),
        (80_000, 3, 370_000),
        (112_812, 3, 370_000),
        (174_999, 3, 370_000),
        (175_000, 4, 450_000),
    ],
)
def test_size_and_total_of_the_signed_agreement(population: int, size: int, total: int) -> None:
    answer = AGREEMENT.size_class(population)
    assert (answer.taille, answer.total) == (size, total)
    assert sum(line.montant for line in answer.lignes) == total


@pytest.mark.parametrize(("population", "size", "total"), [(69_999, 2, 230_000), (112_812, 3, 300_000)])
def test_the_draft_has_its_own_bounds_and_no_unscheduled_care(population: int, size: int, total: int) -> None:
    answer = DRAFT.size_class(population)
    assert (answer.taille, answer.total) == (size, total)
    assert {line.part for line in answer.lignes} == {None, "fixe", "variable"}


def test_a_class_says_its_bounds_the_last_has_no_upper_one() -> None:
    assert (AGREEMENT.size_class(90_000).population_min, AGREEMENT.size_class(90_000).population_max) == (
        80_000,
        174_999,
    )
    assert AGREEMENT.size_class(200_000).population_max is None


def test_every_scale_names_its_date_and_source() -> None:
    assert all(scale.date.startswith("2019") and scale.source for scale in (AGREEMENT, DRAFT))


def test_lines_that_do_not_sum_to_the_announced_total_are_refused() -> None:
    tampered = document()
    tampered["bareme"][0]["lignes"][0]["montants"][2] += 1
    with pytest.raises(ValidationError, match="aci-2019: lines sum to"):
        read_scales(tampered)


def test_bounds_that_do_not_rise_are_refused() -> None:
    tampered = document()
    tampered["bareme"][1]["population_min"] = [0, 70000, 40000, 250000]
    with pytest.raises(ValidationError, match="must rise"):
        read_scales(tampered)
