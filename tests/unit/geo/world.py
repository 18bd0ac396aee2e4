"""Small hand-made countries of square kilometres, as an Atlas: no file, no database."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from services.geo.adjacency import neighbour_lists, shared_borders, with_wholes
from services.geo.atlas import Atlas, Commune, Level, Shapes
from services.geo.polygons import Polygons
from services.geo.projections import projection_rank
from shared.schemas.base import Place
from shared.schemas.geo import Dataset, Departement, Source, Zonage

PACA = Place(code="93", nom="Provence-Alpes-Côte d'Azur")
GUADELOUPE = Place(code="01", nom="Guadeloupe")


def square(column: int, row: int, side: int = 1000) -> BaseGeometry:
    """A square of `side` metres in Lambert-93, far from its origin as real ones are."""
    left, bottom = 900_000.0 + column * side, 6_200_000.0 + row * side
    return shapely.box(left, bottom, left + side, bottom + side)


def commune(
    code: str,
    nom: str | None = None,
    *,
    whole: str | None = None,
    population: int | None = 1000,
    epci: str | None = None,
    codes_postaux: tuple[str, ...] = (),
    zonage: Zonage = Zonage.INCONNU,
    qpv: int | None = None,
) -> Commune:
    """A commune (an arrondissement of `whole` if given) of 1,000 people unless told otherwise."""
    return Commune(
        code=code,
        nom=nom or f"Commune {code}",
        nature="arrondissement" if whole else "commune",
        whole=whole,
        departement=code[:3] if code.startswith("97") else code[:2],
        region="01" if code.startswith("97") else "93",
        epci=epci,
        siren=None,
        codes_postaux=codes_postaux,
        population=population,
        area_km2=None,
        centre=None,
        zonage=zonage,
        qpv=qpv,
    )


def atlas(
    communes: Mapping[Commune, BaseGeometry | None],
    *,
    successors: Mapping[str, tuple[str, ...]] | None = None,
    old_names: Mapping[str, str] | None = None,
) -> Atlas:
    """An Atlas of these communes; arrondissements must touch by shared vertices, their commune has no polygon."""
    ordered = sorted(communes, key=lambda one: one.code)
    index = {one.code: position for position, one in enumerate(ordered)}
    whole = np.array([index[one.whole] if one.whole else -1 for one in ordered], dtype=np.int64)
    shapes = np.array([communes[one] for one in ordered], dtype=object)
    borders = with_wholes(shared_borders(Polygons.of(shapes)), whole)
    for position in set(whole[whole >= 0].tolist()):
        shapes[position] = shapely.unary_union(shapes[whole == position])
    present = ~shapely.is_missing(shapes)
    areas = np.where(present, shapely.area(shapes) / 1e6, np.nan)
    polygons = Polygons.of(shapes)
    bounds = np.where(present[:, None], [[6.0, 43.0, 6.1, 43.1]], np.nan)
    return Atlas(
        dataset=Dataset(
            id="cog2026-essai",
            cog=2026,
            sources=(Source(objet="Contours des communes", source="essai", millesime="2026"),),
        ),
        communes=tuple(
            replace(one, area_km2=float(area) if here else None, centre=(6.05, 43.05) if here else None)
            for one, area, here in zip(ordered, areas, present, strict=True)
        ),
        departements={
            "83": Departement(code="83", nom="Var", region=PACA),
            "06": Departement(code="06", nom="Alpes-Maritimes", region=PACA),
            "971": Departement(code="971", nom="Guadeloupe", region=GUADELOUPE),
        },
        regions={"93": PACA, "01": GUADELOUPE},
        epcis={"200": Place(code="200", nom="CC des Carrés")},
        successors=successors or {},
        old_names=old_names or {},
        shapes=Shapes(
            projection=np.array(
                [
                    projection_rank(one.departement) if here else -1
                    for one, here in zip(ordered, present, strict=True)
                ],
                dtype=np.int8,
            ),
            bounds=bounds,
            centres=bounds[:, :2],
            areas_km2=areas,
            adjacency=neighbour_lists(borders, len(ordered)),
            levels=(Level(0.0, polygons), Level(300.0, polygons)),
        ),
    )


def row_of_five() -> Atlas:
    """Five square communes in a row, 83001 to 83005, west to east."""
    return atlas({commune(f"8300{number}"): square(number, 0) for number in range(1, 6)})
