"""Retires a release for good: an administrator's last resort, for nothing published can be called back."""

from services.indicators import store
from services.indicators.store import Connection, Known, Pool
from shared.errors import ReleaseConflict, UnknownRelease


async def retire(pool: Pool, release_id: str, *, definitively: bool) -> str:
    """Remove a release, its raw counts and its audits, and free its vintage; the vintage is returned.

    Raises UnknownRelease, ReleaseConflict for the one in service, and, without `definitively`, to explain.
    """
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(store.query("lock_releases"))
        known = await known_or_raise(connection, release_id)
        facts = known.facts
        if known.active and known.readable:
            raise ReleaseConflict(
                f"Le millésime {release_id} est en service\u00a0: mettez-en d’abord un autre en service "
                "(«\u00a0rezone release activate\u00a0»).",
                release=release_id,
            )
        if not definitively:
            raise ReleaseConflict(_explained(known), release=release_id)
        await store.retire(connection, release_id, facts.vintage)
    return facts.vintage


async def known_or_raise(connection: Connection, release_id: str) -> Known:
    """What is known of a release. Raises UnknownRelease, which lists the others."""
    known = await store.find(connection, release_id)
    if known is not None:
        return known
    available = [entry.facts.id for entry in await store.listed(connection)]
    raise UnknownRelease(
        f"Aucun millésime {release_id}. Connus\u00a0: {', '.join(available) or 'aucun'}.", available=available
    )


def _explained(known: Known) -> str:
    risk = (
        f"Un autre masque des données {known.facts.vintage} deviendrait possible\u202f; comparé aux réponses et aux "
        "documents déjà diffusés, il révélerait ce que chacun cache. "
    )
    return (
        f"Rien n’a été fait. Retirer {known.facts.id} supprime sans retour ses valeurs publiées, ses effectifs "
        f"bruts et ses audits, et libère le millésime {known.facts.vintage}. {risk if known.activated else ''}"
        "Les documents déjà produits restent là où ils sont. Pour le faire\u00a0: "
        f"rezone release retire {known.facts.id} --definitivement"
    )
