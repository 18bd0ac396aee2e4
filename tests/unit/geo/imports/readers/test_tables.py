"""Tables are opened by what they hold: encodings, delimiters, titles, sheets, archives, and files of another kind."""

import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio.raw
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from services.geo.imports.readers import files
from services.geo.imports.readers.cells import day, number, only_year, plain, text_of
from services.geo.imports.readers.recognise import open_table, open_tables, recognise
from services.geo.imports.readers.tables import Table
from shared.errors import BadReference
from tests.unit.geo.imports.readers.tabular import workbook, written, zipped

WANTED = (("code_insee", "code_commune"), ("zonage",))


def opened(path: Path) -> Table:
    return open_table(path, "une table code;zonage", WANTED)


def refusal(path: Path) -> str:
    with pytest.raises(BadReference) as caught:
        list(opened(path).lines())
    assert caught.value.extensions["file"]
    return caught.value.detail


@pytest.mark.parametrize(
    ("delimiter", "name"),
    [(";", "point-virgule"), (",", "virgule"), ("\t", "tabulation"), ("|", "barre verticale")],
)
def test_the_delimiter_is_told_from_the_content(tmp_path: Path, delimiter: str, name: str) -> None:
    text = 'code_insee;nom;zonage\n83001;"Aups; le vieux, le bourg";ZIP\n'.replace(";", delimiter)
    table = opened(written(tmp_path, text))
    assert name in table.detected
    assert [line for line, _ in table.lines()] == [2]
    assert next(table.lines())[1][0] == "83001"


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp1252", "Latin-1"), ("utf-16", "UTF-16")],
)
def test_accents_survive_every_encoding_that_french_files_use(
    tmp_path: Path, encoding: str, name: str
) -> None:
    table = opened(written(tmp_path, "code_insee;nom;zonage\r\n83001;Évenos;ZIP\r\n".encode(encoding)))
    assert name in table.detected
    assert [cells for _, cells in table.lines()] == [("83001", "Évenos", "ZIP")]


def test_a_byte_that_windows_does_not_know_is_still_latin_1(tmp_path: Path) -> None:
    table = opened(written(tmp_path, b"code_insee;nom;zonage\n83001;\x81\xe9;ZIP\n"))
    assert next(table.lines())[1][1] == "\x81é"


def test_titles_above_the_header_are_told_apart_and_lines_are_the_files_own(tmp_path: Path) -> None:
    table = opened(
        written(
            tmp_path,
            "Zonage des médecins 2022;;\n\nSource : ARS;;\nCode commune;Nom;Zonage\n83001;Aups;ZIP\n\n83002;X;ZAC\n",
        )
    )
    assert table.header_line == 4
    assert table.titles == ("Zonage des médecins 2022", "Source : ARS")
    assert table.detected == "CSV, point-virgule, UTF-8, 3 lignes de titre"
    assert [line for line, _ in table.lines()] == [5, 7]


def test_names_of_columns_are_met_whatever_their_case_and_accents(tmp_path: Path) -> None:
    assert opened(written(tmp_path, "CODE INSEE;Zonage \n83001;ZIP\n")).columns(*WANTED) == (0, 1)


def test_a_column_that_the_table_was_not_opened_for_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        opened(written(tmp_path, "code_insee;zonage\n83001;ZIP\n")).columns(("absente",))


def test_the_sheet_is_the_one_that_holds_the_header_wanted(tmp_path: Path) -> None:
    book = workbook(
        {
            "Lisez-moi": [["Des notes"]],
            "Données": [["Titre"], [], ["Code INSEE", "Zonage"], [1001, "ZIP"]],
            "Vide": [],
        }
    )
    table = opened(written(tmp_path, book, "tout.csv"))
    assert table.detected == "classeur, feuille «\u00a0Données\u00a0», en-tête ligne 3"
    assert list(table.lines()) == [(4, ("1001", "ZIP"))]


def test_every_sheet_with_the_header_is_a_table(tmp_path: Path) -> None:
    sheet = [["code_insee", "zonage"], ["83001", "ZIP"]]
    path = written(tmp_path, workbook({"2023": sheet, "Notes": [], "2024": sheet}))
    assert [table.sheet for table in open_tables(path, "une table", WANTED)] == ["2023", "2024"]


def test_a_zip_is_opened_by_its_only_member_that_fits(tmp_path: Path) -> None:
    members = {
        "meta.csv": "variable;libelle\nZONAGE;Le zonage\n",
        "données.csv": "code_insee;zonage\n83001;ZIP\n",
        "__MACOSX/x": "?",
    }
    assert opened(written(tmp_path, zipped(members), "z.zip")).file == "données.csv"


def test_a_workbook_may_be_zipped_and_a_table_gzipped(tmp_path: Path) -> None:
    book = workbook({"A": [["code_insee", "zonage"], ["83001", "ZIP"]]})
    assert opened(written(tmp_path, zipped({"a.xlsx": book}), "b.zip")).sheet == "A"
    assert (
        len(list(opened(written(tmp_path, gzip.compress(b"code_insee;zonage\n83001;ZIP\n"), "b.gz")).lines()))
        == 1
    )


def test_a_zip_of_two_files_that_fit_is_refused_and_names_them(tmp_path: Path) -> None:
    table = "code_insee;zonage\n83001;ZIP\n"
    detail = refusal(written(tmp_path, zipped({"a.csv": table, "b.csv": table}), "z.zip"))
    assert "a.csv, b.csv" in detail


def test_a_zip_with_the_wrong_members_is_refused_and_names_them(tmp_path: Path) -> None:
    detail = refusal(
        written(tmp_path, zipped({"lisez-moi.txt": "Bonjour", "carte.pdf": b"%PDF-1.7"}), "z.zip")
    )
    assert "lisez-moi.txt, carte.pdf" in detail
    assert "Rien n’a été chargé" in detail


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "un fichier vide"),
        (b"\xef\xbb\xbf \n", "un fichier vide"),
        (b"<!DOCTYPE html><html><body>Connexion</body></html>", "une page web"),
        (b"<?xml version='1.0'?><a/>", "un document XML"),
        (b"%PDF-1.7 ...", "un PDF"),
        (b"7z\xbc\xaf\x27\x1c", "une archive 7z"),
        (b"\x01\x02\x00\x03", "un fichier binaire"),
        (b"\xd0\xcf\x11\xe0 rien de plus", "classeur illisible"),
        (b"PK\x03\x04 rien de plus", "sans doute tronqué"),
        (b"PK;ce n'est pas un zip;\n", "l’en-tête attendu n’y est pas"),
        (
            zipped({"a.zip": zipped({"b.csv": "code_insee;zonage\n"})}),
            "a.zip est une archive zip dans une archive",
        ),
        (zipped({}), "aucun fichier à l’intérieur"),
        (b"\x1f\x8b rien de plus", "tronqué"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in refusal(written(tmp_path, content))


def test_a_geojson_is_sent_to_the_import_that_takes_it(tmp_path: Path) -> None:
    feature = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code_qp":"QN08301M"}}]}'
    )
    detail = refusal(written(tmp_path, feature))
    assert "GeoJSON" in detail
    assert "«\u00a0rezone import qpv\u00a0»" in detail


def test_another_table_is_sent_to_the_import_that_takes_it(tmp_path: Path) -> None:
    detail = refusal(written(tmp_path, "CODGEO;LIBGEO;P22_POP0014;P22_POP90P\n83001;Aups;1;2\n"))
    assert "«\u00a0rezone import ages\u00a0»" in detail
    assert "une table code;zonage" in detail


@pytest.mark.parametrize(
    ("content", "command"),
    [
        ("TYPECOM,COM,REG,DEP,LIBELLE,COMPARENT\nCOM,83001,93,83,Aups,\n", "cog"),
        ("MOD,DATE_EFF,TYPECOM_AV,COM_AV\n10,2000-01-01,COM,83001\n", "cog"),
        ("finess;etalab;123;2024-01-01\nstructureet;830000001;x\n", "structures"),
        ("code_qp;zonage\nQN08301M;ZIP\n", "zonage-qpv"),
        ('"com_code","zmed_niveau"\n"83001","1_ZIP"\n', "zonage"),
        ("cpts;commune\nA;83001\n", "cpts"),
        ("CODGEO;LIBGEO;BV2022;LIBBV2022\n83001;Aups;83001;Aups\n", "regroupements"),
        ("CODGEO;EPCI;LIBEPCI\n83001;200000001;CC\n", "epci"),
        ("COM;PMUN\n83001;12\n", "population"),
        ("Code commune INSEE;Commune;APL aux médecins généralistes\n83001;Aups;2,5\n", "apl"),
        ("rien;du;tout\n1;2;3\n", None),
        ("", None),
    ],
)
def test_official_tables_are_recognised_by_their_headers(
    tmp_path: Path, content: str, command: str | None
) -> None:
    assert recognise(written(tmp_path, content)) == command


def test_a_parquet_or_geopackage_of_communes_is_recognised_by_its_attributes(tmp_path: Path) -> None:
    pq.write_table(pa.table({"code_insee": ["83001"], "geometrie": [b""]}), tmp_path / "communes")
    pyogrio.raw.write(
        tmp_path / "quartiers.gpkg",
        np.array([shapely.Point(0, 0).wkb], dtype=object),
        [np.array(["QN08301M"], dtype=object)],
        ["code_qp"],
        geometry_type="Point",
        crs="EPSG:4326",
    )
    assert recognise(tmp_path / "communes") == "contours"
    assert recognise(tmp_path / "quartiers.gpkg") == "qpv"
    assert recognise(written(tmp_path, b"PAR1 rien de plus", "abîmé.parquet")) is None
    assert recognise(written(tmp_path, b"SQLite format 3\0 rien de plus", "abîmé.gpkg")) is None


def test_a_workbook_is_recognised_by_any_of_its_sheets(tmp_path: Path) -> None:
    book = workbook(
        {"Lisez-moi": [["a"]], "APL 2023": [["t"], ["Code commune INSEE", "Commune", "APL aux sages-femmes"]]}
    )
    assert recognise(written(tmp_path, book)) == "apl"


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    assert "introuvable" in refusal(tmp_path / "absent.csv")


def test_an_empty_folder_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadReference, match="aucun fichier à l’intérieur"):
        opened(tmp_path)


def test_a_last_line_that_stops_short_is_a_truncated_file(tmp_path: Path) -> None:
    detail = refusal(written(tmp_path, "code_insee;nom;zonage\n83001;Aups;ZIP\n83002;Bar"))
    assert "ligne (3)" in detail
    assert "tronqué" in detail


def test_a_quote_that_never_closes_is_a_truncated_file(tmp_path: Path) -> None:
    assert "guillemet" in refusal(written(tmp_path, 'code_insee;zonage\n83001;ZIP\n83002;"ZI'))


def test_a_file_cut_in_the_middle_of_a_letter_is_truncated(tmp_path: Path) -> None:
    assert "tronqué" in refusal(
        written(tmp_path, "code_insee;nom;zonage\n83001;Évenos;ZIP\n83002;É".encode()[:-1])
    )


def test_a_truncated_gzip_or_workbook_is_refused(tmp_path: Path) -> None:
    table = gzip.compress(b"code_insee;zonage\n" + b"83001;ZIP\n" * 5000)
    assert "tronquée" in refusal(written(tmp_path, table[:-20], "a.gz"))
    book = workbook({"A": [["code_insee", "zonage"], ["83001", "ZIP"]]})
    assert "tronqué" in refusal(written(tmp_path, book[:-40], "a.xlsx"))


def test_cells_that_an_export_left_out_at_the_end_of_a_row_are_empty(tmp_path: Path) -> None:
    table = opened(written(tmp_path, "code_insee;nom;zonage\n83001\n83002;B;ZAC\n"))
    assert [cells for _, cells in table.lines()] == [("83001", "", ""), ("83002", "B", "ZAC")]


def test_a_header_repeated_further_down_is_no_row(tmp_path: Path) -> None:
    table = opened(written(tmp_path, "code_insee;zonage\n83001;ZIP\ncode_insee;zonage\n83002;ZAC\n"))
    assert [line for line, _ in table.lines()] == [2, 4]


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[0-9]{5}", fullmatch=True),
            st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=8),
        ),
        max_size=20,
    )
)
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    text = "code_insee;zonage;fin\n" + "".join(
        f'{code};"{said.replace(chr(34), chr(34) * 2)}";.\n' for code, said in rows
    )
    table = opened(written(tmp_path_factory.mktemp("t"), text))
    assert [cells for _, cells in table.lines()] == [(code, said, ".") for code, said in rows]


def test_an_archive_that_would_fill_the_disk_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGEST", 1000)
    path = written(tmp_path, zipped({"a.csv": "code_insee;zonage\n" + "83001;ZIP\n" * 500}), "z.zip")
    assert "gigaoctet" in refusal(path)


def test_an_open_document_is_read_too(tmp_path: Path) -> None:
    assert [
        cells for _, cells in opened(written(tmp_path, ods("code_insee", "zonage", "83001", "ZIP"))).lines()
    ] == [("83001", "ZIP")]


def ods(*cells: str) -> bytes:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    said = [f'<t:table-cell o:value-type="string"><x:p>{cell}</x:p></t:table-cell>' for cell in cells]
    rows = "".join(
        f"<t:table-row>{''.join(said[at : at + 2])}</t:table-row>" for at in range(0, len(said), 2)
    )
    content = (
        f'<o:document-content xmlns:o="{names}:office:1.0" xmlns:t="{names}:table:1.0" xmlns:x="{names}:text:1.0">'
        f'<o:body><o:spreadsheet><t:table t:name="A">{rows}</t:table></o:spreadsheet></o:body></o:document-content>'
    )
    for short, long in (("o:", "office:"), ("t:", "table:"), ("x:", "text:")):
        content = (
            content.replace(f"<{short}", f"<{long}")
            .replace(f"</{short}", f"</{long}")
            .replace(f" {short}", f" {long}")
        )
        content = content.replace(f"xmlns:{short[0]}=", f"xmlns:{long[:-1]}=")
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": "<manifest/>",
        }
    )


def test_numbers_dates_and_years_are_read_as_the_french_write_them() -> None:
    assert number("1\u202f234,5") == 1234.5
    assert number("12.0") == 12
    assert day("30/10/2025") == day("2025-10-30T00:00:00")
    assert only_year(["zonage_mg_2025_v2.csv"]) == 2025
    assert only_year(["2018 à 2022"]) is None
    assert only_year(["communes-01012019"]) == 2019
    assert only_year(["export_20250131.csv"]) == 2025
    assert only_year(["SIREN 200020254"]) is None
    assert plain("N° FINESS – Établissement") == "n_finess_etablissement"
    assert text_of(1001.0) == "1001"


@pytest.mark.parametrize("said", ["", "abc", "1e", "nan", "inf", "--2"])
def test_what_is_no_number_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="nombre illisible"):
        number(said)
