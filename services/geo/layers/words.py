"""What each layer is called in French, for people who read sources, lists and summaries. Values only."""

from services.geo.layers.kinds import GroupKind, Kind, LayerVersion, Profession, read_variant

PROFESSIONS = {
    Profession.MEDECIN: "médecins",
    Profession.DENTISTE: "chirurgiens-dentistes",
    Profession.INFIRMIER: "infirmiers",
    Profession.KINE: "masseurs-kinésithérapeutes",
    Profession.SAGE_FEMME: "sages-femmes",
    Profession.ORTHOPHONISTE: "orthophonistes",
}
GROUPS = {
    GroupKind.CANTON: "Cantons",
    GroupKind.BASSIN_VIE: "Bassins de vie",
    GroupKind.TERRITOIRE_VIE_SANTE: "Territoires de vie-santé",
}
BY_PROFESSION = {
    Kind.ZONAGE: "Zonage des",
    Kind.ZONAGE_QPV: "Zonage des quartiers prioritaires,",
    Kind.APL: "Accessibilité potentielle localisée aux",
}


def title(kind: Kind, variant: str) -> str:
    """Name of a layer: « Zonage des médecins 2025 », « Quartiers prioritaires 2024 »."""
    if kind in BY_PROFESSION:
        profession, year = read_variant(variant)
        return f"{BY_PROFESSION[kind]} {PROFESSIONS[profession]} {year}"
    if kind is Kind.REGROUPEMENT:
        return GROUPS[GroupKind(variant)]
    plain = {
        Kind.QPV: f"Quartiers prioritaires, génération {variant}",
        Kind.CPTS: "CPTS existantes",
        Kind.STRUCTURES: "Établissements du répertoire FINESS",
        Kind.AGES: f"Habitants par tranche d’âge {variant}",
    }
    return plain[kind]


def version_title(version: LayerVersion) -> str:
    """Name of a stored layer."""
    return title(version.kind, version.variant)
