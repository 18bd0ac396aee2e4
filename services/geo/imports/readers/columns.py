"""Names of columns in official tables, as plain words, and the headers by which each import knows its files."""

from services.geo.imports.readers.tables import Names, Wanted

COMMUNE: Names = (
    "codgeo",
    "code_insee",
    "codinsee",
    "code_insee_commune",
    "code_commune_insee",
    "code_insee_de_la_commune",
    "insee_com",
    "com_code",
    "commune_code",
    "code_commune",
    "codecommune",
    "depcom",
    "code_com",
    "code_geo",
    "codgeo_*",
    "insee",
    "com",
    "code",
    "commune",
)
QPV: Names = (
    "code_qp",
    "code_qpv",
    "codeqpv",
    "codgeo_qpv",
    "qp_code",
    "num_qpv",
    "numero_qpv",
    "id_qpv",
    "qpv",
    "qp",
)
ZONAGE: Names = (
    "zonage",
    "zonage_*",
    "*_zonage",
    "niveau_zonage",
    "classement",
    "zone",
    "type_de_zone",
    "niveau",
)
ATLASANTE: Names = ("zmed_niveau", "zdent_niveau", "zide_niveau", "zmk_niveau", "zsf_niveau", "zortho_niveau")

TYPECOM: Names = ("typecom",)
COM: Names = ("com",)
COMPARENT: Names = ("comparent",)
MOD: Names = ("mod", "type_event_commune")
DATE_EFF: Names = ("date_eff",)
COM_AV: Names = ("com_av", "id_commune_avant")

EPCI: Names = (
    "epci",
    "siren_epci",
    "epci_siren",
    "code_epci",
    "epci_code",
    "siren_groupement",
    "siren",
    "n_siren",
)
EPCI_NAME: Names = (
    "libepci",
    "lib_epci",
    "nom_epci",
    "epci_nom",
    "nom_du_groupement",
    "raison_sociale",
    "libelle_epci",
    "nom",
)
EPCI_FORM: Names = ("nature_epci", "nature_juridique", "forme", "type", "nj_epci*")

CPTS: Names = ("cpts", "nom_cpts", "cpts_nom", "nom_de_la_cpts", "libelle_cpts", "cpts_libelle")
CPTS_CODE: Names = ("code_cpts", "cpts_code", "id_cpts", "finess", "finess_cpts", "id", "code")
STATUT: Names = ("statut", "status", "etat", "statut_cpts", "avancement")
SIGNATURE: Names = (
    "signature",
    "date_signature",
    "date_de_signature*",
    "signe_le",
    "signee_le",
    "signed",
    "date_aci",
    "date_de_l_aci",
)
TAILLE: Names = ("taille", "size", "taille_cpts", "taille_aci")

PMUN: Names = (
    "pmun",
    "pmun*",
    "population_municipale*",
    "population",
    "pop_municipale",
    "pop_mun",
    "p??_pop",
)
BANDS: tuple[Names, ...] = tuple(
    (f"p??_pop{band}",) for band in ("0014", "1529", "3044", "4559", "6074", "7589", "90p")
)
APL: Names = ("apl_aux_*", "apl", "apl_20*", "*_apl")

BASSIN: Names = (
    "bv2022",
    "bv2012",
    "bv",
    "code_bv",
    "bassin_vie",
    "bassin_de_vie",
    "code_bassin_de_vie",
    "bv_code",
)
BASSIN_NAME: Names = (
    "libbv2022",
    "libbv2012",
    "libbv",
    "lib_bv",
    "nom_bassin_de_vie",
    "libelle_bassin_de_vie",
    "bv_lib",
)
TVS: Names = (
    "tvs",
    "tvs_code",
    "code_tvs",
    "agr",
    "territoire_vie_sante",
    "territoire_de_vie_sante",
    "codgeo_tvs",
)
TVS_NAME: Names = ("tvs_lib", "libagr", "lib_tvs", "libtvs", "tvs_libelle", "nom_tvs", "libelle_tvs")
CANTON: Names = ("canton", "code_canton", "can", "canton_code", "codecanton", "bvote", "cv", "codcan")
CANTON_NAME: Names = (
    "nom_canton",
    "canton_nom",
    "libcanton",
    "lib_canton",
    "libelle_canton",
    "libcan",
    "nom_du_canton",
)
GROUP: Names = ("groupe", "code_groupe", "regroupement", "code_regroupement", "territoire")
GROUP_NAME: Names = ("nom", "nom_groupe", "libelle", "lib_groupe", "nom_du_groupe", "libgroupe")

NAMED_COMMUNE: Names = tuple(name for name in COMMUNE if name != "commune")

# The command that takes a table, by what its header holds: the most particular first.
SIGNATURES: tuple[tuple[str, Wanted], ...] = (
    ("cog", (TYPECOM, COM, COMPARENT)),
    ("cog", (MOD, DATE_EFF, COM_AV)),
    ("ages", (NAMED_COMMUNE, BANDS[0], BANDS[-1])),
    ("apl", (NAMED_COMMUNE, ("apl_aux_*", "apl"))),
    (
        "structures",
        (("nofinesset", "numero_finess_etablissement", "finess_et", "num_finess_et", "finess"), COMMUNE),
    ),
    ("zonage-qpv", (QPV, ZONAGE)),
    ("zonage", (NAMED_COMMUNE, (*ATLASANTE, "zonage", "zonage_*", "*_zonage"))),
    ("cpts", (CPTS, COMMUNE)),
    ("regroupements", (NAMED_COMMUNE, (*BASSIN, *TVS))),
    ("epci", (NAMED_COMMUNE, EPCI[:-2])),
    ("population", (("com", "codgeo", "codcom", "code_commune", "code_insee"), PMUN[:3])),
    ("regroupements", (COMMUNE, (*CANTON, "groupe"))),
)
# The same for files of shapes, by the attributes of their features.
VECTOR_SIGNATURES: tuple[tuple[str, Wanted], ...] = (
    ("qpv", (("code_qp", "code_qpv", "codeqpv"),)),
    ("cpts", (("cpts", "nom_cpts", "cpts_nom"),)),
    ("contours", (("code_insee", "insee_com", "codgeo", "insee", "code_insee_du_departement", "insee_arm"),)),
)
