"""Zonage of communes by profession and vintage. Lookups only: where none is loaded it is unknown, not hors zone."""

from collections.abc import Sequence

from services.geo.atlas import Atlas, Commune
from services.geo.layers.kinds import Profession
from shared.schemas.geo_checks import ZonageOf, ZonageTotals
from shared.schemas.geo_facts import Zonage

# Zonages médecin that open aid to settle.
AIDED = frozenset({Zonage.ZIP, Zonage.ZAC})


def vintages(atlas: Atlas, profession: Profession) -> tuple[int, ...]:
    """Years whose zonage is loaded for a profession, the oldest first."""
    return tuple(sorted(year for known, year in atlas.layers.zonages if known is profession))


def of_doctors(atlas: Atlas, commune: Commune, year: int | None) -> tuple[Zonage, int | None]:
    """Zonage médecin of a commune and its vintage: the year asked for, or the latest known of it."""
    if year is None or year == commune.zonage_millesime:
        return commune.zonage, commune.zonage_millesime
    zonage = atlas.layers.zonages.get((Profession.MEDECIN, year), {}).get(commune.code)
    return (Zonage.INCONNU, None) if zonage is None else (zonage, year)


def of_professions(
    atlas: Atlas, commune: Commune, professions: Sequence[Profession], year: int | None
) -> tuple[ZonageOf, ...]:
    """Zonages of a commune for these professions where loaded: of the year asked for, or of their latest."""
    found = []
    for profession in professions:
        loaded = vintages(atlas, profession)
        asked = year if year is not None else loaded[-1] if loaded else None
        if asked in loaded:
            zonage = atlas.layers.zonages[profession, asked].get(commune.code, Zonage.INCONNU)
            found.append(ZonageOf(profession=profession, millesime=asked, zonage=zonage))
    return tuple(found)


def totals(communes: Sequence[Commune], zonages: Sequence[Zonage]) -> ZonageTotals:
    """Communes and residents in ZIP and ZAC; the share (%, one decimal) only where nothing is unknown."""
    residents = dict.fromkeys(Zonage, 0)
    for commune, zonage in zip(communes, zonages, strict=True):
        residents[zonage] += commune.population or 0
    population = sum(residents.values())
    aided = residents[Zonage.ZIP] + residents[Zonage.ZAC]
    known = len(zonages) - zonages.count(Zonage.INCONNU)
    whole = known == len(zonages) and all(commune.population is not None for commune in communes)
    return ZonageTotals(
        zip=zonages.count(Zonage.ZIP),
        zac=zonages.count(Zonage.ZAC),
        renseignees=known,
        communes=len(communes),
        population_zip=residents[Zonage.ZIP] if known else None,
        population_zac=residents[Zonage.ZAC] if known else None,
        # Half away from zero, like every rate (DOMAIN §2); whole numbers, so that no float decides.
        part_population=(2000 * aided + population) // (2 * population) / 10
        if whole and population
        else None,
    )
