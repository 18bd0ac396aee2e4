"""A regional file over the version in service: its départements replaced, everyone else's rows untouched."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.geo.imports.readers.triage import departement_of
from services.geo.layers.kinds import (
    CommuneZonage,
    CptsPerimeter,
    Kind,
    Layer,
    LayerVersion,
    QpvShape,
    QpvZonage,
    Row,
    Structure,
)
from services.geo.layers.merge import Merged, departement, departement_of_qpv, merged

SERVED = ("01", "06", "13", "2A", "30", "83", "84", "971")
CODES = tuple(f"{one.ljust(3, '0')}{number:02}"[:5] for one in SERVED for number in (1, 2, 3))


def layer(*rows: Row, kind: Kind = Kind.ZONAGE, source: str = "ARS") -> Layer:
    return Layer(kind, "medecin-2025", "2025", source, "Licence Ouverte 2.0", rows)


def version(one: Layer) -> LayerVersion:
    return LayerVersion(
        "z", one.kind, one.variant, one.millesime, one.source, one.licence, rows=len(one.rows)
    )


def over(new: Layer, before: Layer) -> Merged:
    return merged(new, version(before), before.rows, departement_of, SERVED)


def zonages(*codes: str, level: str = "ZIP") -> tuple[CommuneZonage, ...]:
    return tuple(CommuneZonage(code, level) for code in codes)


def cpts(code: str, *communes: str) -> CptsPerimeter:
    return CptsPerimeter(code, code, None, None, None, communes)


def structure(finess: str, commune: str) -> Structure:
    return Structure(finess, None, finess, "603", "Maison de santé", commune, None, None, None, None)


layers = st.dictionaries(st.sampled_from(CODES), st.sampled_from(["ZIP", "ZAC", "HZ"]), min_size=1).map(
    lambda known: layer(*(CommuneZonage(code, level) for code, level in known.items()))
)


@given(layers, layers)
def test_a_file_merged_twice_is_a_file_merged_once(new: Layer, before: Layer) -> None:
    once = over(new, before).layer
    assert over(new, once).layer == once


@given(layers, layers)
def test_rows_of_other_departements_are_untouched_and_the_file_s_are_all_there(
    new: Layer, before: Layer
) -> None:
    found = over(new, before)
    told = {departement(row, departement_of) for row in new.rows}
    others = {row for row in before.rows if departement(row, departement_of) not in told}
    kept = set() if len(told) >= 6 else others
    assert set(found.layer.rows) == set(new.rows) | kept
    assert found.kept == len(kept)
    assert len(found.layer.rows) == len(set(found.layer.rows))


@given(layers, layers)
def test_two_regions_make_the_same_layer_whichever_comes_first(one: Layer, other: Layer) -> None:
    places = [{departement(row, departement_of) for row in each.rows} for each in (one, other)]
    if places[0] & places[1] or max(map(len, places)) >= 6:
        return
    assert over(one, other).layer.rows == over(other, one).layer.rows


def test_a_national_file_replaces_all() -> None:
    before = layer(*zonages("83001", "84001", "97101"))
    new = layer(*zonages("01001", "06001", "13001", "2A001", "30001", "83002"))
    assert over(new, before) == Merged(new)


def test_what_the_departement_of_the_file_no_longer_lists_goes_and_the_rest_stays() -> None:
    before = layer(*zonages("30001", "83001", "83002"))
    found = over(layer(*zonages("83001", level="HZ")), before)
    assert found.layer.rows == (CommuneZonage("30001", "ZIP"), CommuneZonage("83001", "HZ"))
    assert (found.kept, found.told) == (1, (("83", 2, 1),))


def test_every_source_is_said_once() -> None:
    before = layer(*zonages("30001"), source="Atlasanté")
    new = replace(layer(*zonages("83001"), source="ARS Paca"), millesime="2026", licence=None)
    once = over(new, before).layer
    assert (once.source, once.millesime, once.licence) == (
        "Atlasanté\u202f; ARS Paca",
        "2025\u202f; 2026",
        None,
    )
    assert over(new, once).layer == once


def test_a_cpts_is_replaced_by_its_code_and_with_those_of_its_departements() -> None:
    before = layer(
        cpts("ouest", "83001", "83002"),
        cpts("rhone", "84001", "84002", "30001"),
        cpts("garrigue", "30002"),
        kind=Kind.CPTS,
    )
    new = layer(cpts("est", "83003", "83002", "06001"), cpts("garrigue", "83001"), kind=Kind.CPTS)
    assert [row.code for row in over(new, before).layer.rows if isinstance(row, CptsPerimeter)] == [
        "est",
        "garrigue",
        "rhone",
    ]


def test_an_establishment_that_moved_to_another_departement_is_there_once() -> None:
    before = layer(structure("300000001", "30001"), structure("300000002", "30001"), kind=Kind.STRUCTURES)
    new = layer(structure("300000001", "83001"), kind=Kind.STRUCTURES)
    assert over(new, before).layer.rows == (new.rows[0], before.rows[1])


def test_quartiers_are_told_by_the_departement_of_their_code() -> None:
    before = layer(QpvZonage("QN08301M", "ZIP"), QpvZonage("QN03001M", "ZIP"), QpvZonage("QN97401M", "ZIP"))
    new = layer(QpvZonage("QN08302M", "ZAC"))
    assert over(new, before).layer.rows == (before.rows[1], new.rows[0], before.rows[2])
    assert departement(QpvShape("QP02A001", "", (), None, b""), departement_of) == "2A"


@pytest.mark.parametrize(
    ("code", "told"), [("QN08302M", "83"), ("QP001002", "01"), ("QP02A001", "2A"), ("QN97401M", "974")]
)
def test_the_code_of_a_quartier_names_its_departement(code: str, told: str) -> None:
    assert departement_of_qpv(code) == told
