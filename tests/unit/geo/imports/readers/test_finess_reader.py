"""Establishments of FINESS in its three forms: codes of communes, coordinates, closed ones, and files refused."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.geo.imports.readers.finess import read_finess
from services.geo.imports.readers.finess_points import in_degrees, point
from services.geo.imports.readers.finess_rows import commune_of
from services.geo.imports.reading import FileReading, Options
from services.geo.layers.kinds import Kind, Structure
from services.geo.shapes.projections import projection_rank
from shared.errors import BadReference
from tests.unit.geo.imports.readers.shapes import GROUND
from tests.unit.geo.imports.readers.tabular import only_layer, silent, written, zipped

FIRST = "finess;etalab;98;2026-05-12"
LAMBERT = "1,ATLASANTE,100,IGN,BD_ADRESSE,V2.2,LAMBERT_93"
LAMBERT_TOLD = "1,ATLASANTE,96,BAN,EPSG:2154 RGF93 / Lambert-93 (Métropole)"
VAR = ("6.7000", "43.4000")
VAR_METRES = ("999430.5", "6262766.4")
REUNION_METRES = ("323086.6", "7679599.8")


def row(finess: str = "830000001", commune: str = "001", departement: str = "83", **changes: str) -> str:
    cells = {
        "nofinesset": finess,
        "nofinessej": "830000099",
        "rs": "CH EST",
        "rslongue": 'CENTRE HOSPITALIER "BONNET"',
        "complrs": "",
        "compldistrib": "",
        "numvoie": "240",
        "typvoie": "AV",
        "voie": "DE SAINT-LAMBERT",
        "compvoie": "",
        "lieuditbp": "",
        "commune": commune,
        "departement": departement,
        "libdepartement": "VAR",
        "ligneacheminement": "83600 FREJUS",
        "telephone": "0494402121",
        "telecopie": "",
        "categetab": "355",
        "libcategetab": "Centre Hospitalier (C.H.)",
        **changes,
    }
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="").writerow(["structureet", *cells.values(), "1102", ""])
    return line.getvalue()


def place(finess: str, x: str, y: str, system: str = LAMBERT) -> str:
    return f"geolocalisation;{finess};{x};{y};{system};2026-05-04"


def etalab(*rows: str) -> str:
    return "\n".join([FIRST, *rows, ""])


def read(path: Path, options: Options | None = None) -> FileReading:
    return read_finess(path, GROUND, options or Options(), silent)


def structures(reading: FileReading) -> dict[str, Structure]:
    layer = only_layer(reading)
    assert layer.kind is Kind.STRUCTURES
    return {one.finess: one for one in layer.rows if isinstance(one, Structure)}


def refusal(path: Path) -> str:
    with pytest.raises(BadReference) as refused:
        read(path)
    return refused.value.detail


def test_an_establishment_of_the_fixed_columns(tmp_path: Path) -> None:
    reading = read(written(tmp_path, etalab(row(), place("830000001", *VAR_METRES))))
    found = structures(reading)["830000001"]
    assert (found.nom, found.categorie, found.commune) == ('CENTRE HOSPITALIER "BONNET"', "355", "83001")
    assert found.adresse == "240 AV DE SAINT-LAMBERT 83600 FREJUS"
    assert (found.finess_juridique, found.telephone) == ("830000099", "0494402121")
    assert [found.lon, found.lat] == pytest.approx([6.7, 43.4], abs=0.01)
    assert only_layer(reading).millesime == "2026-05-12"
    assert "établissements situés\u00a0: 1 sur 1" in reading.notices


def test_structures_without_coordinates_are_kept(tmp_path: Path) -> None:
    found = structures(read(written(tmp_path, etalab(row()))))["830000001"]
    assert (found.lon, found.lat) == (None, None)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-8-sig"])
def test_accents_survive_every_encoding(tmp_path: Path, encoding: str) -> None:
    content = etalab(row(rslongue="HÔPITAL CLÉMENCEAU")).encode(encoding)
    assert structures(read(written(tmp_path, content)))["830000001"].nom == "HÔPITAL CLÉMENCEAU"


@pytest.mark.parametrize("wrap", [gzip.compress, lambda content: zipped({"etalab-cs1100507.csv": content})])
def test_an_archive_of_finess_is_read(tmp_path: Path, wrap: Callable[[bytes], bytes]) -> None:
    assert set(structures(read(written(tmp_path, wrap(etalab(row()).encode()))))) == {"830000001"}


@pytest.mark.parametrize(
    ("departement", "commune", "code"),
    [
        ("83", "061", "83061"),
        ("1", "53", "01053"),
        ("2A", "004", "2A004"),
        ("2b", "033", "2B033"),
        ("75", "113", "75113"),
        ("69", "381", "69381"),
        ("9A", "101", "97101"),
        ("9B", "209", "97209"),
        ("9C", "302", "97302"),
        ("9D", "411", "97411"),
        ("9F", "606", "97606"),
        ("974", "411", "97411"),
        ("971", "1", "97101"),
        ("83", "83061", "83061"),
    ],
)
def test_the_code_of_a_commune_is_that_of_insee(departement: str, commune: str, code: str) -> None:
    assert commune_of(departement, commune) == code


def test_coordinates_follow_the_legal_projection_of_the_departement(tmp_path: Path) -> None:
    content = etalab(
        row("970400001", "411", "9D"), place("970400001", *REUNION_METRES, "1,ATLASANTE,UTM_S40")
    )
    found = structures(read(written(tmp_path, content)))["970400001"]
    assert [found.lon, found.lat] == pytest.approx([55.29821, -20.97571], abs=1e-4)
    assert projection_rank("974") != projection_rank("83")


def test_the_system_that_a_row_names_wins_over_the_legal_one(tmp_path: Path) -> None:
    told = row("830000002"), place("830000002", "297000", "4810000", "1,BAN,EPSG:32632 WGS 84 / UTM zone 32N")
    found = structures(read(written(tmp_path, etalab(*told))))["830000002"]
    assert found.lon == pytest.approx(6.5, abs=0.1)
    assert found.lat == pytest.approx(43.4, abs=0.1)


@pytest.mark.parametrize(
    ("x", "y", "system"),
    [
        ("652381.0", "6862047.0", LAMBERT_TOLD),
        ("6262766.4", "999430.5", LAMBERT),
        ("43.4", "6.7", ""),
        ("55.3", "-20.9", ""),
    ],
)
def test_a_point_outside_its_departement_is_dropped_and_counted(
    tmp_path: Path, x: str, y: str, system: str
) -> None:
    reading = read(written(tmp_path, etalab(row(), place("830000001", x, y, system))))
    assert structures(reading)["830000001"].lon is None
    assert "coordonnées hors du département de la commune, écartées\u00a0: 1" in reading.notices


@pytest.mark.parametrize(("x", "y"), [("0", "0"), ("", ""), ("nan", "1"), ("inf", "1"), ("x", "y")])
def test_no_coordinates_are_no_point(x: str, y: str) -> None:
    assert point(x, y) is None


@given(x=st.floats(-1e7, 1e7), y=st.floats(1e5, 1e7))
def test_metres_of_france_are_never_taken_for_degrees(x: float, y: float) -> None:
    one = point(str(x), str(y))
    assert one is not None
    assert not in_degrees(one)


def test_bad_rows_are_rejected_with_their_line(tmp_path: Path) -> None:
    content = etalab(
        row(), row("12"), row("830000003", "555"), "structureet;830000004;x", row("830000005", categetab="")
    )
    reading = read(written(tmp_path, content))
    assert [(reject.line, reject.value) for reject in reading.rejects] == [
        (3, "12"),
        (4, "83555"),
        (5, "830000004"),
        (6, "830000005"),
    ]


def test_every_row_is_kept_or_rejected(tmp_path: Path) -> None:
    content = etalab(
        row(), row("12"), row("830000003", "555"), row("830000004"), row("980000001", "801", "9J")
    )
    reading = read(written(tmp_path, content))
    assert reading.read == 5
    assert len(structures(reading)) + len(reading.rejects) == 5


def test_the_same_number_twice_with_other_words_is_refused(tmp_path: Path) -> None:
    content = etalab(row("830000001"), row("830000002"), row("830000002", rslongue="AUTRE"))
    reading = read(written(tmp_path, content))
    assert set(structures(reading)) == {"830000001"}
    assert [reject.line for reject in reading.rejects] == [3, 4]


def test_the_same_row_twice_counts_once(tmp_path: Path) -> None:
    reading = read(written(tmp_path, etalab(row(), row())))
    assert (len(structures(reading)), reading.rejects) == (1, ())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (f"{FIRST}\nstructureej;830000099;X\n", "le fichier tient des entités juridiques"),
        (f"{FIRST}\n{place('830000001', *VAR)}\n", "aucun établissement"),
        (f"{FIRST}\n", "aucun établissement"),
        (etalab(row(), row("830000002"))[:-120], "tronqué ou abîmé à la ligne 3"),
        (etalab(row("830000001", "555")), "aucun établissement lisible (ligne 2"),
        ("", "un fichier vide"),
        ("code_insee;zonage\n83001;ZIP\n", "rezone import zonage"),
        ('{"type": "FeatureCollection", "features": []}', "c’est du JSON"),
    ],
)
def test_another_file_is_refused_in_words(tmp_path: Path, content: str, reason: str) -> None:
    assert reason in refusal(written(tmp_path, content))


def test_two_files_of_finess_are_refused(tmp_path: Path) -> None:
    archive = zipped({"a.csv": etalab(row()), "b.csv": etalab(row())})
    assert "plusieurs fichiers de FINESS (a.csv, b.csv)" in refusal(written(tmp_path, archive))


def test_a_table_with_a_header(tmp_path: Path) -> None:
    content = (
        "numero finess etablissement,nofinessej_1,raison_sociale,code_insee,categetab,categorie,latitude,longitude\n"
        '830000001,830000099,"CH, EST",83001,355,Centre Hospitalier (C.H.),43.40,6.70\n'
        "10000024,,PHARMACIE,1001,620,,,\n"
    )
    reading = read(written(tmp_path, content, "finess_2026-03-01.csv"))
    found = structures(reading)
    assert (found["830000001"].nom, found["830000001"].lon) == ("CH, EST", 6.7)
    assert (found["010000024"].commune, found["010000024"].libelle) == ("01001", "Pharmacie d'Officine")
    assert "numéros FINESS dont le zéro initial était perdu, rétabli\u00a0: 1" in reading.notices
    assert only_layer(reading).millesime == "2026-03-01"


def test_a_table_with_departement_and_commune_apart_and_metres(tmp_path: Path) -> None:
    content = (
        "nofinesset;rs;commune;departement;categetab;coordxet;coordyet;sourcecoordet\n"
        f"830000001;CH;001;83;355;{VAR_METRES[0]};{VAR_METRES[1]};{LAMBERT}\n"
    )
    found = structures(read(written(tmp_path, content)))["830000001"]
    assert found.commune == "83001"
    assert found.lon == pytest.approx(6.7, abs=0.01)


def plus(*establishments: dict[str, Any], **more: Any) -> str:
    entity = {"informationsGeneralesPMEJ": {"numFinessPm": "830000099"}, "ege": list(establishments)}
    return json.dumps(
        {"generatedAt": "2026-09-05T02:00:00Z", "schemaVersion": "v1.0.0", "pmej": [entity], **more}
    )


def ege(number: str = "830000001", **changes: Any) -> dict[str, Any]:
    return {
        "informationsGeneralesEGE": {
            "numFinessEge": number,
            "nomEgeCourt": "MSP",
            "nomEgeLong": "MAISON DE SANTÉ",
        },
        "categorieentiteGeographiqueExercice": "603",
        "etatObjet": "A",
        "adresse": [
            {"usageAdresse": "06", "cogCommune": "83003"},
            {
                "usageAdresse": "03",
                "numeroVoie": "16",
                "typeVoie": "R",
                "libelleVoie": "HAUTE",
                "codePostal": "83600",
                "ligneAcheminement": "FREJUS",
                "cogCommune": "83001",
                "coordonneesGeographique": {
                    "coordonneeX": VAR_METRES[1],
                    "coordonneeY": VAR_METRES[0],
                    "directionLatitude": "43.4",
                    "directionLongitude": "6.7",
                },
            },
        ],
        "contact": [{"typeContact": {"roleContact": "01"}, "telecom": {"telephone": "0494000000"}}],
        **changes,
    }


def test_finess_plus_gives_the_address_of_exercise(tmp_path: Path) -> None:
    reading = read(written(tmp_path, gzip.compress(plus(ege(), gco=[], gcc=[]).encode())))
    found = structures(reading)["830000001"]
    assert (found.nom, found.commune, found.categorie) == ("MAISON DE SANTÉ", "83001", "603")
    assert found.adresse == "16 R HAUTE 83600 FREJUS"
    assert (found.lon, found.lat) == (6.7, 43.4)
    assert (found.finess_juridique, found.telephone) == ("830000099", "0494000000")
    assert found.libelle == "Maison de santé (L.6223-3)"
    assert only_layer(reading).millesime == "2026-09-05"


@pytest.mark.parametrize(
    "coordinates",
    [
        {
            "coordonneeX": "6.7",
            "coordonneeY": "43.4",
            "directionLatitude": VAR_METRES[1],
            "directionLongitude": "1",
        },
        {"coordonneeX": "6.7", "coordonneeY": "43.4"},
        {"coordonneeX": VAR_METRES[1], "coordonneeY": VAR_METRES[0]},
        {"coordonneeX": VAR_METRES[0], "coordonneeY": VAR_METRES[1]},
    ],
)
def test_finess_plus_coordinates_are_found_in_whichever_pair(
    tmp_path: Path, coordinates: dict[str, str]
) -> None:
    address = {"usageAdresse": "03", "cogCommune": "83001", "coordonneesGeographique": coordinates}
    found = structures(read(written(tmp_path, plus(ege(adresse=[address])))))["830000001"]
    assert [found.lon, found.lat] == pytest.approx([6.7, 43.4], abs=0.01)


@pytest.mark.parametrize("state", ["A", {"code": "A", "system": "https://mos.esante.gouv.fr"}])
def test_closed_establishments_of_finess_plus_are_left_aside(tmp_path: Path, state: Any) -> None:
    closed = ege("830000003")
    closed["informationsGeneralesEGE"]["dateFermeture"] = "2010-01-01"
    content = plus(ege(etatObjet=state), ege("830000002", etatObjet="I"), closed)
    reading = read(written(tmp_path, content))
    assert set(structures(reading)) == {"830000001"}
    assert "lignes d’établissements fermés, laissées de côté\u00a0: 2" in reading.notices


def test_finess_plus_cut_short_is_refused(tmp_path: Path) -> None:
    content = plus(ege(), ege("830000002"))
    assert "tronqué" in refusal(written(tmp_path, content[: len(content) // 2]))


def test_activities_of_finess_plus_are_told_apart(tmp_path: Path) -> None:
    content = json.dumps({"pmej": [{"numFiness": "830000099", "ege": [{"numFinessEge": "830000001"}]}]})
    assert "le fichier tient des activités" in refusal(written(tmp_path, content))
    assert "aucun établissement" in refusal(written(tmp_path, '{"pmej": [], "gco": []}'))
