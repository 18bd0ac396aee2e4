"""Stored versions: put one back in service, or delete it. The rules; the SQL is in the stores."""

from services.geo import store, store_layers
from services.geo.layers.kinds import LayerVersion
from services.geo.layers.words import version_title
from services.geo.store import DatasetVersion, Pool
from shared.errors import InvalidRequest, NotFound

Version = LayerVersion | DatasetVersion


async def every_version(pool: Pool) -> tuple[Version, ...]:
    """References then layers, those in service first within each sort."""
    return (*await store.datasets(pool), *await store_layers.versions(pool))


def described(version: Version) -> str:
    """What a version is, in French."""
    if isinstance(version, LayerVersion):
        return version_title(version)
    return "Référentiel corrigé" if version.base else "Référentiel"


async def activate_version(pool: Pool, wanted: str) -> Version:
    """Put a version back in service, in place of the one there. Raises NotFound, InvalidRequest."""
    version = await _found(pool, wanted)
    if isinstance(version, LayerVersion):
        await store_layers.activate_layer(pool, version.id)
    elif await store.is_servable(pool, version.id):
        await store.activate(pool, version.id)
    else:
        raise InvalidRequest(
            f"{version.id} a été construit par une autre version de Rezone et ne peut plus servir. "
            "Chargez de nouveau le fichier dont il vient."
        )
    return version


async def remove_version(pool: Pool, wanted: str, *, active: bool = False) -> Version:
    """Delete a version; one in service only where `active` says so, and never the reference in service
    nor the one it was patched from.

    Raises NotFound, InvalidRequest.
    """
    version = await _found(pool, wanted)
    if isinstance(version, DatasetVersion):
        if version.active:
            raise InvalidRequest(
                f"{version.id} est le référentiel en service\u00a0: mettez-en un autre en service d’abord."
            )
        serving = await store.base_of_active(pool)
        if version.id == serving:
            raise InvalidRequest(
                f"{version.id} est le référentiel que corrige celui en service\u00a0: sans lui, la mise en place "
                "retirerait vos corrections. Revenez-y d’abord («\u00a0rezone import reference\u00a0»), "
                "ou gardez-le."
            )
        await store.remove(pool, version.id)
        return version
    if version.active and not active:
        raise InvalidRequest(
            f"{version.id} est en service. Pour l’ôter du service et la supprimer, ajoutez --active."
        )
    if version.active:
        await store_layers.retire_layer(pool, version.id)
    await store_layers.remove_layer(pool, version.id)
    return version


async def _found(pool: Pool, wanted: str) -> Version:
    for version in await every_version(pool):
        if version.id == wanted:
            return version
    raise NotFound(f"Aucune version {wanted}. «\u00a0rezone import list\u00a0» les montre toutes.")
