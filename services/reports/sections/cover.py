"""The cover: whose territory, how many people, from which release, and the warnings that go on every page."""

from services.reports.document import Cover, Definition, KeyFigure, KeyFigures, Notice
from services.reports.subject import Subject
from services.reports.typography import day, listing, number, typeset

SYNTHETIC = "Données synthétiques"
UNAUDITED = "Non audité"


def stamps(subject: Subject) -> tuple[str, ...]:
    """Words printed on every page; empty for a real and audited release."""
    release = subject.release
    return tuple(
        word for word, needed in ((SYNTHETIC, release.synthetic), (UNAUDITED, not release.audited)) if needed
    )


def cover(subject: Subject) -> Cover:
    """Figures, warnings and the facts by which the document can be made again."""
    territory, release = subject.territory, subject.release
    departements = listing(f"{typeset(share.nom)} ({share.code})" for share in territory.departements)
    return Cover(
        kicker="Diagnostic territorial de santé",
        title=subject.name,
        subtitle=f"{departements} · {listing(typeset(region.nom) for region in territory.regions)}",
        figures=KeyFigures(_figures(subject)),
        notices=_notices(subject),
        facts=(
            Definition("Données de santé", f"{typeset(release.title)}, établies le {day(release.built_at)}"),
            Definition("Millésime", f"{typeset(release.vintage)} (identifiant {release.id})"),
            Definition(
                "Géographie",
                f"code officiel géographique {territory.dataset.cog}, référentiel {territory.dataset.id}",
            ),
            Definition("Empreinte", subject.fingerprint),
            Definition("Édition", subject.edition),
        ),
    )


def _figures(subject: Subject) -> tuple[KeyFigure, ...]:
    territory = subject.territory
    communes, zonage = len(territory.communes), territory.zonage
    figures = [
        KeyFigure(number(communes), "communes" if communes > 1 else "commune"),
        KeyFigure(number(territory.population), "habitants" if territory.population > 1 else "habitant"),
    ]
    if zonage.renseignees:
        figures.append(
            KeyFigure(f"{zonage.zip + zonage.zac} sur {zonage.communes}", "communes en ZIP ou en ZAC")
        )
    if territory.tailles:
        taille = territory.tailles[0]
        figures.append(KeyFigure(f"Taille {taille.taille}", "de CPTS", typeset(taille.libelle)))
    return tuple(figures)


def _notices(subject: Subject) -> tuple[Notice, ...]:
    notices = []
    if subject.release.synthetic:
        notices.append(
            Notice(
                SYNTHETIC,
                "Les chiffres de santé de ce document sont inventés pour essayer l’outil. Ils ne décrivent "
                "aucune personne ni aucun territoire réels, et ne doivent servir à aucune décision.",
                "warning",
            )
        )
    if not subject.release.audited:
        notices.append(
            Notice(
                UNAUDITED,
                "Aucun audit n’a validé la confidentialité de ce millésime\u00a0: "
                "ce document n’est pas fait pour être diffusé.",
                "warning",
            )
        )
    return tuple(notices)
