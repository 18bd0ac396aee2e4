"""FINESS as a table with a header: extracts that portals and ARS publish, one row for each establishment."""

from dataclasses import dataclass, field
from pathlib import Path

from services.geo.imports.readers.finess_points import Point, point
from services.geo.imports.readers.finess_rows import Establishment, commune_of, words
from services.geo.imports.readers.recognise import open_table
from services.geo.imports.readers.tables import Cells, Names, Table
from services.geo.imports.readers.triage import Triage

EXPECTED = (
    "les établissements de FINESS (etalab-cs1100507, finess-structures en JSON, "
    "ou un tableau avec numéro FINESS, catégorie et code commune)"
)
FINESS: Names = (
    "nofinesset*",
    "numero_finess_etablissement",
    "numero_finess_et",
    "num_finess_et",
    "finess_et",
    "finess_geographique",
    "numfinessege",
    "num_finess",
    "numero_finess",
    "finess",
)
CATEGORY: Names = (
    "categetab",
    "code_categorie*",
    "categorie_code",
    "cat_etablissement",
    "categorieentitegeographiqueexercice",
    "categorie_etablissement",
    "categorie",
)
COMMUNE: Names = (
    "code_insee",
    "code_commune_insee",
    "cogcommune",
    "cog_commune",
    "insee_com",
    "codgeo",
    "depcom",
)
WITHIN: Names = ("commune", "code_commune")
DEPARTEMENT: Names = ("departement", "code_departement", "dep")
_JURIDIQUE: Names = (
    "nofinessej*",
    "numero_finess_ej",
    "num_finess_ej",
    "finess_ej",
    "finess_juridique",
    "numfinesspm",
)
_NAME: Names = (
    "rslongue",
    "nomegelong",
    "raison_sociale_longue",
    "nom_long",
    "raison_sociale",
    "rs",
    "nom*",
    "libelle",
)
_LABEL: Names = ("libcategetab", "categorie_libelle", "lib_categorie*", "libelle_categorie*", "categorie")
_PHONE: Names = ("telephone", "tel")
_ADDRESS: tuple[Names, ...] = (
    ("adresse",),
    ("numvoie", "numerovoie"),
    ("typvoie", "typevoie"),
    ("voie", "libellevoie"),
    ("codepostal", "code_postal"),
    ("ligneacheminement",),
)
_X: Names = ("longitude", "lon", "lng", "directionlongitude", "coordxet", "coordx", "coordonneex", "x")
_Y: Names = ("latitude", "lat", "directionlatitude", "coordyet", "coordy", "coordonneey", "y")
_SYSTEM: Names = ("sourcecoordet", "sourcegeocod", "crs", "projection")


@dataclass
class FinessTable:
    """The rows of a table, and points by FINESS number."""

    table: Table
    rows: list[Establishment] = field(default_factory=list)
    points: dict[str, Point] = field(default_factory=dict)


def read_finess_table(path: Path, triage: Triage) -> FinessTable:
    """Every row of the table. Raises BadReference where the columns are not there."""
    table = open_table(path, EXPECTED, (FINESS, CATEGORY, COMMUNE), (FINESS, CATEGORY, WITHIN, DEPARTEMENT))
    found = FinessTable(table)
    finess, categorie = table.columns(FINESS, CATEGORY)
    commune, within, departement = table.column(COMMUNE), table.column(WITHIN), table.column(DEPARTEMENT)
    x, y, system = table.column(_X), table.column(_Y), table.column(_SYSTEM)
    juridique, nom, telephone = table.column(_JURIDIQUE), table.column(_NAME), table.column(_PHONE)
    address = [table.column(names) for names in _ADDRESS]
    label = table.column(_LABEL)
    for line, cells in triage.rows(table, finess):
        told = _cell(cells, commune) or commune_of(_cell(cells, departement), _cell(cells, within))
        found.rows.append(
            Establishment(
                line=line,
                finess=cells[finess],
                juridique=_cell(cells, juridique),
                nom=words(_cell(cells, nom)),
                categorie=cells[categorie],
                libelle=words(_cell(cells, label)) if label != categorie else "",
                commune=told,
                adresse=words(*(_cell(cells, column) for column in address)),
                telephone=_cell(cells, telephone),
            )
        )
        if one := point(_cell(cells, x), _cell(cells, y), _cell(cells, system)):
            found.points[cells[finess]] = one
    return found


def _cell(cells: Cells, column: int | None) -> str:
    return "" if column is None else cells[column]
