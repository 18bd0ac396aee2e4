"""Every official file that `rezone import` takes: its command, its reader, and what a person may say of it."""

from dataclasses import dataclass
from pathlib import Path

from services.geo.imports.readers.ages import read_ages
from services.geo.imports.readers.apl import read_apl
from services.geo.imports.readers.cog import read_cog
from services.geo.imports.readers.contours_ign import read_contours_ign
from services.geo.imports.readers.cpts_csv import read_cpts_csv
from services.geo.imports.readers.cpts_geojson import read_cpts_geojson
from services.geo.imports.readers.epci import read_epci
from services.geo.imports.readers.files import Nature, contents
from services.geo.imports.readers.finess import read_finess
from services.geo.imports.readers.groups import read_groups
from services.geo.imports.readers.population import read_population
from services.geo.imports.readers.qpv import read_qpv
from services.geo.imports.readers.zonage import read_zonage
from services.geo.imports.readers.zonage_qpv import read_zonage_qpv
from services.geo.imports.reading import CodeBook, FileReading, Options, Progress, Reader
from services.geo.layers.kinds import GroupKind, Profession


@dataclass(frozen=True)
class Variant:
    """What tells the layers of one kind apart: the option that says it, its help, the words it takes."""

    option: str
    words: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Import:
    """One command: what its file is in French, its reader, its variant if it has one, whether it reads shapes.

    `layer`: whether it makes a layer, which a file of some départements completes; else it corrects the reference.
    """

    command: str
    words: str
    reader: Reader
    variant: Variant | None = None
    shapes: bool = False
    layer: bool = True


PROFESSION = Variant("profession", "Profession, si le fichier ne la dit pas", tuple(Profession))
GENERATION = Variant("generation", "Génération attendue des quartiers", ("2015", "2024"))
TYPE = Variant(
    "type",
    "Genre de regroupement, si le fichier ne le dit pas",
    (GroupKind.CANTON, GroupKind.BASSIN_VIE, GroupKind.TERRITOIRE_VIE_SANTE),
)


def read_cpts(path: Path, codes: CodeBook, options: Options, progress: Progress) -> FileReading:
    """CPTS of a table or of a map, whichever the content is."""
    table = all(content.nature in {Nature.TEXT, Nature.WORKBOOK} for content in contents(path))
    return (read_cpts_csv if table else read_cpts_geojson)(path, codes, options, progress)


IMPORTS = (
    Import(
        "cog", "les communes et leurs mouvements (Insee, code officiel géographique)", read_cog, layer=False
    ),
    Import(
        "contours",
        "les contours des communes (IGN, ADMIN EXPRESS)",
        read_contours_ign,
        shapes=True,
        layer=False,
    ),
    Import("epci", "les EPCI et leurs communes (Insee ou DGCL)", read_epci, layer=False),
    Import("population", "les populations municipales (Insee)", read_population, layer=False),
    Import("qpv", "les quartiers prioritaires (ANCT)", read_qpv, GENERATION, shapes=True),
    Import("zonage", "le zonage des communes (Atlasanté, CartoSanté, ARS)", read_zonage, PROFESSION),
    Import("zonage-qpv", "le zonage propre aux quartiers prioritaires (ARS)", read_zonage_qpv, PROFESSION),
    Import("regroupements", "les cantons, bassins de vie et territoires de vie-santé", read_groups, TYPE),
    Import("cpts", "les CPTS existantes et leurs communes", read_cpts, shapes=True),
    Import("structures", "les établissements du répertoire FINESS", read_finess),
    Import("ages", "les habitants par tranche d’âge (Insee)", read_ages),
    Import("apl", "l’accessibilité potentielle localisée (Drees)", read_apl, PROFESSION),
)
