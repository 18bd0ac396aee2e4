"""What imported layers add to a territory: CPTS, zonages by vintage and profession, QPV, neighbours, checks."""

from dataclasses import replace

import numpy as np

from services.geo.atlas import Atlas
from services.geo.layers.indexes import Layers, Quartier, Quartiers
from services.geo.layers.kinds import CptsPerimeter, Profession
from services.geo.territory.funding import published_scales
from services.geo.territory.resolve import resolve
from shared.schemas.geo import ResolveTerritory, Territory
from shared.schemas.geo_facts import Zonage
from tests.unit.geo.world import atlas, commune, row_of_five, square

MEDECIN, KINE = Profession.MEDECIN, Profession.KINE
QPV = Quartiers(
    2024,
    (
        Quartier("QN1", "Le Pont", {"83001": 0.75, "83002": 0.25}, 1500, 0.2, {(MEDECIN, 2025): Zonage.ZIP}),
        Quartier("QN2", "La Gare", {"83003": 1.0}, None, 0.1),
    ),
    np.array([None, None], dtype=object),
    frozenset({"83"}),
)
LAYERS = Layers(
    zonages={
        (MEDECIN, 2022): {"83001": Zonage.ZIP, "83002": Zonage.ZAC},
        (MEDECIN, 2025): {"83001": Zonage.HZ, "83002": Zonage.ZAC},
        (KINE, 2023): {"83001": Zonage.TRES_SOUS_DOTEE},
    },
    quartiers={2024: QPV},
    cpts={
        "C1": CptsPerimeter("C1", "CPTS du Levant", "signée", None, 1, ("83002", "83003", "83004")),
        "C2": CptsPerimeter("C2", "CPTS du Couchant", None, None, None, ("83002",)),
    },
)
WORLD = atlas(
    {
        replace(commune("83001", zonage=Zonage.HZ, qpv=1), zonage_millesime=2025): square(1, 0),
        replace(commune("83002", zonage=Zonage.ZAC, qpv=1, population=500), zonage_millesime=2025): square(
            2, 0
        ),
        commune("83003", qpv=1): square(3, 0),
        commune("83004", qpv=0): square(4, 0),
        commune("06001"): square(5, 0),
    },
    layers=LAYERS,
)


def territory(world: Atlas, *codes: str, **asked: object) -> Territory:
    request = ResolveTerritory.model_validate({"communes": codes, **asked})
    return resolve(world, request, scales=published_scales(), max_communes=2000)


def checked(found: Territory) -> dict[str, str]:
    return {check.code: check.etat for check in found.controles}


def test_each_cpts_that_holds_communes_is_told_with_what_it_holds() -> None:
    found = territory(WORLD, "83001", "83002", "83003")
    assert found.cpts is not None
    assert [(one.nom, one.communes, one.population, one.communes_en_tout) for one in found.cpts] == [
        ("CPTS du Levant", ("83002", "83003"), 1500, 3),
        ("CPTS du Couchant", ("83002",), 500, 1),
    ]
    assert [one.cpts for one in found.communes] == [
        None,
        "CPTS du Levant, CPTS du Couchant",
        "CPTS du Levant",
    ]
    assert checked(found)["cpts"] == "attention"


def test_where_no_cpts_is_loaded_it_is_not_said_that_there_is_none() -> None:
    found = territory(row_of_five(), "83001")
    assert (found.cpts, checked(found)["cpts"]) == (None, "inconnu")


def test_the_zonage_of_an_older_vintage_is_that_of_its_year() -> None:
    assert [one.zonage for one in territory(WORLD, "83001", "83002").communes] == [Zonage.HZ, Zonage.ZAC]
    older = territory(WORLD, "83001", "83002", zonage_millesime=2022)
    assert [(one.zonage, one.zonage_millesime) for one in older.communes] == [
        (Zonage.ZIP, 2022),
        (Zonage.ZAC, 2022),
    ]
    assert (older.zonage.population_zip, older.zonage.part_population) == (1000, 100.0)


def test_a_vintage_that_is_not_loaded_is_unknown_and_said_to_be() -> None:
    found = territory(WORLD, "83001", zonage_millesime=2019)
    assert found.communes[0].zonage is Zonage.INCONNU
    assert "zonage_absent" in [notice.code for notice in found.notices]
    assert "2022 et 2025" in found.notices[-1].detail


def test_zonages_of_other_professions_come_where_loaded() -> None:
    found = territory(WORLD, "83001", "83002", professions=("masseur_kinesitherapeute", "infirmier"))
    assert [[(one.profession, one.millesime, one.zonage) for one in c.zonages] for c in found.communes] == [
        [(KINE, 2023, Zonage.TRES_SOUS_DOTEE)],
        [(KINE, 2023, Zonage.INCONNU)],
    ]
    assert "zonage_absent" in [notice.code for notice in found.notices]


def test_the_share_of_people_in_zip_or_zac_is_told_only_where_all_is_known() -> None:
    assert territory(WORLD, "83001", "83002").zonage.part_population == 33.3
    assert territory(WORLD, "83001", "83003").zonage.part_population is None


def test_a_qpv_over_two_communes_counts_twice_per_commune_and_once_as_itself() -> None:
    found = territory(WORLD, "83001", "83002", "83003")
    assert found.quartiers is not None
    assert (found.qpv_par_commune, found.quartiers.distincts) == (3, 2)
    assert [(one.code, one.communes, one.part) for one in found.quartiers.quartiers] == [
        ("QN1", ("83001", "83002"), 1.0),
        ("QN2", ("83003",), 1.0),
    ]
    part = territory(WORLD, "83002").quartiers
    assert part is not None
    assert part.quartiers[0].part == 0.25


def test_the_number_of_distinct_qpv_is_unknown_where_the_layer_is_silent() -> None:
    found = territory(WORLD, "83004", "06001").quartiers
    assert found is not None
    assert (found.distincts, found.quartiers) == (None, ())
    silent = territory(WORLD, "83001", qpv_generation=2015)
    assert (silent.quartiers, silent.qpv_par_commune) == (None, None)


def test_a_commune_hors_zone_with_a_qpv_in_zip_is_noticed() -> None:
    found = territory(WORLD, "83001", "83002")
    assert [one.qpv_en_zone for one in found.communes] == [("QN1",), ()]
    notice = next(notice for notice in found.notices if notice.code == "qpv_en_zone")
    assert notice.communes == ("83001",)
    assert "Le Pont" in notice.detail


def test_neighbours_come_when_asked_with_the_length_of_the_border() -> None:
    assert territory(WORLD, "83001").voisines is None
    found = territory(WORLD, "83001", "83003", voisines=True).voisines
    assert found is not None
    assert [(one.code, one.longueur_m) for one in found] == [("83002", 2000), ("83004", 1000)]
    assert found[0].cpts == ("CPTS du Levant", "CPTS du Couchant")


def test_several_departements_are_flagged() -> None:
    found = territory(WORLD, "83004", "06001")
    assert (found.plusieurs_departements, checked(found)["departements"]) == (True, "attention")
    assert territory(WORLD, "83004").plusieurs_departements is False


def test_every_check_says_something_whatever_is_known() -> None:
    for codes in (("83001",), ("83001", "83003"), ("83001", "83002", "83003", "83004", "06001")):
        for check in territory(WORLD, *codes).controles:
            assert check.detail.endswith(".")
    apart = next(one for one in territory(WORLD, "83001", "83003").controles if one.code == "continuite")
    assert apart.etat == "attention"
    assert "Commune 83002 (83002)" in apart.detail
