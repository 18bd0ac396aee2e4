"""Values that the key columns of a folder may take: indicators, communes, professions, acts, bands, levels."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.indicators.catalogue import Catalogue
from services.indicators.folder.columns import Known
from services.indicators.folder.units import Units
from services.indicators.geography import FRANCE, Geography

COMMUNE = "code commune"
LEVELS = ("departement", "region", "france")


@dataclass(frozen=True)
class Vocabulary:
    """Every key that a row may name, with its position in the arrays."""

    indicator: Known
    commune: Known
    profession: Known
    act: Known
    band: Known
    level: Known
    area_code: Known
    areas: dict[tuple[int, int], int]
    acts: dict[tuple[int, int], int]


def vocabulary(catalogue: Catalogue, geography: Geography, units: Units) -> Vocabulary:
    """Return the keys of this catalogue and geography; `units`: the communes that a row may name."""
    level = _known(LEVELS, "niveau")
    area_code = _known(dict.fromkeys(code for _, code in geography.areas), "code de territoire")
    professions = [profession.id for profession in catalogue.professions]
    kinds = list(dict.fromkeys(act.id for _, act in catalogue.acts))
    act_index = {kind: position for position, kind in enumerate(kinds)}
    # France has one code; producers leave it empty or spell it out.
    france = dict.fromkeys(("", "france", "FRANCE"), area_code.index[FRANCE[1]])
    return Vocabulary(
        indicator=_known((indicator.id for indicator in catalogue.counted), "indicateur"),
        commune=Known(units.index, COMMUNE, hint="5 caractères du code officiel géographique attendus"),
        profession=_known(professions, "profession", feminine=True),
        act=Known({**{kind.upper(): act_index[kind] for kind in kinds}, **act_index}, "acte", tuple(kinds)),
        band=_known((band.id for band in catalogue.age_bands), "tranche d’âge", feminine=True),
        level=level,
        area_code=Known({**area_code.index, **france}, area_code.what, tuple(area_code.index)),
        areas={
            (level.index[area[0]], area_code.index[area[1]]): position
            for position, area in enumerate(geography.areas)
        },
        acts={
            (professions.index(profession.id), act_index[act.id]): position
            for position, (profession, act) in enumerate(catalogue.acts)
        },
    )


def _known(values: Iterable[str], what: str, *, feminine: bool = False) -> Known:
    return Known({value: position for position, value in enumerate(values)}, what, feminine=feminine)
