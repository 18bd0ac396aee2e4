"""Codes that are no current ones: what is said of them, in sentences that stay short."""

from dataclasses import replace

import pytest

from services.geo.territory.codes import choose
from shared.errors import AmbiguousCommunes, UnknownCommunes
from tests.unit.geo.world import atlas, commune, square

OLD = [f"83{number}" for number in range(700, 750)]
WORLD = replace(
    atlas(
        {commune("83001"): square(0, 0), commune("83002"): square(1, 0)},
        successors={"83900": ("83001",), **dict.fromkeys(OLD, ("83001", "83002"))},
        old_names={"83900": "Vieille", "83700": "Coupée"},
    ),
    old_natures={"83900": "deleguee", "83700": "associee"},
)


def test_a_commune_deleguee_is_said_to_be_one_where_it_was_taken_in() -> None:
    assert choose(WORLD, ["83900"]).notices[0].detail == (
        "Vieille (83900), commune déléguée, est aujourd’hui dans Commune 83001 (83001)."
    )


def test_a_split_commune_is_named_with_its_choices() -> None:
    with pytest.raises(AmbiguousCommunes) as caught:
        choose(WORLD, ["83700"])
    assert caught.value.detail.endswith(
        "à préciser\u00a0: Coupée (83700)\u00a0: Commune 83001 (83001) ou Commune 83002 (83002)."
    )


def test_many_codes_are_counted_in_the_sentence_and_all_listed_beside_it() -> None:
    with pytest.raises(AmbiguousCommunes, match="et 30\u00a0de plus") as split:
        choose(WORLD, OLD)
    assert list(split.value.extensions["codes"]) == OLD
    wrong = [f"{number:05}" for number in range(2000)]
    with pytest.raises(UnknownCommunes, match="2\u202f000\u00a0codes inconnus") as unknown:
        choose(WORLD, wrong)
    assert unknown.value.extensions["codes"] == wrong
    assert unknown.value.detail.endswith("et 1\u202f981\u00a0autres.")
    notice = choose(
        atlas({commune(f"83{number:03}"): square(number, 0) for number in range(30)}),
        [f"83{number:03}" for number in range(30)] * 2,
    ).notices[0]
    assert len(notice.communes) == 30
    assert "et 11\u00a0autres" in notice.detail


@pytest.mark.parametrize("code", ["97123", "97127", "97502", "98818"])
def test_collectivities_that_are_not_served_are_said_not_to_be(code: str) -> None:
    with pytest.raises(UnknownCommunes, match="Seuls la métropole et les cinq départements"):
        choose(WORLD, [code])
