"""What freezes a vintage: the release of it that was in service, and any that holds the same counts by another name."""

from services.indicators import store
from services.indicators.releases.raw_store import read_counted, read_first
from services.indicators.releases.same_data import Counted, same_columns
from services.indicators.store import Connection, Known
from shared.errors import ReleaseConflict
from shared.schemas.indicators import ReleaseFacts

NAMED = 5


async def check_choices(connection: Connection, vintage: str, policy: str, *, two_sided: bool) -> None:
    """Raise ReleaseConflict where a vintage is frozen under other choices: said before the work."""
    frozen = await _frozen(connection, vintage)
    if frozen is not None and (frozen.policy, frozen.two_sided) != (policy, two_sided):
        raise _conflict(frozen)


async def check_first(connection: Connection, first: ReleaseFacts) -> None:
    """Raise ReleaseConflict where a vintage is frozen by a release that was first cut otherwise.

    Said before the audit, which takes minutes: other counts or another key show in the first cut.
    """
    frozen = await _frozen(connection, first.vintage)
    if frozen is not None and await read_first(connection, frozen.id) not in {"", first.id}:
        raise _conflict(frozen)


async def check_frozen(connection: Connection, facts: ReleaseFacts) -> None:
    """Raise ReleaseConflict where the vintage was put in service with other published values."""
    frozen = await _frozen(connection, facts.vintage)
    if frozen is not None and frozen.id != facts.id:
        raise _conflict(frozen)


async def check_new_data(connection: Connection, facts: ReleaseFacts, ours: Counted) -> None:
    """Raise ReleaseConflict where a release once in service under another vintage holds the same counts.

    Drawn counts beside drawn counts are let be: nobody is behind them.
    """
    for known in await store.listed(connection):
        other = known.facts
        drawn = facts.synthetic and other.synthetic
        if not known.activated or other.vintage == facts.vintage or drawn:
            continue
        theirs = await read_counted(connection, other.id)
        same = same_columns(ours, theirs) if theirs else ()
        if same:
            raise _same(facts, other, same)


async def _frozen(connection: Connection, vintage: str) -> ReleaseFacts | None:
    """The release that froze a vintage. Raises ReleaseConflict where this version of the code cannot read it."""
    known = next((one for one in await store.listed(connection) if _freezes(one, vintage)), None)
    if known is None:
        return None
    if not known.readable:
        raise ReleaseConflict(store.OTHER_FORMAT.format(known.facts.id), release=known.facts.id)
    return known.facts


def _freezes(known: Known, vintage: str) -> bool:
    return known.activated and known.facts.vintage == vintage


def _conflict(frozen: ReleaseFacts) -> ReleaseConflict:
    return ReleaseConflict(
        f"Le millésime {frozen.vintage} est figé depuis la mise en service de {frozen.id}\u00a0: "
        "deux masques des mêmes données, comparés, révéleraient ce que chacun cache. "
        "Donnez un autre identifiant («\u00a0vintage\u00a0») à d’autres données.",
        vintage=frozen.vintage,
        release=frozen.id,
    )


def _same(facts: ReleaseFacts, other: ReleaseFacts, same: tuple[str, ...]) -> ReleaseConflict:
    more = f" et {len(same) - NAMED} autres" if len(same) > NAMED else ""
    named = ", ".join(f"{row[2:]} (dénominateur)" if row.startswith("d.") else row for row in same[:NAMED])
    return ReleaseConflict(
        f"Le millésime {facts.vintage} reprend les effectifs de {other.id}, déjà mis en service\u00a0: "
        f"{named}{more}. Deux masques des mêmes données, comparés, révéleraient ce que chacun "
        f'cache. Si ce sont les mêmes données, gardez leur identifiant (vintage = "{other.vintage}")\u202f; '
        "sinon retirez du dossier les indicateurs repris tels quels.",
        vintage=facts.vintage,
        release=other.id,
        indicators=list(same),
    )
