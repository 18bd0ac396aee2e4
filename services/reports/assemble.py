"""The document of a territory, assembled from answers by pure functions: the same subject, the same document."""

from collections.abc import Callable
from dataclasses import replace

from services.reports.document import Document, Section
from services.reports.sections import (
    annexe,
    carte,
    financement,
    missions,
    offre,
    pathologies,
    population,
    sources,
    territoire,
)
from services.reports.sections.cover import cover, stamps
from services.reports.subject import Subject

SECTIONS: tuple[Callable[[Subject], Section | None], ...] = (
    carte.section,
    territoire.section,
    population.section,
    missions.section,
    pathologies.section,
    offre.section,
    financement.section,
    sources.section,
)


def assemble(subject: Subject) -> Document:
    """Every section that has something to say, numbered in order, and the annex after them.

    The date is that of the release (`built_at`), so that no clock enters the document.
    """
    said = [section for section in (make(subject) for make in SECTIONS) if section is not None]
    numbered = [replace(section, title=f"{rank}. {section.title}") for rank, section in enumerate(said, 1)]
    annex = annexe.section(subject)
    return Document(
        title=f"Diagnostic territorial de santé\u00a0: {subject.name}",
        running=subject.name,
        date=subject.release.built_at[:10],
        stamps=stamps(subject),
        contents_title="Sommaire",
        skip_label="Aller au contenu",
        cover=cover(subject),
        sections=(*numbered, annex) if annex else tuple(numbered),
    )
