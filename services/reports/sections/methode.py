"""The disclosure rules in plain words, with the thresholds in force and the release's own options."""

from services.reports.subject import Subject
from services.reports.typography import NOT_APPLICABLE, SUPPRESSED, UNAVAILABLE, counted, quoted

POLICIES = {
    "commune-mask": "Chaque commune est montrée ou neutralisée une fois pour toutes, quand le millésime est établi.",
    "atoms": "Les petites communes sont regroupées une fois pour toutes, quand le millésime est établi, "
    "et un groupe n’est compté que s’il est tout entier dans le territoire.",
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
            "n’est pas montrée\u00a0: la commune est neutralisée pour cet indicateur, c’est-à-dire laissée hors du "
            "numérateur et du dénominateur."
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
            "est leur part dans les communes du territoire."
        ),
        (
            f"{quoted(SUPPRESSED)} signale une valeur protégée\u202f; "
            f"{quoted(UNAVAILABLE)}, une valeur non disponible\u202f; "
            f"{quoted(NOT_APPLICABLE)}, une case sans objet. Aucun de ces signes ne veut dire zéro."
        ),
        "Un taux est arrondi à une décimale\u202f; un écart est la différence de deux taux arrondis.",
        (
            "L’intervalle de confiance à 95\u00a0% d’un taux dit ce que le hasard seul peut faire varier (Wilson pour des "
            "personnes parmi d’autres, Poisson par l’approximation de Byar pour des événements)\u202f; un écart suivi de ≈ "
            "n’en sort pas."
        ),
    ]
    if release.two_sided:
        lines.append(
            "Pour les indicateurs sensibles, le nombre de personnes non concernées est protégé de la même façon."
        )
    if not release.audited:
        lines.append(
            "Ce millésime n’a pas encore passé l’audit de confidentialité\u00a0: le document est marqué "
            f"{quoted('Non audité')} et ne doit pas être diffusé au-delà de ses destinataires."
        )
    if not release.dominance_checked:
        lines.append(
            "Le producteur n’a pas fourni la part du professionnel le plus actif\u00a0: la prédominance d’un seul "
            "dans l’activité n’a pas été vérifiée."
        )
    return tuple(lines)
