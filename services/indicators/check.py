"""A producer's folder read and checked: every error and every doubt, and the raw release where there is no error."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from services.indicators.catalogue import Catalogue
from services.indicators.folder import history
from services.indicators.folder.doubts import doubts
from services.indicators.folder.missing import missing
from services.indicators.folder.outliers import outliers
from services.indicators.folder.problems import BadRow, explained, rejected
from services.indicators.folder.read import read_all
from services.indicators.folder.supply_doubts import supply_doubts
from services.indicators.geography import Geography
from services.indicators.membership import ask_geography, ask_history
from services.indicators.raw import RawRelease
from shared.bus.port import Bus

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
        warnings += await asyncio.to_thread(looked_at, found.raw, catalogue, geography)
    return Checked(geography, found.raw, found.problems, warnings)


def looked_at(raw: RawRelease, catalogue: Catalogue, geography: Geography) -> list[BadRow]:
    """Warnings on what could be read of a folder, those on its numbers first."""
    return [
        *doubts(raw, catalogue, geography),
        *supply_doubts(raw, catalogue, geography),
        *outliers(raw, catalogue, geography),
        *missing(raw, catalogue, geography),
    ]
