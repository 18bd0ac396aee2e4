"""Words that every contract of geo uses: zonages, professions, kinds of groups, sources and versions. No operation."""

from enum import StrEnum

from shared.schemas.base import Answered


class Zonage(StrEnum):
    """Zonage of a commune or QPV; `INCONNU` where none is loaded, never taken for `HZ`.

    The first four are those of doctors, the five levels those of the other professions.
    """

    ZIP = "ZIP"
    ZAC = "ZAC"
    ZAR = "ZAR"
    HZ = "HZ"
    TRES_SOUS_DOTEE = "tres_sous_dotee"
    SOUS_DOTEE = "sous_dotee"
    INTERMEDIAIRE = "intermediaire"
    TRES_DOTEE = "tres_dotee"
    SUR_DOTEE = "sur_dotee"
    INCONNU = "inconnu"


class ZonedProfession(StrEnum):
    """Professions that have a zonage or an accessibility of their own."""

    MEDECIN = "medecin"
    DENTISTE = "chirurgien_dentiste"
    INFIRMIER = "infirmier"
    KINE = "masseur_kinesitherapeute"
    SAGE_FEMME = "sage_femme"
    ORTHOPHONISTE = "orthophoniste"


class GroupKind(StrEnum):
    """Groups of communes: the first two come with the reference, the others with imported layers."""

    DEPARTEMENT = "departement"
    EPCI = "epci"
    CANTON = "canton"
    BASSIN_VIE = "bassin_vie"
    TERRITOIRE_VIE_SANTE = "territoire_vie_sante"
    CPTS = "cpts"


class Source(Answered):
    """Where a fact comes from: `millesime` is the year or date of the data."""

    objet: str
    source: str
    millesime: str
    licence: str | None = None


class Dataset(Answered):
    """Version of the national reference that an answer was made from."""

    id: str
    cog: int
    sources: tuple[Source, ...] = ()
