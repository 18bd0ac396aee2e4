"""The indicators of the missions of a CPTS: access to care, pathways, prevention, vaccination."""

from services.reports.document import Paragraph, Section
from services.reports.sections.indicator_table import indicator_table
from services.reports.subject import MISSIONS, Subject
from services.reports.typography import typeset

# The caption of a mission that has a single family of indicators.
COMPARED = "\u00a0: le territoire et ses points de comparaison"
READING = (
    "Chaque ligne se lit ainsi\u00a0: la part observée sur le territoire, le nombre de personnes ou d’actes qu’elle "
    "représente, puis la même part pour des espaces plus grands. Un écart de +0,6 sous une valeur signifie que "
    "le territoire est 0,6\u00a0point au-dessus."
)


def section(subject: Subject) -> Section | None:
    """One part per mission, one table per family of indicators that the catalogue places there."""
    titles = {family.id: typeset(family.title) for family in subject.catalogue.families}
    parts = []
    for mission, title in MISSIONS.items():
        grouped = subject.answers_of(mission)
        tables = tuple(
            indicator_table(
                subject,
                f"famille-{family}",
                titles[family] if len(grouped) > 1 else f"{title}{COMPARED}",
                answers,
            )
            for family, answers in grouped.items()
        )
        if tables:
            parts.append(Section(mission, title, tables))
    if not parts:
        return None
    return Section("missions", "Les indicateurs des missions", (Paragraph(READING), *parts), new_page=True)
