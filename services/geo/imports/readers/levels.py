"""Words of the zonages, as files write them → levels. Pure; the levels are those of shared.schemas.geo.Zonage.

Zonage médecin: arrêté of 13 November 2017; other professions: their conventions with the Assurance Maladie.
"""

import re
from functools import lru_cache

from services.geo.imports.readers.cells import plain
from services.geo.layers.kinds import Profession

MEDECIN = {
    "zip": "ZIP",
    "zone_d_intervention_prioritaire": "ZIP",
    "zac": "ZAC",
    "zone_d_action_complementaire": "ZAC",
    "zar": "ZAR",
    "zone_d_accompagnement_regional": "ZAR",
    "zone_d_appui_regional": "ZAR",
    "hz": "HZ",
    "hors_zone": "HZ",
    "hors_zonage": "HZ",
}
# Levels that some regions drew before 2022 beside ZIP and ZAC. They open no national aid, so they are out of the
# zonage; a reading says how many it met.
OUTSIDE = frozenset({"zv", "zone_de_vigilance", "hv", "hors_vivier"})
ACRONYMS = frozenset({"zip", "zac", "zar", "hz", "zv", "hv"})
# By how a word begins, `zone` and its rank once passed.
OTHERS = (
    ("tres_sous_dotee", "tres_sous_dotee"),
    ("sous_dotee", "sous_dotee"),
    ("sous_dense", "sous_dotee"),
    ("dotation_interm", "intermediaire"),
    ("interm", "intermediaire"),
    ("tres_dotee", "tres_dotee"),
    ("sur_dotee", "sur_dotee"),
    ("surdotee", "sur_dotee"),
    ("non_prioritaire", "sur_dotee"),
)
LIKENED = {
    "non_prioritaire": "zones non prioritaires, comptées sur-dotées",
    "sous_dense": "zones sous-denses, comptées sous-dotées",
}
OTHER_ACRONYMS = {
    "vud": "tres_sous_dotee",
    "ud": "sous_dotee",
    "int": "intermediaire",
    "vd": "tres_dotee",
    "od": "sur_dotee",
}
NOT_KNOWN = ""
UNKNOWN = re.compile(
    r"(n_a|nc|nd|na|nr|inconnu|non_(disponible|renseigne|specifie|classe|concerne|communique))(_.*)?|"
)

PROFESSION_WORDS = (
    (Profession.DENTISTE, r"dentist|zdent|(^|_)dent(_|$)"),
    (Profession.SAGE_FEMME, r"sages?_femmes?|maieut|(^|_)sf(_|$)|zsf"),
    (Profession.INFIRMIER, r"infirm|(^|_)ide(l|ls|s)?(_|$)|zide"),
    (Profession.KINE, r"kine|(^|_)mk(_|$)|zmk"),
    (Profession.ORTHOPHONISTE, r"ortho"),
    (Profession.MEDECIN, r"medec|medic|generalist|(^|_)mg(_|$)|zmed"),
)


@lru_cache(4096)
def level_of(said: str, profession: Profession) -> str | None:
    """Level that the words mean for this profession, NOT_KNOWN where they say so, None where they mean none."""
    word = _bare(said)
    if UNKNOWN.fullmatch(word):
        return NOT_KNOWN
    if word in OUTSIDE:
        return "HZ"
    if profession is Profession.MEDECIN:
        return MEDECIN.get(word)
    return _other_level(word) or MEDECIN.get(word)


@lru_cache(4096)
def likened(said: str) -> str | None:
    """What to tell of words whose level is not theirs to the letter, as a French plural; None for the others."""
    word = _bare(said)
    if word in OUTSIDE:
        return "zones de vigilance et hors vivier (anciens niveaux), comptées hors zone"
    return next((told for beginning, told in LIKENED.items() if word.startswith(beginning)), None)


def is_other_level(said: str) -> bool:
    """Whether the words are a level of a profession other than médecin."""
    return _other_level(_bare(said)) is not None


def profession_of(*texts: str) -> Profession | None:
    """The profession that the texts name, where they name just one."""
    words = plain(" ".join(texts))
    named = [profession for profession, pattern in PROFESSION_WORDS if re.search(pattern, words)]
    return named[0] if len(named) == 1 else None


def _other_level(word: str) -> str | None:
    if word in OTHER_ACRONYMS:
        return OTHER_ACRONYMS[word]
    return next((level for beginning, level in OTHERS if word.startswith(beginning)), None)


def _bare(said: str) -> str:
    """`2 - Zone très sous-dotée` → `tres_sous_dotee`; `ZIP (zone d’intervention prioritaire)` → `zip`."""
    word = re.sub(r"^\d+[a-z]?_", "", plain(said)).replace("zones_", "zone_")
    word = re.sub(r"dot(e|es|ees)(?=_|$)", "dotee", word)
    first = word.split("_", 1)[0]
    if first in ACRONYMS:
        return first
    if word in MEDECIN or word in OUTSIDE:
        return word
    return re.sub(r"^zone_(a_)?", "", word)
