"""Points to communes: lookups a second against geopandas.sjoin on the same polygons, same process, same run.

Run: python -m tests.bench.locate [DATA_DIR]
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from services.geo.atlas import Atlas, Commune
from services.geo.imports.reference import read_reference
from services.geo.shapes.build import build_shapes
from services.geo.shapes.points import Floats, units_at
from services.geo.shapes.projections import legal_projections, to_degrees
from shared.schemas.geo import Dataset
from shared.settings import CommonSettings, load

POINTS = (1, 100, 5_000)
ROUNDS = 7


def national_atlas(folder: Path) -> Atlas:
    """Every commune and arrondissement with its polygon, without names of départements: points need none."""
    reference = read_reference(folder)
    shapes = build_shapes(reference)
    return Atlas(
        dataset=Dataset(id="banc", cog=reference.cog),
        communes=tuple(
            Commune(
                code=row.code,
                nom=row.nom,
                nature=row.nature,
                whole=row.parent,
                departement=row.departement,
                region=row.region,
                epci=None,
                siren=None,
                codes_postaux=(),
                population=None,
                area_km2=None,
                centre=None,
            )
            for row in reference.communes
        ),
        departements={},
        regions={},
        epcis={},
        successors={},
        old_names={},
        shapes=shapes,
    )


def frame(atlas: Atlas) -> Any:
    """The same polygons in degrees as a GeoDataFrame, its spatial index made."""
    parts, units = [], []
    for rank, projection in enumerate(legal_projections()):
        here = np.flatnonzero(atlas.shapes.projection == rank)
        here = here[~np.isin(here, [*atlas.arrondissements])]
        polygons = atlas.shapes.levels[0].polygons.take(here)
        parts.append(shapely.transform(polygons, partial(to_degrees, epsg=projection.epsg)))
        units.append(here)
    made = import_module("geopandas").GeoDataFrame(
        {"unit": np.concatenate(units)}, geometry=np.concatenate(parts), crs=4326
    )
    assert made.sindex is not None
    return made


def best(work: Callable[[], object]) -> float:
    """Least seconds of a few runs, after one to warm up."""
    seconds = []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds[1:])


def sjoin(communes: Any, lonlat: Floats) -> Any:
    """The unit of each point, as geopandas users find it."""
    geopandas = import_module("geopandas")
    points = geopandas.GeoDataFrame(geometry=shapely.points(lonlat), crs=4326)
    found = geopandas.sjoin(points, communes, predicate="within", how="left")
    return found[~found.index.duplicated()]["unit"].fillna(-1).astype(int).to_numpy()


def main() -> None:
    """Print lookups a second, the ratio, and how often both agree."""
    data_dir = Path(sys.argv[1]) if len(sys.argv) > 1 else load(CommonSettings).data_dir
    atlas = national_atlas(data_dir / "reference")
    communes = frame(atlas)
    random = np.random.default_rng(1)
    drawn = np.flatnonzero(atlas.shapes.projection >= 0)
    for number in POINTS:
        boxes = atlas.shapes.bounds[random.choice(drawn, number)]
        lonlat = boxes[:, :2] + random.random((number, 2)) * (boxes[:, 2:] - boxes[:, :2])
        ours = best(partial(units_at, atlas, lonlat, arrondissements=True))
        theirs = best(partial(sjoin, communes, lonlat))
        same = float((units_at(atlas, lonlat, arrondissements=True) == sjoin(communes, lonlat)).mean())
        print(
            f"{number:5} points at once  {number / ours:8.0f} lookups/s  geopandas.sjoin {number / theirs:8.0f}  "
            f"{theirs / ours:5.1f} times  same answer {same:.2%}"
        )


if __name__ == "__main__":
    main()
