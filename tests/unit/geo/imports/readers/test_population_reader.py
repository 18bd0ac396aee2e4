"""Populations, ages and accessibility by commune, as INSEE and the Drees publish them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.geo.imports.readers.ages import read_ages
from services.geo.imports.readers.apl import read_apl
from services.geo.imports.readers.population import read_population
from services.geo.imports.reading import FileReading, Options
from services.geo.layers.kinds import CommuneAges, CommuneApl, Kind
from shared.errors import BadReference
from tests.unit.geo.imports.readers.tabular import BOOK, Cell, only_layer, rows_of, silent, workbook, written

BANDS = ("0014", "1529", "3044", "4559", "6074", "7589", "90P")
APL_HEADER: list[Cell] = [
    "Code commune INSEE",
    "Commune",
    "APL aux médecins généralistes ",
    "APL aux médecins généralistes de 65 ans ou moins",
    "Population totale 2022",
]
UNITS: list[Cell] = [None, None, "En nombre de consultations par habitant standardisé", None, None]


def population(
    folder: Path, content: str | bytes, name: str = "populations.csv", year: int | None = 2023
) -> FileReading:
    return read_population(written(folder, content, name), BOOK, Options(millesime=year), silent)


def populations(reading: FileReading) -> dict[str, int]:
    assert reading.patch is not None
    return dict(reading.patch.populations or {})


def ages(folder: Path, content: str, name: str = "base-cc-evol-struct-pop.CSV") -> FileReading:
    return read_ages(written(folder, content, name), BOOK, Options(), silent)


def age_header(*censuses: str) -> str:
    return "CODGEO;" + ";".join(
        f"P{one}_POP;" + ";".join(f"P{one}_POP{band}" for band in BANDS) for one in censuses
    )


def apl(folder: Path, sheets: dict[str, list[list[Cell]]], year: int | None = None) -> FileReading:
    return read_apl(written(folder, workbook(sheets), "apl.xlsx"), BOOK, Options(millesime=year), silent)


def apl_sheet(*rows: list[Cell]) -> list[list[Cell]]:
    return [
        ["Indicateur d'APL aux médecins généralistes"],
        [],
        [],
        [],
        [],
        [],
        ["Note"],
        [],
        APL_HEADER,
        UNITS,
        *rows,
    ]


def test_populations_are_read_by_code(tmp_path: Path) -> None:
    reading = population(
        tmp_path, "REG;DEP;COM;PMUN;PCAP;PTOT\n93;83;83001;1200;10;1210\n84;01;1001;800;5;805\n"
    )
    assert populations(reading) == {"83001": 1200, "01001": 800}
    assert reading.patch is not None
    assert reading.patch.millesime == "2023"


def test_populations_are_read_by_departement_and_commune(tmp_path: Path) -> None:
    text = (
        "CODREG;REG;CODDEP;CODARR;CODCAN;CODCOM;COM;PMUN;PCAP;PTOT\n"
        "93;Paca;83;1;03;001;Les Adrets;1200;10;1210\n84;Aura;1;1;03;1;L'Abergement;800;5;805\n"
        "01;Guadeloupe;971;1;03;101;Les Abymes;53000;0;53000\n94;Corse;2A;1;03;004;Ajaccio;74000;0;74000\n"
    )
    assert populations(population(tmp_path, text)) == {
        "83001": 1200,
        "01001": 800,
        "97101": 53000,
        "2A004": 74000,
    }


def test_the_ensemble_workbook_of_insee_is_read(tmp_path: Path) -> None:
    book = workbook(
        {
            "Communes": [
                ["Populations légales des communes en vigueur au 1er janvier 2025"],
                [],
                [
                    "Code région",
                    "Nom de la région",
                    "Code département",
                    "Code commune",
                    "Nom de la commune",
                    "Population municipale",
                ],
                ["93", "Paca", "83", "001", "Les Adrets", "1\u202f200"],
            ]
        }
    )
    reading = population(tmp_path, book, "ensemble.xlsx", None)
    assert populations(reading) == {"83001": 1200}
    assert reading.patch is not None
    assert reading.patch.millesime == "2025"


def test_a_population_that_is_no_whole_number_is_refused(tmp_path: Path) -> None:
    reading = population(tmp_path, "COM;PMUN\n83001;12,5\n83002;-3\n83003;beaucoup\n2A004;7\n2B033;\n")
    assert populations(reading) == {"2A004": 7}
    assert [reject.line for reject in reading.rejects] == [2, 3, 4]


def test_a_header_without_rows_patches_nothing(tmp_path: Path) -> None:
    assert population(tmp_path, "COM;PMUN\n").patch is None


def test_the_year_of_populations_is_told_by_their_column(tmp_path: Path) -> None:
    reading = population(tmp_path, "COM;PMUN22\n83001;1\n", year=None)
    assert reading.patch is not None
    assert reading.patch.millesime == "2022"


SEVERAL = "CODGEO;REG;DEP;LIBGEO;PMUN2023;PMUN2022;PMUN2021\n83001;93;83;Aups;3;2;1\n"


@pytest.mark.parametrize(
    ("asked", "year", "residents"), [(None, "2023", 3), (2022, "2022", 2), (2021, "2021", 1)]
)
@pytest.mark.parametrize("names", [("PMUN{0}",) * 3, ("PMUN{1}",) * 3, ("P{1}_POP",) * 3])
def test_the_populations_of_the_year_asked_for_are_read_else_the_latest(
    tmp_path: Path, names: tuple[str, ...], asked: int | None, year: str, residents: int
) -> None:
    text = SEVERAL
    for name, one in zip(names, ("2023", "2022", "2021"), strict=True):
        text = text.replace(f"PMUN{one}", name.format(one, one[2:]))
    reading = population(tmp_path, text, year=asked)
    assert populations(reading) == {"83001": residents}
    assert reading.patch is not None
    assert reading.patch.millesime == year


def test_the_latest_populations_are_read_whatever_the_order_of_columns(tmp_path: Path) -> None:
    assert populations(population(tmp_path, "COM;PMUN21;PMUN22\n83001;1;2\n", year=None)) == {"83001": 2}


def test_the_last_century_is_not_the_latest(tmp_path: Path) -> None:
    reading = population(tmp_path, "CODGEO;P99_POP;P22_POP\n83001;1;2\n", year=None)
    assert populations(reading) == {"83001": 2}


def test_populations_of_a_year_that_is_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadReference, match="Années présentes\u00a0: 2021, 2022, 2023"):
        population(tmp_path, SEVERAL, year=2019)


def test_a_table_without_communes_is_no_population(tmp_path: Path) -> None:
    with pytest.raises(BadReference, match="l’en-tête attendu"):
        population(tmp_path, "ville;nombre\nAups;12\n")
    with pytest.raises(BadReference, match="Attendu"):
        population(tmp_path, "COM;PMUN\nAups;12\nBarjols;3\n")


def test_ages_are_not_taken_for_populations(tmp_path: Path) -> None:
    with pytest.raises(BadReference, match="rezone import ages"):
        population(tmp_path, age_header("22") + "\n83001;28;1;2;3;4;5;6;7\n")


def test_a_commune_unknown_to_the_cog_is_refused_in_every_table(tmp_path: Path) -> None:
    assert [r.value for r in ages(tmp_path, age_header("22") + "\n83777;28;1;2;3;4;5;6;7\n").rejects] == [
        "83777"
    ]
    assert [r.value for r in population(tmp_path, "COM;PMUN\n83777;1\n").rejects] == ["83777"]


def test_ages_come_from_the_latest_census_of_the_file(tmp_path: Path) -> None:
    text = age_header("22", "11") + "\n83001;28;1;2;3;4;5;6;7;0;0;0;0;0;0;0;0\n83002;" + ";" * 15 + "\n"
    reading = ages(tmp_path, text)
    layer = only_layer(reading)
    assert (layer.kind, layer.variant, layer.millesime) == (Kind.AGES, "2022", "2022")
    assert rows_of(reading) == {CommuneAges("83001", 28.0, (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0))}
    assert reading.notices == ("communes sans population publiée, laissées de côté\u00a0: 1",)


def test_the_ages_of_an_older_census_may_be_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, age_header("22", "16") + "\n83001;28;1;2;3;4;5;6;7;7;1;1;1;1;1;1;1\n", "a.csv")
    reading = read_ages(path, BOOK, Options(millesime=2016), silent)
    assert only_layer(reading).variant == "2016"
    assert rows_of(reading) == {CommuneAges("83001", 7.0, (1.0,) * 7)}
    with pytest.raises(BadReference, match="2016, 2022"):
        read_ages(path, BOOK, Options(millesime=2019), silent)


def test_ages_that_cannot_be_are_refused(tmp_path: Path) -> None:
    reading = ages(
        tmp_path,
        age_header("22") + "\n83001;28;1;2;3;4;5;6;x\n83002;28;1;2;3;4;5;6;-7\n83003;1;1;0;0;0;0;0;0\n",
    )
    assert [reject.line for reject in reading.rejects] == [2, 3]


@given(st.lists(st.floats(0, 1e5).map(lambda value: round(value, 6)), min_size=7, max_size=7))
def test_age_bands_sum_to_the_total(tmp_path_factory: pytest.TempPathFactory, bands: list[float]) -> None:
    text = age_header("21") + "\n83001;0;" + ";".join(f"{band:.6f}" for band in bands) + "\n"
    (row,) = only_layer(ages(tmp_path_factory.mktemp("a"), text)).rows
    assert isinstance(row, CommuneAges)
    assert row.bands == tuple(bands)
    assert row.total == sum(bands)


def test_apl_gives_a_layer_for_each_year_and_passes_titles_and_units(tmp_path: Path) -> None:
    sheets: dict[str, list[list[Cell]]] = {
        "Lisez-moi": [["Documentation"]],
        "APL 2022": apl_sheet(["83001", "Aups", 2.25, 2.0, 100]),
        "APL 2023": apl_sheet(
            [1001, "A", 3.5, 2.0, 100], ["83001", "Aups", None, None, 100], ["Total", None, 4, 4, 1]
        ),
    }
    reading = apl(tmp_path, sheets)
    assert [layer.variant for layer in reading.layers] == ["medecin-2022", "medecin-2023"]
    assert reading.layers[0].rows == (CommuneApl("83001", 2.25),)
    assert reading.layers[1].rows == (CommuneApl("01001", 3.5),)
    assert [(reject.line, reject.value) for reject in reading.rejects] == [(13, "Total")]
    assert reading.read == 4


def test_one_year_of_apl_may_be_asked_for(tmp_path: Path) -> None:
    sheets = {f"APL {year}": apl_sheet(["83001", "Aups", 2.25, 2.0, 100]) for year in (2022, 2023)}
    assert [layer.variant for layer in apl(tmp_path, sheets, 2022).layers] == ["medecin-2022"]
    with pytest.raises(BadReference, match="aucune feuille de l’année 2019"):
        apl(tmp_path, sheets, 2019)


def test_the_year_of_a_sheet_is_not_changed_by_the_one_asked_for(tmp_path: Path) -> None:
    with pytest.raises(BadReference, match="aucune feuille de l’année 2022"):
        apl(tmp_path, {"APL 2023": apl_sheet(["83001", "Aups", 2.25, 2.0, 100])}, 2022)


def test_two_sheets_of_one_year_are_refused(tmp_path: Path) -> None:
    sheets = {name: apl_sheet(["83001", "Aups", 2.25, 2.0, 100]) for name in ("APL 2022", "APL_2022 bis")}
    with pytest.raises(BadReference, match="plusieurs feuilles"):
        apl(tmp_path, sheets)


def test_the_profession_of_an_apl_is_told_by_its_column(tmp_path: Path) -> None:
    text = "Code commune INSEE;Commune;APL aux sages-femmes\n83001;Aups;12,5\n83002;B;ND\n83003;C;x\n2A004;D;-1\n"
    reading = read_apl(written(tmp_path, text, "apl_2023.csv"), BOOK, Options(), silent)
    assert only_layer(reading).variant == "sage_femme-2023"
    assert rows_of(reading) == {CommuneApl("83001", 12.5)}
    assert [reject.line for reject in reading.rejects] == [4, 5]
