from datetime import date

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from services.geo.atlas import Atlas
from services.geo.layers.assemble import with_layers
from services.geo.layers.kinds import (
    CommuneAges,
    CommuneApl,
    CommuneZonage,
    CptsPerimeter,
    GroupKind,
    GroupMember,
    Kind,
    LayerVersion,
    Profession,
    QpvShape,
    QpvZonage,
    Row,
    Structure,
)
from services.geo.shapes.projections import to_degrees
from shared.schemas.geo import Zonage
from tests.unit.geo.world import atlas, commune, row_of_five, square

GENERAL = (Profession.MEDECIN, 2025)


def stored(
    kind: Kind, variant: str, *rows: Row, millesime: str = "2025"
) -> tuple[LayerVersion, tuple[Row, ...]]:
    return LayerVersion(f"{kind}-{variant}-x", kind, variant, millesime, "essai", None, len(rows)), rows


def with_zonage(world: Atlas, *rows: tuple[str, str], year: int = 2025) -> Atlas:
    made = tuple(CommuneZonage(code, level) for code, level in rows)
    return with_layers(world, [stored(Kind.ZONAGE, f"medecin-{year}", *made)])


def merged() -> Atlas:
    """Five communes; 83901 and 83902 are now in 83001, 83903 was split between 83002 and 83003."""
    five = row_of_five()
    return Atlas(
        **{
            **{name: getattr(five, name) for name in five.__dataclass_fields__},
            "successors": {"83901": ("83001",), "83902": ("83001",), "83903": ("83002", "83003")},
        }
    )


def quartier(code: str, shape: BaseGeometry, *communes: str) -> QpvShape:
    degrees = shapely.transform(shape, lambda points: to_degrees(points, 2154))
    return QpvShape(code, f"Quartier {code}", communes, None, degrees.wkb)


def qpv_layer(*rows: Row) -> tuple[LayerVersion, tuple[Row, ...]]:
    return stored(Kind.QPV, "2024", *rows)


def test_without_layer_the_atlas_is_named_by_its_reference() -> None:
    world = row_of_five()
    bare = with_layers(world, [])
    assert bare.dataset == world.dataset
    assert bare.communes == world.communes
    assert set(bare.layers.groups) == {GroupKind.DEPARTEMENT, GroupKind.EPCI}


def test_the_row_of_the_current_code_wins_over_those_of_old_codes() -> None:
    made = with_zonage(merged(), ("83901", "ZIP"), ("83001", "ZAC"), ("83902", "HZ"))
    assert made.layers.zonages[GENERAL] == {"83001": Zonage.ZAC}


def test_old_codes_of_one_commune_that_disagree_leave_its_zonage_unknown() -> None:
    assert with_zonage(merged(), ("83901", "ZIP"), ("83902", "HZ")).layers.zonages[GENERAL] == {}
    agreed = with_zonage(merged(), ("83901", "ZIP"), ("83902", "ZIP"), ("83903", "ZAC"))
    assert agreed.layers.zonages[GENERAL] == {
        "83001": Zonage.ZIP,
        "83002": Zonage.ZAC,
        "83003": Zonage.ZAC,
    }


def test_a_commune_shows_the_latest_zonage_medecin_known_for_it() -> None:
    layers = [
        stored(Kind.ZONAGE, "medecin-2022", CommuneZonage("83001", "ZIP"), CommuneZonage("83002", "ZIP")),
        stored(Kind.ZONAGE, "medecin-2025", CommuneZonage("83001", "HZ"), CommuneZonage("83002", "inconnu")),
        stored(Kind.ZONAGE, "infirmier-2026", CommuneZonage("83001", "ZAC")),
    ]
    made = with_layers(row_of_five(), layers)
    assert [(one.zonage, one.zonage_millesime) for one in made.communes[:3]] == [
        (Zonage.HZ, 2025),
        (Zonage.ZIP, 2022),
        (Zonage.INCONNU, None),
    ]


def test_layers_change_the_name_of_what_is_served_and_say_their_source() -> None:
    world = row_of_five()
    made = with_zonage(world, ("83001", "ZIP"))
    assert made.dataset.id != world.dataset.id
    assert made.dataset.sources[-1].objet == "Zonage des médecins 2025"


def test_a_quartier_over_two_communes_has_its_share_of_each() -> None:
    straddling = shapely.box(901_750, 6_200_100, 902_250, 6_200_300)
    made = with_layers(row_of_five(), [qpv_layer(quartier("QN08301M", straddling))]).layers.quartiers[2024]
    assert made.quartiers[0].parts == {
        "83001": pytest.approx(0.5, abs=1e-3),
        "83002": pytest.approx(0.5, abs=1e-3),
    }
    assert made.quartiers[0].area_km2 == pytest.approx(0.1, rel=1e-3)
    assert made.by_commune == {"83001": (0,), "83002": (0,)}


def test_a_sliver_is_dropped_unless_the_file_declares_its_commune() -> None:
    barely = shapely.box(901_500, 6_200_100, 902_002, 6_200_300)
    rows = (
        quartier("QN08301M", barely),
        quartier("QN08302M", barely, "83002"),
        quartier("QN08303M", barely, "83005"),
    )
    made = with_layers(row_of_five(), [qpv_layer(*rows)]).layers.quartiers[2024]
    assert [list(one.parts) for one in made.quartiers] == [["83001"], ["83001", "83002"], ["83001", "83005"]]
    assert made.quartiers[2].parts["83005"] == 0


def test_a_declared_commune_without_polygon_has_what_lies_in_no_other() -> None:
    world = atlas({commune("83001"): square(0, 0), commune("83002"): None})
    outside = shapely.box(900_750, 6_200_100, 901_250, 6_200_300)
    made = with_layers(world, [qpv_layer(quartier("QN08301M", outside, "83001", "83002"))])
    assert made.layers.quartiers[2024].quartiers[0].parts["83002"] == pytest.approx(0.5, abs=1e-3)


def test_quartiers_are_counted_where_the_layer_speaks_and_a_published_count_is_kept_where_it_is_silent() -> (
    None
):
    world = atlas(
        {
            commune("83001", qpv=2): square(0, 0),
            commune("83002", qpv=3): square(1, 0),
            commune("83003"): square(2, 0),
            commune("06001", qpv=4): square(3, 0),
            commune("06002"): square(4, 0),
        }
    )
    inside = quartier("QN08301M", shapely.box(900_100, 6_200_100, 900_300, 6_200_300))
    made = with_layers(world, [qpv_layer(inside)])
    assert {one.code: one.qpv for one in made.communes} == {
        "83001": 1,
        "83002": 3,
        "83003": 0,
        "06001": 4,
        "06002": None,
    }


def test_a_quartier_has_its_own_zonage_beside_its_communes() -> None:
    layers = [
        qpv_layer(quartier("QN08301M", square(4, 0, 300))),
        stored(Kind.ZONAGE_QPV, "medecin-2025", QpvZonage("QN08301M", "ZIP"), QpvZonage("QN08399M", "ZAC")),
    ]
    made = with_layers(row_of_five(), layers)
    assert made.layers.quartiers[2024].quartiers[0].zonages == {GENERAL: Zonage.ZIP}


def test_a_zonage_that_names_a_quartier_without_shape_leaves_the_count_of_its_departement_unknown() -> None:
    world = atlas({commune("83001"): square(0, 0), commune("83002", qpv=3): square(1, 0)})
    layers = [
        qpv_layer(quartier("QN08301M", square(0, 0, 300))),
        stored(Kind.ZONAGE_QPV, "medecin-2025", QpvZonage("QN08399M", "ZAC"), QpvZonage("QP083001", "ZIP")),
    ]
    made = with_layers(world, layers)
    assert made.layers.quartiers[2024].departements == frozenset()
    assert [one.qpv for one in made.communes] == [None, 3]


def test_residents_of_merged_communes_add_up_and_those_of_a_split_one_are_left_out() -> None:
    rows = [
        CommuneAges(code, 14.0, (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)) for code in ("83001", "83901", "83903")
    ]
    made = with_layers(merged(), [stored(Kind.AGES, "2021", *rows)])
    assert made.layers.ages[2021] == {"83001": (2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0)}


def test_groups_cpts_and_structures_are_on_current_communes() -> None:
    layers = [
        stored(
            Kind.REGROUPEMENT,
            "bassin_vie",
            GroupMember("83901", "83A", "Ancien"),
            GroupMember("83903", "83A", "Ancien"),
            GroupMember("83002", "83B", "Autre"),
        ),
        stored(
            Kind.CPTS, "", CptsPerimeter("c1", "CPTS", None, date(2022, 1, 1), 1, ("83902", "83001", "83005"))
        ),
        stored(
            Kind.STRUCTURES,
            "",
            Structure("2", None, "B", "620", "Pharmacie", "83902", None, None, 6.7, 43.4),
            Structure("1", None, "A", "620", "Pharmacie", "83004", None, None, None, None),
        ),
    ]
    made = with_layers(merged(), layers).layers
    groups = made.groups[GroupKind.BASSIN_VIE]
    assert {code: group.communes for code, group in groups.items()} == {
        "83A": ("83001", "83003"),
        "83B": ("83002",),
    }
    assert made.cpts["c1"].communes == ("83001", "83005")
    assert made.groups[GroupKind.CPTS]["c1"].communes == ("83001", "83005")
    assert made.structures is not None
    assert [(row.finess, row.commune) for row in made.structures.rows] == [("1", "83004"), ("2", "83001")]
    assert np.isnan(made.structures.lonlat[0]).all()


@pytest.mark.parametrize(
    ("communes", "told"),
    [(("83001",), {"83"}), (("83001", "06001", "97101"), {"83", "06", "971"}), (("83901", "99999"), {"83"})],
)
def test_a_file_of_structures_speaks_for_the_departements_where_it_has_some(
    communes: tuple[str, ...], told: set[str]
) -> None:
    rows = [
        Structure(f"{number}", None, "A", "620", "", code, None, None, None, None)
        for number, code in enumerate(communes)
    ]
    world = atlas(
        {commune(code): None for code in ("83001", "06001", "97101")}, successors={"83901": ("83001",)}
    )
    made = with_layers(world, [stored(Kind.STRUCTURES, "", *rows)]).layers.structures
    assert made is not None
    assert made.departements == told


def test_the_reference_itself_gives_departements_and_epci_without_arrondissements() -> None:
    world = atlas(
        {
            commune("83050", epci="200"): None,
            commune("83051", whole="83050", epci="200"): square(0, 0),
            commune("83052", whole="83050", epci="200"): square(1, 0),
        }
    )
    groups = with_layers(world, []).layers.groups
    assert groups[GroupKind.DEPARTEMENT]["83"].communes == ("83050",)
    assert groups[GroupKind.EPCI]["200"].communes == ("83050",)


def test_accessibility_is_by_profession_and_year() -> None:
    made = with_layers(row_of_five(), [stored(Kind.APL, "sage_femme-2023", CommuneApl("83001", 12.5))])
    assert made.layers.apl == {(Profession.SAGE_FEMME, 2023): {"83001": 12.5}}
