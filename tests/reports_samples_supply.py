"""Hand-made professionals of a territory: headcounts, ages, activity; one profession too small to be shown."""

from shared.schemas.geo import CommuneFacts
from shared.schemas.indicators import (
    Activity,
    Acts,
    CommuneHeadcount,
    Demography,
    Level,
    Status,
    Value,
    ValueReference,
)

PROFESSIONS = (
    ("medecin_generaliste", "Médecins généralistes", "Médecins", 117, 51.0, 18.0, 113),
    ("sage_femme", "Sages-femmes", "Sages-femmes", 14, 0.0, 0.0, None),
    ("infirmier", "Infirmiers", "Auxiliaires médicaux", 365, 29.0, 6.0, 351),
    ("masseur_kinesitherapeute", "Masseurs-kinésithérapeutes", "Auxiliaires médicaux", 221, 30.0, 8.0, 212),
    ("orthoptiste", "Orthoptistes", "Auxiliaires médicaux", 4, None, None, 4),
    ("pharmacie", "Pharmacies", "Pharmacies et laboratoires", 41, None, None, None),
)
PATIENTS = {"medecin_generaliste": 1207.0, "infirmier": 181.0, "masseur_kinesitherapeute": 119.0}
ACTS = {
    "medecin_generaliste": (("C", "Consultations", 4321.0), ("V", "Visites", 402.0)),
    "infirmier": (("AMI", "Actes infirmiers (AMI)", 5210.0),),
}


ProfessionLine = tuple[str, str, str, int, float | None, float | None, int | None]


def demography(line: ProfessionLine, chosen: tuple[CommuneFacts, ...]) -> Demography:
    id_, libelle, groupe, total, sixty, sixty_five, _ = line
    hidden = Status.SUPPRESSED if id_ == "orthoptiste" else Status.NOT_APPLICABLE
    ages = [
        Value(status=hidden) if value is None else Value(status=Status.PUBLISHED, value=value)
        for value in (sixty, sixty_five)
    ]
    return Demography(
        profession=id_,
        libelle=libelle,
        groupe=groupe,
        status=Status.PUBLISHED,
        total=total,
        age_60_plus=ages[0],
        age_65_plus=ages[1],
        communes=tuple(
            CommuneHeadcount(code=c.code, nom=c.nom, total=total // (rank + 2))
            for rank, c in enumerate(chosen[:6])
        ),
    )


def _value(amount: float | None) -> Value:
    places: tuple[tuple[Level, str, str, float], ...] = (
        ("departement", "83", "Var", 0.9),
        ("region", "93", "Provence-Alpes-Côte d'Azur", 0.86),
        ("france", "FR", "France", 0.95),
    )
    return Value(
        status=Status.SUPPRESSED if amount is None else Status.PUBLISHED,
        value=amount,
        references=tuple(
            ValueReference(level=level, code=code, nom=nom, value=round((amount or 300) * share, 1))
            for level, code, nom, share in places
        ),
    )


def activity(line: ProfessionLine, count: int) -> Activity:
    id_, libelle, *_, active = line
    hidden = id_ == "orthoptiste"
    without = count // 3
    left = count - without if hidden else (count - without) // 2
    lost = 4 if hidden else 3
    return Activity(
        profession=id_,
        libelle=libelle,
        professionals=active or 0,
        communes_sans_activite=without,
        communes_neutralisees=left,
        communes_montrees=count - without - left,
        professionnels_neutralises=lost,
        taux_neutralisation=round(100 * lost / (active or 1), 1),
        patients_par_professionnel=_value(PATIENTS.get(id_)),
        actes=tuple(
            Acts(act=act, libelle=label, quantity_per_professional=_value(amount))
            for act, label, amount in ACTS.get(id_, ())
        ),
    )
