"""A producer's folder read and checked: every error and every doubt, and the raw release where there is no error."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from services.indicators.catalogue import Catalogue
from services.indicators.folder import history
from services.indicators.folder.counts import COUNTS
from services.indicators.folder.doubts import doubts
from services.indicators.folder.missing import missing, nothing
from services.indicators.folder.outliers import outliers
from services.indicators.folder.problems import BadRow, explained, rejected
from services.indicators.folder.read import read_all
from services.indicators.folder.supply_doubts import supply_doubts
from services.indicators.geography import Geography
from services.indicators.membership import ask_geography, ask_history
from services.indicators.raw import RawRelease
from services.indicators.release import Release
from services.indicators.secrecy.piece import NONE
from shared.bus.port import Bus

ALL_HIDDEN = (
    "rien à publier\u00a0: tous les effectifs sont trop petits pour être montrés\u202f; donnez davantage de communes "
    "ou des références"
)
Progress = Callable[[str], None]


@dataclass(frozen=True, repr=False)
class Checked:
    """A folder, the geography it was read with, its errors and warnings.

    `raw`: None where release.toml does not hold together; with errors, what could be read.
    """

    geography: Geography
    raw: RawRelease | None
    errors: list[BadRow]
    warnings: list[BadRow]

    def accepted(self) -> RawRelease:
        """Return the raw release. Raises RejectedFolder with every error."""
        if self.errors or self.raw is None:
            raise rejected(self.errors)
        return self.raw


async def check_folder(
    folder: Path, catalogue: Catalogue, bus: Bus, progress: Progress = lambda _: None
) -> Checked:
    """Read a folder, count old codes with today's communes, look for errors and doubts. Raises NoReference."""
    progress("Lecture du référentiel des communes…")
    geography = await ask_geography(bus)

    def telling(file: str) -> None:
        progress(f"Lecture de {file}…")

    found = await asyncio.to_thread(read_all, folder, catalogue, geography, progress=telling)
    warnings: list[BadRow] = []
    unknown = {row.commune for row in found.problems if row.commune}
    if unknown:
        known = await ask_history(bus, unknown)
        said = found.raw.description.cog if found.raw else geography.cog
        merged = history.successors(known, found.named, geography.index, older=said < geography.cog)
        if merged:
            progress("Regroupement des codes anciens…")
            found = await asyncio.to_thread(read_all, folder, catalogue, geography, merged, telling)
            warnings += history.told(merged, found.partial, said, geography.cog)
        found.problems[:] = explained(
            found.problems, lambda code: history.why_old(code, known, geography.cog)
        )
    if found.raw is not None:
        progress("Vérification de la vraisemblance…")
        refused = {row.file for row in found.problems}
        warnings += await asyncio.to_thread(looked_at, found.raw, catalogue, geography, refused)
        if not refused:
            found.problems.extend(nothing(found.raw))
    return Checked(geography, found.raw, found.problems, warnings)


def looked_at(
    raw: RawRelease, catalogue: Catalogue, geography: Geography, refused: Collection[str] = ()
) -> list[BadRow]:
    """Warnings on what could be read of a folder, those on its numbers first. `refused`: files with errors."""
    return [
        *doubts(raw, catalogue, geography),
        *supply_doubts(raw, catalogue, geography),
        *outliers(raw, catalogue, geography),
        *missing(raw, catalogue, geography, refused),
    ]


def check_told(release: Release) -> None:
    """Raises RejectedFolder where the rule hides every count and nothing else is given."""
    published, layout = release.published, release.layout
    figures = (
        published.atom > NONE,
        published.reference_rate >= 0,
        published.reference_count >= 0,
        published.population >= 0,
        published.patients_ratio >= 0,
        published.quantity_ratio >= 0,
    )
    if not (layout.with_headcount or layout.with_activity or any(told.any() for told in figures)):
        raise rejected([BadRow(COUNTS, 0, "", ALL_HIDDEN)])
