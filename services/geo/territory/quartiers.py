"""QPV of a territory: each once, and per commune; whether one lies in a zone that its commune is not in. Pure."""

from collections.abc import Sequence

from services.geo.atlas import Atlas, Commune
from services.geo.layers.indexes import Quartier, Quartiers
from services.geo.layers.kinds import Profession
from services.geo.territory.zoned import AIDED
from shared.schemas.geo_checks import QuartierFacts, QuartiersFacts, ZonageOf
from shared.schemas.geo_facts import Zonage


def generation(atlas: Atlas, asked: int | None) -> Quartiers | None:
    """QPV of the generation asked for (2015 or 2024), or of the latest loaded; None where it is not loaded."""
    loaded = atlas.layers.quartiers
    return loaded.get(asked if asked is not None else max(loaded, default=0))


def speaks_for(quartiers: Quartiers, commune: Commune) -> bool:
    """Whether the layer says how many QPV a commune has, be it none."""
    return commune.departement in quartiers.departements


def count(atlas: Atlas, commune: Commune, asked: int | None) -> int | None:
    """Number of QPV of a commune, those shared with others included, in the generation asked for; None if unknown."""
    if asked is None:
        return commune.qpv
    quartiers = atlas.layers.quartiers.get(asked)
    if quartiers is None or not speaks_for(quartiers, commune):
        return None
    return len(quartiers.by_commune.get(commune.code, ()))


def facts(quartiers: Quartiers, communes: Sequence[Commune]) -> QuartiersFacts:
    """The QPV of a territory, each once, by code. The count is null where the layer leaves a commune out."""
    chosen = {commune.code for commune in communes}
    positions = sorted({at for code in chosen for at in quartiers.by_commune.get(code, ())})
    complete = all(speaks_for(quartiers, commune) for commune in communes)
    return QuartiersFacts(
        generation=quartiers.generation,
        distincts=len(positions) if complete else None,
        quartiers=tuple(_facts(quartiers.quartiers[at], chosen) for at in positions),
    )


def aided(quartiers: Quartiers, commune: Commune, year: int | None) -> tuple[Quartier, ...]:
    """QPV of a commune that are in ZIP or ZAC for doctors, for the vintage asked for or the latest known."""
    return tuple(
        quartier
        for quartier in (quartiers.quartiers[at] for at in quartiers.by_commune.get(commune.code, ()))
        if _of_doctors(quartier, year) in AIDED
    )


def _of_doctors(quartier: Quartier, year: int | None) -> Zonage:
    known = {when: zonage for (who, when), zonage in quartier.zonages.items() if who is Profession.MEDECIN}
    return known.get(year if year is not None else max(known, default=0), Zonage.INCONNU)


def _facts(quartier: Quartier, chosen: set[str]) -> QuartierFacts:
    inside = sorted(chosen.intersection(quartier.parts))
    return QuartierFacts(
        code=quartier.code,
        nom=quartier.nom,
        communes=tuple(inside),
        population=quartier.population,
        part=round(min(sum(quartier.parts[code] for code in inside), 1.0), 4),
        zonages=tuple(
            ZonageOf(profession=profession, millesime=year, zonage=zonage)
            for (profession, year), zonage in sorted(quartier.zonages.items())
        ),
    )
