"""Units found as people type them, and by what they belong to, page by page."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.geo.read.directory import search
from services.geo.read.gazetteer import build_gazetteer
from services.geo.read.kinds import KINDS, Kind
from services.geo.read.names import normalise
from shared.schemas.geo_read_queries import CommuneQuery
from tests.unit.geo.world import atlas, commune, square

WORLD = atlas(
    {
        commune("83061", "Fréjus", population=59_719, codes_postaux=("83600", "83370"), epci="200"): square(
            0, 0
        ),
        commune("83118", "Saint-Raphaël", population=36_000, codes_postaux=("83700",)): square(1, 0),
        commune("83001", "Les Adrets-de-l'Estérel", population=2_900, codes_postaux=("83600",)): square(2, 0),
        commune("06001", "Sainte-Agnès", population=1_200): square(3, 0),
        commune("06002", "Saint-Raphaël", population=50): square(4, 0),
        commune("06088", "Nice", population=350_000, codes_postaux=("06000",)): None,
        commune("06201", "Nice 1er Arrondissement", whole="06088", codes_postaux=("06000",)): square(5, 0),
    }
)
GAZETTEER = build_gazetteer(WORLD)


def found(**parameters: object) -> list[str]:
    query = CommuneQuery.model_validate(parameters)
    return [GAZETTEER.communes.codes[one] for one in search(GAZETTEER.communes, query).positions]


@pytest.mark.parametrize(
    "typed",
    ["Fréjus", "frejus", "FREJUS", " Fréjus ", "frej", "frejsu", "fréjuss"],
)
def test_accents_case_beginnings_and_misspellings_find_the_commune(typed: str) -> None:
    assert found(nom=typed)[0] == "83061"


@pytest.mark.parametrize("typed", ["st raphael", "St-Raphaël", "saint raphael", "saint-raph", "sant raphael"])
def test_st_is_saint_and_the_most_peopled_comes_first(typed: str) -> None:
    assert found(nom=typed)[:2] == ["83118", "06002"]


@pytest.mark.parametrize(
    "typed", ["adrets de l esterel", "ADRETS-DE-L’ESTEREL", "esterel", "les adrets de l'esterl"]
)
def test_apostrophes_hyphens_and_any_word_of_the_name(typed: str) -> None:
    assert found(nom=typed)[0] == "83001"


def test_ste_is_sainte_and_not_saint() -> None:
    assert found(nom="ste agnes") == ["06001"]
    assert normalise("Ste-Œuvre") == "sainte oeuvre"


def test_nothing_alike_finds_nothing() -> None:
    assert found(nom="zzzzzz") == []
    assert found(nom="!!!") == []


def test_boost_puts_the_most_peopled_first_among_names_alike() -> None:
    assert found(nom="sain", boost="population")[0] == "83118"


def test_filters_are_joined_and_lists_of_codes_are_taken() -> None:
    assert found(codePostal="83600") == ["83001", "83061"]
    assert found(codePostal="83600", codeEpci="200") == ["83061"]
    assert found(code="83118,83061,99999") == ["83061", "83118"]
    assert found(codeDepartement="06", nom="st raphael") == ["06002"]
    assert found(codeRegion="93", limit=2, boost="population") == ["06088", "83061"]


def test_arrondissements_come_only_where_their_type_is_asked_for() -> None:
    both = "commune-actuelle,arrondissement-municipal"
    assert found(nom="nice") == ["06088"]
    assert found(code="06201") == []
    assert found(nom="nice", type=both) == ["06088", "06201"]
    assert found(codePostal="06000", type="arrondissement-municipal") == ["06201"]
    assert found(codeParent="06088", type=both) == ["06201"]


def test_pages_follow_each_other_and_say_how_many_match() -> None:
    whole = found(codeRegion="93")
    pages = [
        search(GAZETTEER.communes, CommuneQuery(codeRegion=("93",), limit=2, offset=offset))
        for offset in (0, 2, 4, 6)
    ]
    assert [GAZETTEER.communes.codes[one] for page in pages for one in page.positions] == whole
    assert {page.matched for page in pages} == {len(whole)}


def test_an_empty_parameter_finds_nothing_and_no_limit_is_all() -> None:
    assert found(nom="") == []
    assert found(codePostal="") == []
    assert found(limit=0) == []
    assert len(found(limit="")) == 6


@pytest.mark.parametrize("name", ["type", "zone", "format", "boost", "geometry", "offset", "lat", "lon"])
def test_an_empty_choice_counts_for_none(name: str) -> None:
    assert CommuneQuery.model_validate({name: ""}) == CommuneQuery()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.every.path)
def test_every_field_that_may_be_asked_for_has_a_column(kind: Kind) -> None:
    (choices,) = {one for one in get_args(kind.shape.model_fields["fields"].annotation) if one is not ...}
    directory = kind.units(GAZETTEER)
    assert set(get_args(choices)) - {"_score"} <= set(directory.columns)


@given(limit=st.integers(0, 8), offset=st.integers(0, 8), boosted=st.booleans())
def test_a_page_is_a_slice_of_the_whole(limit: int, offset: int, boosted: bool) -> None:
    boost = {"boost": "population"} if boosted else {}
    assert found(limit=limit, offset=offset, **boost) == found(**boost)[offset : offset + limit]
