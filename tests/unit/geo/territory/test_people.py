"""Ages and access to care of a territory: sums and means of what is known, never part of it for the whole."""

from services.geo.atlas import Atlas, Commune
from services.geo.handlers import bindings
from services.geo.layers.indexes import Layers
from services.geo.layers.kinds import Profession
from services.geo.territory.people import accessibility, ages
from shared.schemas.geo import RESOLVE_TERRITORY, ResolveTerritory, Territory
from tests.unit.geo.world import atlas, commune, square

LAYERS = Layers(
    ages={
        2017: {"83001": (1.0,) * 7},
        2022: {
            "83001": (100.0, 20.0, 30.0, 40.0, 50.0, 60.25, 5.0),
            "83002": (10.0, 2.0, 3.0, 4.0, 5.0, 6.5, 0.0),
            "83051": (1.0,) * 7,
            "83052": (2.0,) * 7,
        },
    },
    apl={
        (Profession.MEDECIN, 2023): {"83001": 4.0, "83002": 2.0},
        (Profession.SAGE_FEMME, 2023): {"83051": 10.0},
    },
)
WORLD = atlas(
    {
        commune("83001", population=300): square(1, 0),
        commune("83002", population=100): square(2, 0),
        commune("83003", population=100): square(3, 0),
        commune("83004", population=None): square(4, 0),
        commune("83050", population=400): None,
        commune("83051", whole="83050", population=100): square(5, 0),
        commune("83052", whole="83050", population=300): square(6, 0),
    },
    layers=LAYERS,
)
BARE = atlas({commune("83001"): square(1, 0)})


def communes(*codes: str) -> tuple[Commune, ...]:
    return tuple(WORLD.communes[WORLD.index[code]] for code in codes)


def means(*codes: str) -> dict[Profession, tuple[float | None, float]]:
    found = accessibility(WORLD, communes(*codes)) or ()
    return {Profession(one.profession): (one.valeur, one.part_population) for one in found}


def test_residents_by_age_are_those_of_all_the_communes_at_the_latest_census() -> None:
    found = ages(WORLD, communes("83001", "83002"))
    assert found is not None
    assert found.millesime == 2022
    assert found.tranches is not None
    assert [(band.libelle, band.habitants) for band in found.tranches] == [
        ("0-14", 110.0),
        ("15-29", 22.0),
        ("30-44", 33.0),
        ("45-59", 44.0),
        ("60-74", 55.0),
        ("75-89", 66.8),
        ("90+", 5.0),
    ]
    assert found.total == 335.8


def test_ages_of_part_of_a_territory_are_not_given_for_the_whole() -> None:
    found = ages(WORLD, communes("83001", "83003", "83004"))
    assert found is not None
    assert (found.tranches, found.total, found.communes_absentes) == (None, None, ("83003", "83004"))


def test_a_city_has_the_ages_of_its_arrondissements_where_the_file_gives_those() -> None:
    found = ages(WORLD, communes("83050"))
    assert found is not None
    assert (found.total, found.communes_absentes) == (21.0, ())


def test_accessibility_is_a_mean_by_population_with_the_share_where_it_is_known() -> None:
    assert means("83001", "83002")[Profession.MEDECIN] == (3.5, 1.0)
    assert means("83001", "83002", "83003")[Profession.MEDECIN] == (3.5, 0.8)
    assert means("83003")[Profession.MEDECIN] == (None, 0.0)
    assert means("83004")[Profession.MEDECIN] == (None, 0.0)
    assert means("83050", "83001")[Profession.SAGE_FEMME] == (10.0, 0.1429)


def test_each_accessibility_comes_with_its_unit_and_year() -> None:
    found = accessibility(WORLD, communes("83001")) or ()
    assert [(one.profession, one.millesime) for one in found] == [
        ("medecin", 2023),
        ("sage_femme", 2023),
    ]
    assert ["consultations" in one.unite for one in found] == [True, False]


async def test_a_resolved_territory_tells_them_and_says_where_no_such_layer_is_loaded() -> None:
    async def resolved(world: Atlas) -> Territory:
        handlers = {binding.contract.key: binding.handler for binding in bindings(lambda: world, 2000)}
        answer = await handlers[RESOLVE_TERRITORY.key](ResolveTerritory(communes=("83001",)))
        assert isinstance(answer, Territory)
        return answer

    told, bare = await resolved(WORLD), await resolved(BARE)
    assert told.ages is not None
    assert told.apl is not None
    assert (told.ages.total, told.apl[0].valeur) == (305.2, 4.0)
    assert (bare.ages, bare.apl) == (None, None)
