"""Small hand-made countries of square kilometres, as an Atlas: no file, no database."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from services.geo.atlas import Atlas, Commune, Level, Shapes
from services.geo.layers.indexes import Layers
from services.geo.shapes.adjacency import neighbour_lists, shared_borders, with_wholes
from services.geo.shapes.areas import unite
from services.geo.shapes.polygons import Polygons
from services.geo.shapes.projections import legal_projections, projection_rank, to_degrees
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
    layers: Layers | None = None,
) -> Atlas:
    """An Atlas of these communes; arrondissements must touch by shared vertices, their commune has no polygon."""
    ordered = sorted(communes, key=lambda one: one.code)
    index = {one.code: position for position, one in enumerate(ordered)}
    whole = np.array([index[one.whole] if one.whole else -1 for one in ordered], dtype=np.int64)
    shapes = np.array([communes[one] for one in ordered], dtype=object)
    ground = shapes.copy()
    rank = np.array([projection_rank(one.departement) for one in ordered], dtype=np.int8)
    borders = with_wholes(shared_borders(Polygons.of(shapes)), whole)
    for position in set(whole[whole >= 0].tolist()):
        shapes[position] = shapely.unary_union(shapes[whole == position])
    present = ~shapely.is_missing(shapes)
    areas = np.where(present, shapely.area(shapes) / 1e6, np.nan)
    polygons = Polygons.of(shapes)
    bounds, centres = np.full((len(ordered), 4), np.nan), np.full((len(ordered), 2), np.nan)
    for position in np.flatnonzero(present):
        epsg = legal_projections()[rank[position]].epsg
        degrees = shapely.transform(shapes[position], partial(to_degrees, epsg=epsg))
        bounds[position] = degrees.bounds
        centres[position] = shapely.get_coordinates(degrees.centroid)
    return Atlas(
        dataset=Dataset(
            id="cog2026-essai",
            cog=2026,
            sources=(Source(objet="Contours des communes", source="essai", millesime="2026"),),
        ),
        communes=tuple(
            replace(one, area_km2=float(area) if here else None, centre=(lon, lat) if here else None)
            for one, area, here, (lon, lat) in zip(
                ordered, areas.tolist(), present.tolist(), centres.tolist(), strict=True
            )
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
            projection=np.where(present, rank, -1).astype(np.int8),
            bounds=bounds,
            centres=centres,
            areas_km2=areas,
            adjacency=neighbour_lists(borders, len(ordered)),
            levels=(Level(0.0, polygons), Level(300.0, polygons)),
            areas={
                name: unite(codes, rank, {0.0: ground, 300.0: ground})
                for name, codes in (
                    ("departements", [one.departement for one in ordered]),
                    ("epcis", [one.epci for one in ordered]),
                    ("regions", [one.region for one in ordered]),
                )
            },
        ),
        layers=layers or Layers(),
    )


def row_of_five() -> Atlas:
    """Five square communes in a row, 83001 to 83005, west to east."""
    return atlas({commune(f"8300{number}"): square(number, 0) for number in range(1, 6)})
