"""The official files: what is read of them, and how a bad one is refused by file, line and reason."""

import lzma

import orjson
import pytest
import shapely

from services.geo.imports.contours import read_contours
from services.geo.imports.decoupage import read_communes, read_departements, read_epcis, read_regions
from services.geo.imports.records import CommuneRow, OldCodeRow
from services.geo.imports.shipped_zonage import read_zonage, shipped_zonage
from shared.errors import BadReference
from tests.unit.geo.imports.files import contours_file, degree_box, record, small_reference

ZONES = frozenset({"metro", "drom"})
FILE = "communes.json"


def communes(*records: object) -> tuple[tuple[CommuneRow, ...], tuple[OldCodeRow, ...]]:
    return read_communes(orjson.dumps(records), FILE, ZONES, {"83001": "200"})


def refusal(content: bytes) -> BadReference:
    with pytest.raises(BadReference) as refused:
        read_contours(content, "communes.csv.lzma", {"83001", "83002"})
    return refused.value


def test_communes_of_the_small_reference() -> None:
    files = small_reference()
    _, epci_of = read_epcis(files["epci.json"], "epci.json")
    rows, old = read_communes(files[FILE], FILE, ZONES, epci_of)
    assert [row.code for row in rows] == ["83001", "83002", "83003", "83050", "83051", "83052"]
    assert [(row.code, row.actuel, row.nature, row.nom) for row in old] == [
        ("83901", "83001", "deleguee", "Vieille"),
        ("83902", "83002", "ancien", None),
    ]
    assert [row.epci for row in rows] == ["200", None, None, "200", "200", "200"]
    assert [row.parent for row in rows] == [None, None, None, None, "83050", "83050"]
    assert rows[2].population is None


def test_a_deleguee_that_kept_the_code_of_its_commune_is_just_the_commune() -> None:
    rows, old = communes(record("83001"), record("83001", type="commune-deleguee", chefLieu="83001"))
    assert [row.code for row in rows] == ["83001"]
    assert old == ()


def test_collectivities_out_of_scope_are_not_loaded() -> None:
    rows, _ = communes(record("83001"), record("98701", zone="com"))
    assert [row.code for row in rows] == ["83001"]
    zones = orjson.dumps(
        [{"code": "93", "nom": "PACA", "zone": "metro"}, {"code": "987", "nom": "P", "zone": "com"}]
    )
    assert [row.code for row in read_regions(zones, "regions.json", ZONES)] == ["93"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nom": None}, "nom doit être un texte"),
        ({"population": "mille"}, "population doit être un entier"),
        ({"population": -1}, "population doit être un entier"),
    ],
)
def test_a_bad_record_is_named(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(BadReference, match=reason) as refused:
        communes(record("83001"), record("83002", **changes))
    assert refused.value.extensions == {"file": FILE, "line": 2, "feature": "83002"}
    assert "Rien n’a été chargé" in refused.value.detail


def test_a_missing_field_is_named() -> None:
    with pytest.raises(BadReference, match="le champ 'region' manque"):
        read_departements(
            orjson.dumps([{"code": "83", "nom": "Var", "zone": "metro"}]), "departements.json", ZONES
        )


def test_a_code_given_twice_is_refused() -> None:
    with pytest.raises(BadReference, match="83001 y figure deux fois"):
        communes(record("83001"), record("83001"))


def test_broken_json_says_where() -> None:
    with pytest.raises(BadReference) as refused:
        read_regions(b'[\n{"code": "93",', "regions.json", ZONES)
    assert refused.value.extensions == {"file": "regions.json", "line": 2}


@pytest.mark.parametrize("content", [b"{}", b"[]", b"[1]"])
def test_json_of_another_shape_is_refused(content: bytes) -> None:
    with pytest.raises(BadReference, match="liste d’objets"):
        read_regions(content, "regions.json", ZONES)


def test_polygons_are_read_of_communes_and_arrondissements_alone() -> None:
    found = read_contours(small_reference()["communes.csv.lzma"], "f", {"83001", "83003", "83051", "83901"})
    assert set(found) == {"83001", "83051"}
    assert shapely.from_wkb(found["83001"]).bounds == pytest.approx((6.7, 43.4, 6.71, 43.41))


BOWTIE = shapely.Polygon([(6, 43), (7, 44), (7, 43), (6, 44)]).wkb_hex


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        ("00ff", "WKB illisible"),
        (degree_box(0)[:-20], "WKB illisible"),
        (BOWTIE, "polygone non valide"),
        (shapely.Point(6, 43).wkb_hex, "géométrie de type Point"),
        (shapely.Polygon().wkb_hex, "polygone vide"),
        (shapely.box(900_000, 6_200_000, 900_100, 6_200_100).wkb_hex, "hors des longitudes"),
    ],
)
def test_a_corrupt_polygon_is_refused_with_its_line_and_reason(geometry: str, reason: str) -> None:
    problem = refusal(contours_file([("83001", "COM", degree_box(0)), ("83002", "COM", geometry)]))
    assert reason in problem.detail
    assert problem.extensions == {"file": "communes.csv.lzma", "line": 3, "feature": "83002"}


def test_a_truncated_file_is_refused() -> None:
    whole = contours_file([("83001", "COM", degree_box(column)) for column in range(50)])
    assert "illisible ou tronqué" in refusal(whole[: len(whole) // 2]).detail
    assert "illisible ou tronqué" in refusal(b"not lzma at all").detail


def test_a_short_row_is_refused_with_its_line() -> None:
    content = lzma.compress(b"code,type,geometry\n83001\n", format=lzma.FORMAT_ALONE)
    assert refusal(content).extensions["line"] == 2


def test_another_file_is_refused_by_its_columns() -> None:
    assert "type, geometry" in refusal(contours_file([], header=("code", "nom"))).detail
    assert "aucun contour" in refusal(contours_file([("83001", "SRM", "\\N")])).detail


def test_the_shipped_zonage_holds_the_79_communes_of_the_two_published_reports() -> None:
    rows = read_zonage(shipped_zonage())
    assert len(rows) == 79
    facts = {row.code: (row.millesime, row.zonage, row.qpv) for row in rows}
    assert facts["83061"] == (2022, "HZ", 2)
    assert facts["83107"] == (2022, "ZAC", 0)
    assert facts["30013"] == (2025, "ZIP", 0)


@pytest.mark.parametrize(
    "row", ["83001,2022,ZOU,0,s", "83001,2022,inconnu,0,s", "83001,deux,ZIP,0,s", "83001,2022"]
)
def test_a_bad_fact_of_zonage_is_refused_with_its_line(row: str) -> None:
    with pytest.raises(BadReference) as refused:
        read_zonage(f"code,millesime,zonage,qpv,source\n{row}\n".encode(), "zonage.csv")
    assert refused.value.extensions["line"] == 2
