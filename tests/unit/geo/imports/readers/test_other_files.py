"""No import takes another's file: it is refused, nothing is loaded, and the right command is named."""

from pathlib import Path

import pytest

from services.geo.imports.readers.ages import read_ages
from services.geo.imports.readers.apl import read_apl
from services.geo.imports.readers.cog import read_cog
from services.geo.imports.readers.cpts_csv import read_cpts_csv
from services.geo.imports.readers.epci import read_epci
from services.geo.imports.readers.groups import read_groups
from services.geo.imports.readers.population import read_population
from services.geo.imports.readers.zonage import read_zonage
from services.geo.imports.readers.zonage_qpv import read_zonage_qpv
from services.geo.imports.reading import Options, Reader
from shared.errors import BadReference
from tests.unit.geo.imports.readers.tabular import BOOK, silent, written

READERS: dict[str, Reader] = {
    "cog": read_cog,
    "zonage": read_zonage,
    "zonage-qpv": read_zonage_qpv,
    "epci": read_epci,
    "regroupements": read_groups,
    "cpts": read_cpts_csv,
    "population": read_population,
    "ages": read_ages,
    "apl": read_apl,
}
AGES = ";".join(f"P22_POP{band}" for band in ("0014", "1529", "3044", "4559", "6074", "7589", "90P"))
FILES = {
    "cog": "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT\n"
    + "".join(
        f"COM,{code},93,{code[:3] if code.startswith('97') else code[:2]},,,0,N,N,Nom,,\n"
        for code in BOOK.communes
    ),
    "zonage": "code_insee;nom;zonage\n83001;Aups;1_ZIP\n83002;Bargemon;3_HZ\n",
    "zonage-qpv": "insee_com;code_qp;lib_qp;zonage\n83001;QN08320I;Centre Ville;ZIP\n",
    "epci": "CODGEO;LIBGEO;EPCI;LIBEPCI;DEP;REG\n83001;Aups;200000001;CC;83;93\n",
    "regroupements": "CODGEO;LIBGEO;BV2022;LIBBV2022\n83001;Aups;83001;Aups\n",
    "cpts": "cpts;commune;statut;signature;taille\nCPTS A;83001;signée;2021-03-15;2\n",
    "population": "REG;DEP;COM;PMUN;PCAP;PTOT\n93;83;83001;1200;10;1210\n",
    "ages": f"CODGEO;LIBGEO;P22_POP;{AGES}\n83001;Aups;28;1;2;3;4;5;6;7\n",
    "apl": "Code commune INSEE;Commune;APL aux médecins généralistes\n83001;Aups;2,5\n",
    "structures": "nofinesset;rs;code_insee;categetab\n830000001;CH;83001;355\n",
}


@pytest.mark.parametrize("command", READERS)
def test_each_import_takes_its_own_file(tmp_path: Path, command: str) -> None:
    path = written(tmp_path, FILES[command], "fichier_2025.csv")
    reading = READERS[command](path, BOOK, Options(), silent)
    assert reading.read == FILES[command].count("\n") - 1
    assert reading.rejects == ()
    assert reading.layers or reading.patch


@pytest.mark.parametrize(
    ("command", "other"), [(command, other) for command in READERS for other in FILES if command != other]
)
def test_no_import_takes_the_file_of_another(tmp_path: Path, command: str, other: str) -> None:
    path = written(tmp_path, FILES[other], "fichier_2025.csv")
    with pytest.raises(BadReference, match=f"«\u00a0rezone import {other}\u00a0»"):
        READERS[command](path, BOOK, Options(), silent)


@pytest.mark.parametrize("command", READERS)
@pytest.mark.parametrize(
    "content", [b"", b"<!DOCTYPE html><p>Erreur 404", b"PK\x03\x04\x00", b"un;deux\n1;2\n", b"\x00\x01\x02"]
)
def test_no_import_takes_what_is_no_official_file(tmp_path: Path, command: str, content: bytes) -> None:
    with pytest.raises(BadReference, match="Rien n’a été chargé"):
        READERS[command](written(tmp_path, content), BOOK, Options(), silent)


@pytest.mark.parametrize("command", [command for command in READERS if command != "cog"])
def test_a_table_cut_in_a_row_is_truncated(tmp_path: Path, command: str) -> None:
    header, row, *_ = FILES[command].split("\n")
    cut = row[: max(1, len(row) // 3)].rsplit(";", 1)[0]
    path = written(tmp_path, f"{header}\n{row}\n{cut}", "fichier_2025.csv")
    with pytest.raises(BadReference, match="tronqué"):
        READERS[command](path, BOOK, Options(), silent)
