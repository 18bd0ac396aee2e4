"""The synthetic release that a new machine starts with: made where there is none, again where it cannot be read."""

import tempfile
from pathlib import Path

from services.indicators.releases.audits import Attack
from services.indicators.releases.release_commands import Progress, Wanted, activate, build_release
from services.indicators.releases.retire import retire
from services.indicators.store import Known, Pool, listed
from services.indicators.synthetic import SEED, write_synthetic_folder
from shared.bus.port import Bus
from shared.schemas.indicators import ReleaseFacts

VINTAGE = f"synthetique-{SEED}"


async def is_needed(pool: Pool) -> bool:
    """Whether there is no release at all, or the one that serves is ours and of another version of the code."""
    known = await listed(pool)
    return not known or _outdated(known) is not None


async def make_demonstration(bus: Bus, pool: Pool, progress: Progress) -> ReleaseFacts:
    """Draw, build and put in service a synthetic release of all France, in place of one that cannot be read.

    It is cut and audited as real counts would be, so that what a new machine shows is what a real one would; as
    nobody is behind its counts, it serves whatever the audit says.
    """
    outdated = _outdated(await listed(pool))
    if outdated is not None:
        progress(f"Remplacement de {outdated.facts.id}, d’une autre version de Rezone…")
        await retire(pool, outdated.facts.id, definitively=True)
    with tempfile.TemporaryDirectory(prefix="rezone-") as folder:
        progress("Tirage des données synthétiques de toute la France…")
        await write_synthetic_folder(bus, Path(folder), seed=SEED, progress=progress)
        attack = Attack(told=lambda sentence, _: progress(sentence))
        facts = await build_release(
            Path(folder), bus=bus, pool=pool, wanted=Wanted(attack=attack), progress=progress
        )
    await activate(pool, facts.id, unaudited=True)
    return facts


def _outdated(known: list[Known]) -> Known | None:
    """The synthetic release of an earlier set-up, in service and unreadable; a real one is never replaced."""
    ours = (one for one in known if one.facts.synthetic and one.facts.vintage == VINTAGE)
    return next((one for one in ours if one.active and not one.readable), None)
