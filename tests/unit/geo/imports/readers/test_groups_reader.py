"""EPCI, bassins de vie, territoires de vie-santé, cantons and existing CPTS, as tables give them."""

from datetime import date
from pathlib import Path

import pytest

from services.geo.imports.readers.cpts_csv import read_cpts_csv
from services.geo.imports.readers.epci import read_epci
from services.geo.imports.readers.groups import read_groups
from services.geo.imports.reading import FileReading, Options
from services.geo.imports.records import EpciRow
from services.geo.layers.kinds import CptsPerimeter, GroupMember, Kind
from shared.errors import BadReference
from tests.unit.geo.imports.readers.tabular import BOOK, only_layer, rows_of, silent, workbook, written

ATLASANTE = '"com_code","niveau","tvs","tvs_lib","zmed_niveau"\n"83001","COM","83T1","Haut Var","1_ZIP"\n'


def groups(
    folder: Path, content: str | bytes, name: str = "groupes_2025.csv", variant: str | None = None
) -> FileReading:
    return read_groups(written(folder, content, name), BOOK, Options(variant=variant), silent)


def cpts(folder: Path, content: str, name: str = "cpts_2025.csv") -> FileReading:
    return read_cpts_csv(written(folder, content, name), BOOK, Options(), silent)


def epci(folder: Path, content: str | bytes, name: str = "epci_2026.csv") -> FileReading:
    return read_epci(written(folder, content, name), BOOK, Options(), silent)


def test_the_bassins_de_vie_of_insee_are_read_from_their_workbook(tmp_path: Path) -> None:
    book = workbook(
        {
            "Documentation": [["Bassins de vie 2022"]],
            "BV2022": [["Titre"], ["BV2022", "LIBBV2022"], ["83001", "Aups"]],
            "Composition_communale": [
                ["Composition communale des bassins de vie 2022"],
                ["Code géographique", "Libellé", "Code du bassin"],
                ["CODGEO", "LIBGEO", "BV2022", "LIBBV2022", "DEP"],
                ["83001", "Aups", "83001", "Aups", "83"],
                ["83002", "Bargemon", "83001", "Aups", "83"],
                ["97101", "Les Abymes", "ZZZZZ", "", "971"],
            ],
        }
    )
    reading = groups(tmp_path, book, "BV2022_au_01-01-2026.xlsx")
    layer = only_layer(reading)
    assert (layer.kind, layer.variant) == (Kind.REGROUPEMENT, "bassin_vie")
    assert rows_of(reading) == {GroupMember("83001", "83001", "Aups"), GroupMember("83002", "83001", "Aups")}
    assert reading.notices == ("communes sans groupe, laissées de côté\u00a0: 1",)


def test_territoires_de_vie_sante_are_read_from_the_drees_or_from_atlasante(tmp_path: Path) -> None:
    drees = groups(tmp_path, "CODGEO;agr;libagr\n83001;83T1;Haut Var\n")
    atlasante = groups(tmp_path, ATLASANTE, "atlasante_2025.csv")
    assert only_layer(drees).variant == only_layer(atlasante).variant == "territoire_vie_sante"
    assert rows_of(drees) == rows_of(atlasante) == {GroupMember("83001", "83T1", "Haut Var")}


def test_a_group_without_code_takes_one_from_its_name(tmp_path: Path) -> None:
    assert rows_of(groups(tmp_path, "codgeo;libtvs\n83001;Haut Var\n")) == {
        GroupMember("83001", "haut_var", "Haut Var")
    }


def test_cantons_are_read_from_a_plain_table(tmp_path: Path) -> None:
    reading = groups(tmp_path, "commune;canton;nom_canton\n83001;8303;Flayosc\n")
    assert only_layer(reading).variant == "canton"
    assert rows_of(reading) == {GroupMember("83001", "8303", "Flayosc")}


def test_cantons_numbered_within_their_departement_are_told_apart(tmp_path: Path) -> None:
    reading = groups(tmp_path, "CODGEO;CAN;LIBCAN\n83001;3;Flayosc\n01001;03;Attignat\n97101;3;Les Abymes\n")
    assert {row.groupe for row in rows_of(reading) if isinstance(row, GroupMember)} == {
        "8303",
        "0103",
        "97103",
    }


def belonging() -> bytes:
    return workbook(
        {
            "COM": [
                ["Table d’appartenance géographique des communes"],
                [],
                [
                    "Code géographique",
                    "Libellé",
                    "Intercommunalité",
                    "Nature",
                    "Canton-ville",
                    "Bassin de vie",
                ],
                ["CODGEO", "LIBGEO", "EPCI", "NATURE_EPCI", "CV", "BV2022"],
                ["83001", "Aups", "200000001", "CC", "8303", "83001"],
            ],
            "Zones_supra_communales": [
                ["Titre"],
                ["NIVGEO", "CODGEO", "LIBGEO"],
                ["BV2022", "83001", "Bassin d’Aups"],
                ["CV", "8303", "Flayosc"],
                ["EPCI", "200000001", "CC du Haut"],
            ],
        }
    )


def test_the_table_of_belonging_of_insee_gives_every_kind_of_group_with_its_names(tmp_path: Path) -> None:
    reading = groups(tmp_path, belonging(), "table-appartenance-geo-communes-2026.xlsx")
    assert {layer.variant: layer.rows for layer in reading.layers} == {
        "bassin_vie": (GroupMember("83001", "83001", "Bassin d’Aups"),),
        "canton": (GroupMember("83001", "8303", "Flayosc"),),
    }


def test_the_table_of_belonging_of_insee_gives_epci_too(tmp_path: Path) -> None:
    patch = epci(tmp_path, belonging(), "table-appartenance-geo-communes-2026.xlsx").patch
    assert patch is not None
    assert patch.epcis == (EpciRow("200000001", "CC du Haut", "CC"),)
    assert patch.millesime == "2026"


def test_a_table_without_any_row_patches_nothing(tmp_path: Path) -> None:
    assert epci(tmp_path, "CODGEO;EPCI;LIBEPCI\n").patch is None
    assert epci(tmp_path, "CODGEO;EPCI;LIBEPCI\n83777;200000001;CC\n").patch is None


def test_groups_of_no_known_kind_need_to_be_told(tmp_path: Path) -> None:
    text = "commune;groupe;nom\n83001;A;Les A\n"
    with pytest.raises(BadReference, match="--type"):
        groups(tmp_path, text)
    assert only_layer(groups(tmp_path, text, variant="bassin_vie")).variant == "bassin_vie"
    with pytest.raises(BadReference, match="genre de groupe inconnu"):
        groups(tmp_path, text, variant="planète")
    with pytest.raises(BadReference, match="aucune colonne de canton"):
        groups(tmp_path, "CODGEO;BV2022\n83001;83001\n", variant="canton")


def test_a_commune_in_two_groups_of_one_kind_is_refused(tmp_path: Path) -> None:
    reading = groups(tmp_path, "commune;canton\n83001;8301\n83001;8302\n83002;8302\n")
    assert rows_of(reading) == {GroupMember("83002", "8302", "8302")}
    assert len(reading.rejects) == 2


def test_the_composition_of_epci_is_a_patch_of_the_reference(tmp_path: Path) -> None:
    book = workbook(
        {
            "EPCI": [
                ["Titre"],
                ["EPCI", "LIBEPCI", "NATURE_EPCI"],
                ["200000001", "CC du Haut", "CC"],
                ["200000002", "Métropole", "ME"],
            ],
            "Composition_communale": [
                ["Titre"],
                ["CODGEO", "LIBGEO", "EPCI", "LIBEPCI", "DEP", "REG"],
                [1001, "A", 200000001, "CC du Haut", "01", "84"],
                ["83001", "B", "200000002", "Métropole", "83", "93"],
                ["83002", "C", "ZZZZZZZZZ", "Sans objet", "83", "93"],
                ["83003", "D", "12", "?", "83", "93"],
            ],
        }
    )
    reading = epci(tmp_path, book, "Intercommunalite-Metropole_au_01-01-2026.xlsx")
    patch = reading.patch
    assert patch is not None
    assert patch.epcis == (
        EpciRow("200000001", "CC du Haut", "CC"),
        EpciRow("200000002", "Métropole", "METRO"),
    )
    assert patch.epci_of == {"01001": "200000001", "83001": "200000002"}
    assert (patch.millesime, patch.partial) == ("2026", True)
    assert [reject.value for reject in reading.rejects] == ["12"]
    assert any("hors de tout EPCI" in notice for notice in reading.notices)


def test_a_file_of_most_departements_speaks_for_the_whole_country(tmp_path: Path) -> None:
    rows = "".join(f"{code};200000001;CC\n" for code in BOOK.communes)
    patch = epci(tmp_path, f"insee;siren;raison_sociale\n{rows}").patch
    assert patch is not None
    assert not patch.partial
    assert patch.epcis == (EpciRow("200000001", "CC", ""),)


def test_a_cpts_gathers_the_rows_of_its_communes(tmp_path: Path) -> None:
    reading = cpts(
        tmp_path,
        "cpts;commune;statut;signature;taille\n"
        "CPTS du Haut Var;83001;signée;15/03/2021;2\n"
        "CPTS du Haut Var;83002;signée;2021-03-15;Taille 2\n"
        "CPTS Ouest;83002;projet;;\n"
        "CPTS Ouest;83777;projet;;\n",
    )
    assert rows_of(reading) == {
        CptsPerimeter(
            "cpts_du_haut_var", "CPTS du Haut Var", "signée", date(2021, 3, 15), 2, ("83001", "83002")
        ),
        CptsPerimeter("cpts_ouest", "CPTS Ouest", "projet", None, None, ("83002",)),
    }
    assert only_layer(reading).millesime == "2025"
    assert [reject.line for reject in reading.rejects] == [5]
    assert reading.read == 4


def test_a_cpts_may_have_a_code_of_its_own(tmp_path: Path) -> None:
    (row,) = only_layer(cpts(tmp_path, "code_cpts,nom_cpts,code_insee\n830000001,CPTS A,83001\n")).rows
    assert isinstance(row, CptsPerimeter)
    assert (row.code, row.nom) == ("830000001", "CPTS A")


def test_what_cannot_be_read_of_a_cpts_is_left_empty_and_counted_but_its_commune_stays(
    tmp_path: Path,
) -> None:
    reading = cpts(tmp_path, "cpts;commune;signature;taille\nA;83001;bientôt;9\n;83002;;\n")
    assert rows_of(reading) == {CptsPerimeter("a", "A", None, None, None, ("83001",))}
    assert set(reading.notices) == {
        "dates de signature illisibles, laissées vides\u00a0: 1",
        "tailles illisibles, laissées vides\u00a0: 1",
    }
    assert [reject.reason for reject in reading.rejects] == ["nom de CPTS absent"]


def test_rows_that_disagree_on_a_cpts_are_counted_and_the_first_holds(tmp_path: Path) -> None:
    reading = cpts(tmp_path, "nom;commune;statut\nA;83001;signée\nA;83002;projet\n")
    (row,) = only_layer(reading).rows
    assert isinstance(row, CptsPerimeter)
    assert row.statut == "signée"
    assert len(reading.notices) == 1


def test_a_zonage_with_names_of_communes_is_not_taken_for_cpts(tmp_path: Path) -> None:
    with pytest.raises(BadReference, match="rezone import zonage"):
        cpts(tmp_path, "code_insee;nom;zonage\n83001;Aups;ZIP\n")


def test_perimeters_without_a_date_are_of_an_unsaid_year(tmp_path: Path) -> None:
    assert only_layer(cpts(tmp_path, "cpts;commune\nA;83001\n", "cpts.csv")).millesime == "non précisé"
