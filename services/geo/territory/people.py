"""Ages and access to care of a territory, from the layers of its communes. Sums and means; nothing is guessed."""

from collections.abc import Callable, Sequence

from services.geo.atlas import Atlas, Commune
from services.geo.layers.kinds import Profession
from shared.schemas.geo_people import Accessibility, Ages, ResidentBand

BANDS = ("0-14", "15-29", "30-44", "45-59", "60-74", "75-89", "90+")
# As Drees publishes them (« L’accessibilité potentielle localisée »).
DOCTORS = "consultations et visites accessibles par an et par habitant standardisé"
WOMEN = "équivalents temps plein accessibles pour 100\u202f000 femmes standardisées"
OTHERS = "équivalents temps plein accessibles pour 100\u202f000 habitants standardisés"
UNITS = {Profession.MEDECIN: DOCTORS, Profession.SAGE_FEMME: WOMEN}


def ages(atlas: Atlas, communes: Sequence[Commune]) -> Ages | None:
    """Residents by age band, for the latest census loaded; None where there is none."""
    if not atlas.layers.ages:
        return None
    year, known = max(atlas.layers.ages.items())
    units = _units(atlas, communes, known.__contains__)
    missing = tuple(unit.code for unit in units if unit.code not in known)
    sums = (
        [sum(band) for band in zip(*(known[unit.code] for unit in units), strict=True)] if not missing else []
    )
    return Ages(
        millesime=year,
        tranches=tuple(
            ResidentBand(libelle=label, habitants=round(residents, 1))
            for label, residents in zip(BANDS, sums, strict=True)
        )
        if sums
        else None,
        total=round(sum(sums), 1) if sums else None,
        communes_absentes=missing,
    )


def accessibility(atlas: Atlas, communes: Sequence[Commune]) -> tuple[Accessibility, ...] | None:
    """Mean accessibility for each profession and year loaded, by population; None where none is loaded."""
    if not atlas.layers.apl:
        return None
    return tuple(_mean(atlas, communes, profession, year) for profession, year in sorted(atlas.layers.apl))


def _mean(atlas: Atlas, communes: Sequence[Commune], profession: Profession, year: int) -> Accessibility:
    known = atlas.layers.apl[profession, year]
    units = _units(atlas, communes, known.__contains__)
    everyone = sum(unit.population or 0 for unit in units)
    covered = [(unit.population or 0, known[unit.code]) for unit in units if unit.code in known]
    residents = sum(population for population, _ in covered)
    return Accessibility(
        profession=profession,
        millesime=year,
        valeur=round(sum(population * value for population, value in covered) / residents, 3)
        if residents
        else None,
        unite=UNITS.get(profession, OTHERS),
        part_population=round(residents / everyone, 4) if everyone else 0.0,
    )


def _units(atlas: Atlas, communes: Sequence[Commune], told: Callable[[str], bool]) -> tuple[Commune, ...]:
    """These communes; a city by its arrondissements where a file tells of some of them rather than of the city."""
    found: list[Commune] = []
    for commune in communes:
        parts = [atlas.communes[at] for at in atlas.arrondissements.get(atlas.index[commune.code], ())]
        by_parts = not told(commune.code) and any(told(part.code) for part in parts)
        found += parts if by_parts else [commune]
    return tuple(found)
