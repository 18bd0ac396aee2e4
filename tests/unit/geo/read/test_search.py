"""Communes found as people type them."""

import pytest

from services.geo.read.commune_json import commune_json
from services.geo.read.names import normalise
from services.geo.read.search import build_gazetteer, search
from shared.schemas.geo_read import CommuneQuery
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
    return [one.commune.code for one in search(GAZETTEER, query)]


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


def test_arrondissements_come_by_name_or_code_and_not_in_lists() -> None:
    assert "06201" in found(nom="nice")
    assert found(code="06201") == ["06201"]
    assert found(codePostal="06000") == ["06088"]


def test_a_commune_is_written_as_geo_api_gouv_fr_does() -> None:
    frejus = WORLD.communes[WORLD.index["83061"]]
    assert commune_json(
        WORLD, frejus, ("centre", "surface", "departement", "region", "epci", "type", "zone")
    ) == {
        "nom": "Fréjus",
        "code": "83061",
        "centre": {"type": "Point", "coordinates": [5.45184, 42.87593]},
        "surface": 100.0,
        "departement": {"code": "83", "nom": "Var"},
        "region": {"code": "93", "nom": "Provence-Alpes-Côte d'Azur"},
        "epci": {"code": "200", "nom": "CC des Carrés"},
        "type": "commune-actuelle",
        "zone": "metro",
    }


def test_a_field_without_value_is_left_out_and_the_score_is_rounded() -> None:
    nice = WORLD.communes[WORLD.index["06088"]]
    body = commune_json(WORLD, nice, ("epci", "siren", "population"), score=0.123456)
    assert body == {"nom": "Nice", "code": "06088", "population": 350_000, "_score": 0.1235}


def test_usual_fields_come_when_none_is_asked() -> None:
    frejus = WORLD.communes[WORLD.index["83061"]]
    assert set(commune_json(WORLD, frejus, ())) == {
        *("nom", "code", "codeDepartement", "codeRegion", "codeEpci", "codesPostaux", "population"),
    }
