"""Territories in columns, as geo would trace them in the small worlds of these tests."""

from collections.abc import Mapping, Sequence

from shared.schemas.base import Place
from shared.schemas.geo import Dataset, DepartementShare, Zonage
from shared.schemas.geo_outline import MeasuredGroup, Nature, Outline


def outline(
    codes: Sequence[str],
    *,
    nature: Nature = "communes",
    code: str | None = None,
    populations: Mapping[str, int] | None = None,
    area: float | None = None,
    cog: int = 2026,
) -> Outline:
    """Communes of 1 000 inhabitants unless told otherwise, of région 93."""
    ordered = sorted(codes)
    residents = tuple((populations or {}).get(one, 1000) for one in ordered)
    departements = sorted({one[:2] for one in ordered})
    return Outline(
        nature=nature,
        code=code,
        nom=None,
        codes=tuple(ordered),
        noms=tuple(f"Commune {one}" for one in ordered),
        populations=residents,
        zonages=(Zonage.INCONNU,) * len(ordered),
        population=sum(residents),
        superficie_km2=area,
        departements=tuple(
            DepartementShare(
                code=one,
                nom=f"Département {one}",
                communes=sum(commune[:2] == one for commune in ordered),
                region="93",
            )
            for one in departements
        ),
        regions=(Place(code="93", nom="Région 93"),),
        dataset=Dataset(id="essai", cog=cog),
    )


def group(code: str, communes: Sequence[str], population: int, area: float | None) -> MeasuredGroup:
    """A group as geo measures it."""
    return MeasuredGroup(
        code=code,
        nom=f"Groupe {code}",
        communes=tuple(communes),
        population=population,
        superficie_km2=area,
    )
