"""The disclosure rules in plain words, with the thresholds in force and the release's own options."""

from services.reports.sections.indicator_table import CLOSE
from services.reports.subject import Subject
from services.reports.typography import NOT_APPLICABLE, SUPPRESSED, UNAVAILABLE, counted, quoted

POLICIES = {
    "commune-mask": (
        "Une commune qui ne peut pas être montrée pour un indicateur est neutralisée pour lui, c’est-à-dire laissée "
        "hors du numérateur et du dénominateur. D’autres communes peuvent être neutralisées avec elle, même si leur "
        "effectif est assez grand, pour qu’on ne la retrouve pas en soustrayant du total d’un département, d’une "
        "région ou de la France ce qui est montré ailleurs. Ce choix est fait une fois pour toutes, quand le "
        "millésime est établi."
    ),
    "atoms": (
        "Pour chaque indicateur, les communes qui ne peuvent pas être montrées seules sont réunies en groupes avec "
        "d’autres, une fois pour toutes, quand le millésime est établi. Un groupe tout entier dans le territoire est "
        "compté avec toutes ses communes. Un groupe qui en déborde est neutralisé\u00a0: toutes ses communes sont "
        "laissées hors du numérateur et du dénominateur, même celles dont l’effectif est assez grand."
    ),
}


def rules(subject: Subject) -> tuple[str, ...]:
    """Sentences for people, each with its threshold."""
    release, thresholds = subject.release, subject.catalogue.thresholds
    lines = []
    if "consumers" in thresholds:
        lines.append(
            f"Une commune de moins de {counted(thresholds['consumers'], 'consommant')} n’entre dans aucun indicateur. "
            "Un consommant est une personne qui a eu au moins un soin remboursé dans l’année."
        )
    if "people" in thresholds:
        lines.append(
            f"Une valeur qui repose sur moins de {counted(thresholds['people'], 'personne')} dans une commune "
            "n’est jamais montrée pour cette commune seule."
        )
    if "professionals" in thresholds:
        lines.append(
            f"L’activité et les âges d’une profession ne sont pas montrés en dessous de "
            f"{counted(thresholds['professionals'], 'professionnel')}. Les effectifs, eux, sont publics."
        )
    lines += [
        POLICIES[release.policy],
        (
            "L’astérisque (*) signale une valeur calculée sans les communes neutralisées. Le taux de neutralisation "
            "d’un indicateur est leur part parmi les communes du territoire, quel que soit leur nombre d’habitants."
        ),
        (
            f"{quoted(SUPPRESSED)} signale une valeur protégée\u202f; "
            f"{quoted(UNAVAILABLE)}, une valeur non disponible\u202f; "
            f"{quoted(NOT_APPLICABLE)}, une case sans objet. Aucun de ces signes ne veut dire zéro."
        ),
        "Un taux est arrondi à une décimale\u202f; un écart est la différence de deux taux arrondis.",
        (
            "L’intervalle de confiance à 95\u00a0% d’un taux dit ce que le hasard seul peut faire varier "
            "(Wilson pour des personnes parmi d’autres, Poisson par l’approximation de Byar pour des événements)"
            f"\u202f; un écart suivi de {quoted(CLOSE)} n’en sort pas."
        ),
    ]
    if release.two_sided:
        lines.append(
            "Pour les indicateurs sensibles, le nombre de personnes non concernées est protégé de la même façon."
        )
    if not release.audited:
        lines.append(
            "Aucun audit de confidentialité n’a validé ce millésime\u00a0: le document est marqué "
            f"{quoted('Non audité')} et ne doit pas être diffusé au-delà de ses destinataires."
        )
    if not release.dominance_checked:
        lines.append(
            "Le producteur n’a pas fourni la part du professionnel le plus actif\u00a0: la prédominance d’un seul "
            "dans l’activité n’a pas été vérifiée."
        )
    return tuple(lines)
