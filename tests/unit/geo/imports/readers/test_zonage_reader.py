"""Zonages by commune and by QPV, of every profession, as Atlasanté, CartoSanté and the ARS publish them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.geo.imports.readers.levels import NOT_KNOWN, level_of, profession_of
from services.geo.imports.readers.zonage import read_zonage
from services.geo.imports.readers.zonage_qpv import read_zonage_qpv
from services.geo.imports.reading import FileReading, Options
from services.geo.layers.kinds import CommuneZonage, Kind, Profession, QpvZonage
from shared.errors import BadReference
from shared.schemas.geo import Zonage
from tests.unit.geo.imports.readers.tabular import (
    BOOK,
    only_layer,
    rows_of,
    silent,
    workbook,
    written,
    zipped,
)

ATLASANTE = (
    '"com_code","com_lib","niveau","tvs_lib","zmed_niveau","zmed_date_arrete","zide_niveau","zide_date_arrete"\n'
    '"83001","Aups","COM","Haut Var","1_ZIP","30/10/2025","1_Tres_sous_dotee","12/06/2023"\n'
    '"83002","Bargemon","COM","Haut Var","3_HZ","15/02/2024","NC_Non_classe","12/06/2023"\n'
    '"83","Var","DEP","","1_ZIP","30/10/2025","2_Sous_dotee","12/06/2023"\n'
)


def read(
    folder: Path,
    content: str | bytes,
    name: str = "zonage_2025.csv",
    *,
    millesime: int | None = None,
    variant: str | None = None,
) -> FileReading:
    return read_zonage(
        written(folder, content, name), BOOK, Options(millesime=millesime, variant=variant), silent
    )


def zonages(reading: FileReading) -> dict[str, str]:
    return {row.commune: row.zonage for row in only_layer(reading).rows if isinstance(row, CommuneZonage)}


def test_the_plain_form_is_the_doctors_zonage_of_the_year_in_its_name(tmp_path: Path) -> None:
    reading = read(
        tmp_path, "code_insee;nom;zonage\n01001;A;2_ZAC\n83001;Aups;1_ZIP\n83002;B;3_HZ\n2A004;C;4_ZAR\n"
    )
    layer = only_layer(reading)
    assert (layer.kind, layer.variant, layer.millesime) == (Kind.ZONAGE, "medecin-2025", "2025")
    assert zonages(reading) == {"01001": "ZAC", "83001": "ZIP", "83002": "HZ", "2A004": "ZAR"}
    assert (reading.read, reading.rejects, reading.notices) == (4, (), ())


def test_atlasante_gives_a_layer_for_each_profession_dated_by_its_last_decree(tmp_path: Path) -> None:
    reading = read(tmp_path, ATLASANTE, "export.csv")
    doctors, nurses = reading.layers
    assert (doctors.variant, nurses.variant) == ("medecin-2025", "infirmier-2023")
    assert set(doctors.rows) == {CommuneZonage("83001", "ZIP"), CommuneZonage("83002", "HZ")}
    assert set(nurses.rows) == {CommuneZonage("83001", "tres_sous_dotee")}
    assert reading.rejects == ()
    assert len(reading.notices) == 2


def test_rows_of_atlasante_above_the_commune_are_left_aside(tmp_path: Path) -> None:
    reading = read(tmp_path, "com_code,niveau,zmed_niveau\n83001,COM,1_ZIP\n83,DEP,2_ZAC\n")
    assert zonages(reading) == {"83001": "ZIP"}
    assert reading.rejects == ()
    assert reading.notices == ("lignes d’un autre niveau que la commune, laissées de côté\u00a0: 1",)


def test_one_profession_of_atlasante_may_be_asked_for(tmp_path: Path) -> None:
    assert [layer.variant for layer in read(tmp_path, ATLASANTE, variant="infirmier").layers] == [
        "infirmier-2023"
    ]


def test_cartosante_titles_are_passed_and_its_column_of_levels_is_told_by_its_content(tmp_path: Path) -> None:
    text = (
        "CartoSanté - Zonage des médecins généralistes;;\nDate d'extraction : indéterminée;;\n\n"
        "Code;Libellé;Zonage conventionnel;Commentaire\n"
        "83001;Aups;Zone d'intervention prioritaire;\n83002;Bargemon;N/A - résultat non disponible;\n"
        "83003;Barjols;Hors zonage;\nSource : ARS, arrêtés régionaux en vigueur\n"
    )
    reading = read(tmp_path, text.encode("cp1252"), "cartosante.csv", millesime=2022)
    assert only_layer(reading).variant == "medecin-2022"
    assert zonages(reading) == {"83001": "ZIP", "83003": "HZ"}
    assert reading.read == 3
    assert "3 lignes de titre" in reading.detected
    assert reading.notices == ("lignes sans niveau publié (NC, N/A…), laissées de côté\u00a0: 1",)


def test_the_profession_is_told_by_the_titles(tmp_path: Path) -> None:
    reading = read(
        tmp_path, "Zonage 2024 des sages-femmes;\ncode;niveau\n83001;Sous-dotée\n83002;Sur-dotée\n"
    )
    assert only_layer(reading).variant == "sage_femme-2024"
    assert zonages(reading) == {"83001": "sous_dotee", "83002": "sur_dotee"}


def test_the_profession_is_asked_for_where_the_levels_are_not_the_doctors(tmp_path: Path) -> None:
    with pytest.raises(BadReference, match="--profession"):
        read(tmp_path, "code;niveau\n83001;Sous-dotée\n83002;Sur-dotée\n")


def test_a_profession_that_the_file_does_not_hold_is_not_made_of_another(tmp_path: Path) -> None:
    with pytest.raises(BadReference, match="sage_femme"):
        read(tmp_path, ATLASANTE, variant="sage_femme")


def test_columns_of_several_years_make_a_layer_each(tmp_path: Path) -> None:
    text = "Code commune;Nom;Zonage 2022;Zonage 2025\n83001;Aups;ZAC;ZIP\n83002;B;N/A;ZAC\n"
    assert [layer.variant for layer in read(tmp_path, text, "z.csv").layers] == [
        "medecin-2022",
        "medecin-2025",
    ]
    (one,) = read(tmp_path, text, "z.csv", millesime=2022).layers
    assert one.rows == (CommuneZonage("83001", "ZAC"),)


def test_columns_of_several_professions_make_a_layer_each(tmp_path: Path) -> None:
    text = "codgeo;medecin;infirmier\n83001;ZIP;sous-dotée\n83002;HZ;très dotée\n"
    assert [layer.variant for layer in read(tmp_path, text).layers] == ["medecin-2025", "infirmier-2025"]


def test_levels_may_begin_far_down_the_file(tmp_path: Path) -> None:
    unknown = "97411;N/A - résultat non disponible\n" * 900
    assert zonages(read(tmp_path, f"Code;Dotation\n{unknown}83001;ZIP\n")) == {"83001": "ZIP"}


def test_an_unknown_profession_is_refused_with_those_known(tmp_path: Path) -> None:
    with pytest.raises(BadReference, match="sage_femme"):
        read(tmp_path, "code;zonage\n83001;ZIP\n", variant="astronaute")


def test_the_year_is_asked_for_where_nothing_says_it(tmp_path: Path) -> None:
    with pytest.raises(BadReference, match="--millesime"):
        read(tmp_path, "code;zonage\n83001;ZIP\n", "zonage.csv")


def test_older_levels_outside_zip_and_zac_are_out_of_the_zonage_and_counted(tmp_path: Path) -> None:
    reading = read(tmp_path, "code;zonage\n83001;ZV\n83002;HV\n83003;ZIP\n")
    assert zonages(reading) == {"83001": "HZ", "83002": "HZ", "83003": "ZIP"}
    assert reading.notices[0].endswith("\u00a0: 2")


def test_levels_that_the_suite_has_no_word_for_are_likened_and_counted(tmp_path: Path) -> None:
    reading = read(
        tmp_path, "code;niveau\n83001;5b_Non_prioritaire\n83002;1b_Sous_dense\n", variant="infirmier"
    )
    assert zonages(reading) == {"83001": "sur_dotee", "83002": "sous_dotee"}
    assert set(reading.notices) == {
        "zones non prioritaires, comptées sur-dotées\u00a0: 1",
        "zones sous-denses, comptées sous-dotées\u00a0: 1",
    }


def test_a_level_that_means_nothing_is_refused_with_its_line(tmp_path: Path) -> None:
    rows = "".join(
        f"{code};ZIP\n"
        for code in ("01001", "01002", "2A004", "2B033", "75056", "83001", "83002", "97101", "97411")
    )
    reading = read(tmp_path, f"code;zonage\n{rows}83003;ZOP\n")
    assert [(reject.line, reject.value) for reject in reading.rejects] == [(11, "ZOP")]
    assert len(only_layer(reading).rows) == 9


def test_codes_of_a_spreadsheet_find_their_zero_again(tmp_path: Path) -> None:
    sheets = workbook({"Zonage 2023": [["Code commune", "Zonage"], [1001, "ZIP"], [83001, "ZAC"]]})
    reading = read(tmp_path, sheets, "zonage.xlsx")
    assert zonages(reading) == {"01001": "ZIP", "83001": "ZAC"}
    assert only_layer(reading).variant == "medecin-2023"
    assert any("rétablis" in notice for notice in reading.notices)


def test_a_zonage_of_quartiers_is_not_taken_for_one_of_communes(tmp_path: Path) -> None:
    with pytest.raises(BadReference, match="zonage-qpv"):
        read(tmp_path, "insee_com;code_qp;zonage\n83001;QN08320I;ZIP\n")


def test_a_table_of_communes_without_levels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadReference, match="rezone import population"):
        read(tmp_path, "COM;PMUN\n83001;12\n")


def test_two_rows_of_one_commune_that_disagree_are_refused(tmp_path: Path) -> None:
    reading = read(tmp_path, "code;zonage\n83001;ZIP\n83001;ZAC\n83002;ZIP\n83002;ZIP\n")
    assert zonages(reading) == {"83002": "ZIP"}
    assert [reject.reason for reject in reading.rejects] == ["contredit la ligne 3", "contredit la ligne 2"]


def test_quartiers_have_a_zonage_of_their_own(tmp_path: Path) -> None:
    text = "insee_com;code_qp;lib_qp;zonage\n83001;QN08320I;Ville;ZIP\n83001;qn08321m;Carami;ZAC\n83001;83001;X;ZIP\n"
    reading = read_zonage_qpv(written(tmp_path, text, "qpv_2025.csv"), BOOK, Options(), silent)
    assert only_layer(reading).kind is Kind.ZONAGE_QPV
    assert only_layer(reading).variant == "medecin-2025"
    assert rows_of(reading) == {QpvZonage("QN08320I", "ZIP"), QpvZonage("QN08321M", "ZAC")}
    assert [reject.line for reject in reading.rejects] == [4]


def test_the_quartiers_of_an_ars_workbook_are_found_among_its_sheets(tmp_path: Path) -> None:
    book = workbook(
        {
            "ZD_COM": [["Code commune", "Nom", "Zonage"], ["83001", "Aups", "ZIP"]],
            "ZD_QPV": [
                [
                    "Dep",
                    "Département",
                    "Code Insee",
                    "Commune",
                    "EPCI",
                    "Population 2018",
                    "Code QP",
                    "QP",
                    "Zonage 2025",
                ],
                ["83", "Var", "83001", "Aups", "CC", 100, "QN08320I", "Centre", "ZIP"],
                ["83", "Var", "83001, 83002", "Aups, Bargemon", "CC", 100, "QN08321M", "Carami", "NC"],
                ["83", "Var", "83002", "Bargemon", "CC", 100, "QN08302M", "Ouest", "ZV"],
            ],
        }
    )
    path = written(tmp_path, book, "Arrêté_zonage_QPV_MEDECINS_PACA_2026_02.xlsx")
    reading = read_zonage_qpv(path, BOOK, Options(), silent)
    assert "ZD_QPV" in reading.detected
    assert only_layer(reading).variant == "medecin-2025"
    assert rows_of(reading) == {QpvZonage("QN08320I", "ZIP"), QpvZonage("QN08302M", "HZ")}
    assert reading.read == 3


def test_the_zonage_of_quartiers_in_force_is_the_last_column_unless_a_year_is_asked_for(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, "code_qp;Zonage 2022;Zonage 2025\nQN08320I;ZAC;ZIP\n", "qpv.csv")
    latest = read_zonage_qpv(path, BOOK, Options(), silent)
    before = read_zonage_qpv(path, BOOK, Options(millesime=2022), silent)
    assert (only_layer(latest).variant, rows_of(latest)) == ("medecin-2025", {QpvZonage("QN08320I", "ZIP")})
    assert (only_layer(before).variant, rows_of(before)) == ("medecin-2022", {QpvZonage("QN08320I", "ZAC")})


def test_codes_of_quartiers_are_found_under_any_header(tmp_path: Path) -> None:
    text = "Quartier concerné;Code quartier;Zone\nCentre;QP083001;ZIP\nOuest;QP083002;ZAC\n"
    reading = read_zonage_qpv(written(tmp_path, text, "qpv_2022.csv"), BOOK, Options(), silent)
    assert rows_of(reading) == {QpvZonage("QP083001", "ZIP"), QpvZonage("QP083002", "ZAC")}


def test_a_zonage_of_communes_is_not_taken_for_one_of_quartiers(tmp_path: Path) -> None:
    path = written(tmp_path, zipped({"a.csv": "code_insee;zonage\n83001;ZIP\n"}), "z.zip")
    with pytest.raises(BadReference, match="«\u00a0rezone import zonage\u00a0»"):
        read_zonage_qpv(path, BOOK, Options(), silent)


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("1_ZIP", "ZIP"),
        ("ZIP (zone d’intervention prioritaire)", "ZIP"),
        ("2 - Zone d'action complémentaire", "ZAC"),
        ("4_ZAR", "ZAR"),
        ("hors zone", "HZ"),
        ("Hors-zonage", "HZ"),
        ("3 - Zone de vigilance", "HZ"),
        ("4 - Hors-vivier", "HZ"),
        ("N/A - résultat non disponible", NOT_KNOWN),
        ("NC", NOT_KNOWN),
        ("", NOT_KNOWN),
        ("Sous-dotée", None),
        ("Aups", None),
    ],
)
def test_words_of_the_doctors_zonage(said: str, level: str | None) -> None:
    assert level_of(said, Profession.MEDECIN) == level


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("1_Tres_sous_dotee", "tres_sous_dotee"),
        ("Zone très sous-dotée", "tres_sous_dotee"),
        ("2 - Sous-doté", "sous_dotee"),
        ("Zones à dotation intermédiaire", "intermediaire"),
        ("Intermédiaire", "intermediaire"),
        ("Très dotée", "tres_dotee"),
        ("Surdotée", "sur_dotee"),
        ("sur-dotée / zone non prioritaire", "sur_dotee"),
        ("Zone non prioritaire", "sur_dotee"),
        ("5b_Non_prioritaire", "sur_dotee"),
        ("1b_Sous_dense", "sous_dotee"),
        ("3_intermediaire", "intermediaire"),
        ("VUD", "tres_sous_dotee"),
        ("OD", "sur_dotee"),
    ],
)
def test_words_of_the_other_zonages_are_levels_that_the_suite_knows(said: str, level: str) -> None:
    assert level_of(said, Profession.KINE) == level
    assert Zonage(level) is not Zonage.INCONNU


@pytest.mark.parametrize(
    ("said", "profession"),
    [
        ("Zonage des masseurs-kinésithérapeutes", Profession.KINE),
        ("zonage_mg_2025", Profession.MEDECIN),
        ("medecin-2025", Profession.MEDECIN),
        ("chirurgien_dentiste", Profession.DENTISTE),
        ("infirmier", Profession.INFIRMIER),
        ("zsf_niveau", Profession.SAGE_FEMME),
        ("Orthophonistes", Profession.ORTHOPHONISTE),
        ("médecins et infirmiers", None),
        ("Guide du zonage", None),
    ],
)
def test_professions_are_told_by_their_usual_names(said: str, profession: Profession | None) -> None:
    assert profession_of(said) is profession


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["83001", "83002", "1001", "83777", "97501", "01234"]),
            st.sampled_from(["ZIP", "2_ZAC", "NC", "ZIP"]),
        ),
        min_size=1,
    )
)
def test_every_row_of_a_zonage_is_kept_refused_or_counted_aside(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    text = "code_insee;zonage\n" + "".join(f"{code};{said}\n" for code, said in rows)
    reading = read(tmp_path_factory.mktemp("z"), text)
    kept = sum(len(layer.rows) for layer in reading.layers)
    aside = sum(int(notice.rsplit(" ", 1)[1]) for notice in reading.notices if "laissées de côté" in notice)
    assert reading.read == len(rows) == kept + len(reading.rejects) + aside
