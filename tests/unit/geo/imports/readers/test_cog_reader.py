"""The COG and its moves: current communes, déléguées, associées, and where every old code leads today."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.geo.imports.readers.cog import read_cog
from services.geo.imports.readers.cog_moves import Move, successors
from services.geo.imports.reading import FileReading, Options
from services.geo.imports.records import CommuneRow, OldCodeRow
from shared.errors import BadReference
from tests.unit.geo.imports.readers.tabular import BOOK, silent, written, zipped

HEADER = "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT\n"
MOVES = (
    "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,"
    "TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,NCCENR_AP,LIBELLE_AP\n"
)
REGIONS = {"971": "01", "974": "04", "2A": "94", "2B": "94", "75": "11", "01": "84", "69": "84", "83": "93"}


def line(kind: str, code: str, name: str = "", parent: str = "") -> str:
    departement = code[:3] if code.startswith("97") else code[:2]
    where = (REGIONS[departement], departement) if kind in {"COM", "ARM"} else ("", "")
    return f"{kind},{code},{where[0]},{where[1]},,,0,NOM,Nom,{name or f'Commune {code}'},,{parent}\n"


def country(*more: str) -> str:
    wholes = "".join(line("COM", code) for code in BOOK.communes if code != "69381")
    return HEADER + wholes + line("ARM", "69381", "Lyon 1er", "69123") + "".join(more)


def move(mod: int, day: str, before: str, after: str) -> str:
    """`before` and `after`: type and code, `COM 83001`."""
    type_before, _, code_before = before.partition(" ")
    type_after, _, code_after = after.partition(" ")
    return f"{mod},{day},{type_before},{code_before},0,N,N,Ancienne {code_before},{type_after},{code_after},0,N,N,N\n"


def read(folder: Path, communes: str, moves: str | None = None) -> FileReading:
    (folder / "cog").mkdir()
    written(folder / "cog", communes, "v_commune_2026.csv")
    if moves is not None:
        written(folder / "cog", MOVES + moves, "v_mvt_commune_2026.csv")
    return read_cog(folder / "cog", BOOK, Options(), silent)


def olds(reading: FileReading) -> set[tuple[str, str]]:
    assert reading.patch is not None
    return {(row.code, row.actuel) for row in reading.patch.old_codes or ()}


def test_current_communes_and_arrondissements_are_read_sorted(tmp_path: Path) -> None:
    reading = read(tmp_path, country())
    patch = reading.patch
    assert patch is not None
    assert patch.communes is not None
    assert (patch.cog, patch.millesime) == (2026, "2026")
    assert [row.code for row in patch.communes] == sorted(BOOK.communes)
    by_code = {row.code: row for row in patch.communes}
    assert by_code["69381"] == CommuneRow(
        "69381", "Lyon 1er", "arrondissement", "69123", "69", "84", None, None, (), None
    )
    assert by_code["97411"].departement == "974"
    assert reading.rejects == ()


def test_a_deleguee_and_an_associee_lead_to_the_commune_they_are_part_of(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        country(
            line("COMD", "83001", "Chef-lieu", "83001"),
            line("COMD", "83010", "Vieux-Bourg", "83001"),
            line("COMA", "83011", "Hameau", "83002"),
        ),
    )
    assert reading.patch is not None
    assert reading.patch.old_codes == (
        OldCodeRow("83010", "83001", "deleguee", "Vieux-Bourg"),
        OldCodeRow("83011", "83002", "associee", "Hameau"),
    )
    assert "sans les mouvements" in reading.detected


def test_a_chain_of_fusions_leads_to_the_commune_of_today(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        country(),
        move(31, "1972-01-01", "COM 83020", "COM 83021")
        + move(31, "1972-01-01", "COM 83021", "COM 83021")
        + move(32, "2016-01-01", "COM 83021", "COM 83001")
        + move(32, "2016-01-01", "COM 83021", "COMD 83021")
        + move(32, "2016-01-01", "COM 83001", "COM 83001"),
    )
    assert olds(reading) == {("83020", "83001"), ("83021", "83001")}
    assert reading.patch is not None
    assert OldCodeRow("83020", "83001", "ancien", "Ancienne 83020") in (reading.patch.old_codes or ())


def test_a_suppressed_commune_shared_between_neighbours_leads_to_all_of_them(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        country(),
        move(30, "1968-01-01", "COM 83030", "COM 83001") + move(30, "1968-01-01", "COM 83030", "COM 83002"),
    )
    assert olds(reading) == {("83030", "83001"), ("83030", "83002")}


def test_a_restored_commune_is_no_old_code(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        country(),
        move(33, "1973-01-01", "COM 83003", "COMA 83003")
        + move(33, "1973-01-01", "COM 83003", "COM 83001")
        + move(21, "1990-01-01", "COM 83001", "COM 83003")
        + move(21, "1990-01-01", "COMA 83003", "COM 83003")
        + move(21, "1990-01-01", "COM 83001", "COM 83001"),
    )
    assert olds(reading) == set()


def test_a_restored_commune_that_merged_again_follows_its_last_fusion(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        country(),
        move(31, "1973-01-01", "COM 83040", "COM 83001")
        + move(21, "1985-01-01", "COM 83001", "COM 83040")
        + move(32, "2019-01-01", "COM 83040", "COM 83002"),
    )
    assert olds(reading) == {("83040", "83002")}


def test_a_code_changed_with_the_departement_leads_to_the_new_one(tmp_path: Path) -> None:
    reading = read(tmp_path, country(), move(41, "1976-01-01", "COM 20004", "COM 2A004"))
    assert olds(reading) == {("20004", "2A004")}


def test_a_fusion_and_a_change_of_chef_lieu_on_one_day_are_followed(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        country(),
        move(32, "2024-01-01", "COM 83050", "COM 83051") + move(50, "2024-01-01", "COM 83051", "COM 83002"),
    )
    assert olds(reading) == {("83050", "83002"), ("83051", "83002")}


def test_a_change_of_name_changes_no_code(tmp_path: Path) -> None:
    assert olds(read(tmp_path, country(), move(10, "1955-03-31", "COM 83001", "COM 83001"))) == set()


def test_a_commune_that_left_for_another_collectivity_leads_nowhere(tmp_path: Path) -> None:
    assert olds(read(tmp_path, country(), move(31, "1950-01-01", "COM 97123", "COM 97127"))) == set()


def test_an_arrondissement_cut_in_two_is_still_current(tmp_path: Path) -> None:
    assert olds(read(tmp_path, country(), move(20, "1964-08-12", "ARM 69381", "ARM 69381"))) == set()


def test_the_list_and_its_moves_may_come_in_one_zip(tmp_path: Path) -> None:
    members = {
        "v_commune_2026.csv": country(),
        "v_mvt_commune_2026.csv": MOVES + move(31, "1972-01-01", "COM 83020", "COM 83001"),
        "v_departement_2026.csv": "DEP,REG,CHEFLIEU,TNCC,NCC,NCCENR,LIBELLE\n83,93,83137,2,VAR,Var,Var\n",
    }
    reading = read_cog(
        written(tmp_path, zipped(members), "cog_ensemble_2026_csv.zip"), BOOK, Options(), silent
    )
    assert olds(reading) == {("83020", "83001")}
    assert "v_mvt_commune_2026.csv" in reading.detected


def test_the_moves_of_2020_name_their_columns_otherwise(tmp_path: Path) -> None:
    moves = (
        "MOD,DATE_EFF,TYPE_COMMUNE_AVANT,ID_COMMUNE_AVANT,LIBELLE_AVANT,TYPE_COMMUNE_APRES,ID_COMMUNE_APRES\n"
        "31,1972-01-01,COM,83020,Vieille,COM,83001\n"
    )
    written(tmp_path, country(), "communes-01012020.csv")
    written(tmp_path, moves, "mvtcommune-01012020.csv")
    reading = read_cog(tmp_path, BOOK, Options(), silent)
    assert olds(reading) == {("83020", "83001")}
    assert reading.patch is not None
    assert reading.patch.cog == 2020


def test_the_list_alone_may_be_given(tmp_path: Path) -> None:
    reading = read_cog(written(tmp_path, country(), "v_commune_2026.csv"), BOOK, Options(), silent)
    assert reading.patch is not None
    assert reading.patch.cog == 2026


def test_moves_alone_are_not_the_cog(tmp_path: Path) -> None:
    path = written(
        tmp_path, MOVES + move(10, "2000-01-01", "COM 83001", "COM 83001"), "v_mvt_commune_2026.csv"
    )
    with pytest.raises(BadReference, match="v_commune_AAAA"):
        read_cog(path, BOOK, Options(), silent)


def test_a_list_without_a_whole_departement_is_truncated(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + line("COM", "83001"), "v_commune_2026.csv")
    with pytest.raises(BadReference, match="tronqué"):
        read_cog(path, BOOK, Options(), silent)


def test_lines_that_say_nothing_sound_are_refused_with_their_reason(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        country(
            line("XYZ", "83004"), "COM,99001,99,99,,,0,N,N,Ailleurs,,\n", "COM,97501,975,975,,,0,N,N,M,,\n"
        ),
        "31,hier,COM,83020,0,N,N,Nom,COM,83001,0,N,N,N\n31,2000-01-01,COM,83020,0,N,N,Nom,COM,?,0,N,N,N\n",
    )
    assert sorted(reject.reason for reject in reading.rejects) == [
        "code de commune absent",
        "date d’effet illisible",
        "département inconnu du référentiel",
        "type de commune inconnu",
    ]
    assert reading.notices == ("communes de collectivités que Rezone ne sert pas, laissées de côté\u00a0: 1",)


CODES = [f"830{number:02d}" for number in range(12)]
ends = st.tuples(st.integers(1943, 2026), st.sampled_from(CODES), st.sampled_from(CODES))


@given(st.lists(ends, max_size=40), st.sets(st.sampled_from(CODES), min_size=1))
def test_every_old_code_ends_on_current_communes_alone(
    events: list[tuple[int, str, str]], current: set[str]
) -> None:
    moves = [Move(f"{year}-01-01", "COM", before, "Nom", "COM", after) for year, before, after in events]
    found = successors(moves, current)
    assert found.keys().isdisjoint(current)
    for reached in found.values():
        assert reached
        assert set(reached) <= current
        assert list(reached) == sorted(set(reached))


@given(st.lists(ends, max_size=40), st.sets(st.sampled_from(CODES), min_size=1))
def test_the_order_of_lines_in_the_file_does_not_matter(
    events: list[tuple[int, str, str]], current: set[str]
) -> None:
    moves = [Move(f"{year}-01-01", "COM", before, "Nom", "COM", after) for year, before, after in events]
    assert successors(moves, current) == successors(moves[::-1], current)
