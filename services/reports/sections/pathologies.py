"""The long-term diseases (ALD) that weigh most on the territory, and those that the caller chose to see."""

from services.reports.document import Notice, Paragraph, Section
from services.reports.sections.indicator_table import indicator_table
from services.reports.subject import Subject


def section(subject: Subject) -> Section:
    """The top ALD by patients among released figures, then the focus; each once, in that order."""
    top = [subject.answers[ald] for ald in subject.diagnostic.top_ald if ald in subject.answers]
    chosen = [
        subject.answers[ald]
        for ald in dict.fromkeys(subject.diagnostic.focus.pathologies)
        if ald in subject.answers and ald not in subject.diagnostic.top_ald
    ]
    if not top and not chosen:
        text = (
            "Sur ce territoire, aucune affection de longue durée ne peut être montrée\u00a0: "
            "trop peu de patients, ou pas de donnée."
        )
        return Section("pathologies", "Les pathologies", (Notice("Rien à montrer", text),))
    intro = Paragraph(
        "Une affection de longue durée (ALD) est une maladie grave ou chronique dont les soins sont pris en charge "
        "sans avance par l’Assurance Maladie. Sont comptés les patients dont l’ALD est active "
        "et qui ont eu un soin remboursé."
    )
    tables = []
    if top:
        caption = (
            f"Les {len(top)}\u00a0ALD les plus fréquentes" if len(top) > 1 else "L’ALD la plus fréquente"
        )
        tables.append(indicator_table(subject, "ald-premieres", caption, top))
    if chosen:
        tables.append(indicator_table(subject, "ald-choisies", "Les ALD choisies pour ce document", chosen))
    return Section("pathologies", "Les pathologies", (intro, *tables))
