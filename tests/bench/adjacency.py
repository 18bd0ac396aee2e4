"""National adjacency with border lengths, against libpysal and GEOS on the same polygons, same process, same run.

Run: python -m tests.bench.adjacency [DATA_DIR]
"""

import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np
import shapely

from services.geo.imports.reference import read_reference
from services.geo.shapes.adjacency import Adjacency, neighbour_lists, shared_borders
from services.geo.shapes.build import build_shapes
from services.geo.shapes.polygons import Geometries, Polygons
from shared.settings import CommonSettings, load

AIM_LIBPYSAL, AIM_GEOS = 10.0, 4.0
ROUNDS = 3


def national_polygons(folder: Path) -> Geometries:
    """Every commune of the métropole as a clean coverage in Lambert-93, arrondissements in place of their city."""
    reference = read_reference(folder)
    shapes = build_shapes(reference)
    parents = {row.parent for row in reference.communes}
    units = [
        position
        for position, row in enumerate(reference.communes)
        if shapes.projection[position] == 0 and row.code not in parents
    ]
    return shapes.levels[0].polygons.take(np.array(units))


def ours(polygons: Geometries) -> Adjacency:
    """Segments hashed: neighbours with border lengths."""
    return neighbour_lists(shared_borders(Polygons.of(polygons)), len(polygons))


def geos_touches(polygons: Geometries) -> int:
    """STRtree and touches: neighbours (shared corners too), no length."""
    tree = shapely.STRtree(polygons)
    return int(tree.query(polygons, predicate="touches").shape[1])


def geos_lengths(polygons: Geometries) -> int:
    """STRtree, touches, then the length of each intersection: what ours answers."""
    one, other = shapely.STRtree(polygons).query(polygons, predicate="touches")
    half = one < other
    lengths = shapely.length(shapely.intersection(polygons[one[half]], polygons[other[half]]))
    return int((lengths > 0).sum()) * 2


def libpysal_rook(polygons: Geometries) -> int:
    """libpysal's rook contiguity weighted by shared perimeter, with its default backend."""
    geopandas, graph = import_module("geopandas"), import_module("libpysal.graph")
    series = geopandas.GeoSeries(polygons, crs=2154)
    return int(graph.Graph.build_contiguity(series, rook=True, by_perimeter=True, strict=True).n_edges)


def best(work: Callable[[Geometries], object], polygons: Geometries, rounds: int) -> tuple[float, object]:
    """Least seconds of `rounds` runs, and the last answer."""
    seconds, answer = [], None
    for _ in range(rounds):
        started = time.perf_counter()
        answer = work(polygons)
        seconds.append(time.perf_counter() - started)
    return min(seconds), answer


def main() -> None:
    """Print seconds and ratios."""
    data_dir = Path(sys.argv[1]) if len(sys.argv) > 1 else load(CommonSettings).data_dir
    polygons = national_polygons(data_dir / "reference")
    print(f"{len(polygons)} communes, {shapely.get_num_coordinates(polygons).sum()} vertices")
    own, adjacency = best(ours, polygons, ROUNDS)
    assert isinstance(adjacency, Adjacency)
    print(f"ours, with lengths        {own:7.2f} s  {len(adjacency.neighbours)} directed borders")
    for name, work, aim in (
        ("GEOS touches, no length", geos_touches, AIM_GEOS),
        ("GEOS touches, lengths", geos_lengths, AIM_GEOS),
        ("libpysal rook perimeter", libpysal_rook, AIM_LIBPYSAL),
    ):
        seconds, borders = best(work, polygons, 1)
        print(f"{name:25} {seconds:7.2f} s  {borders} borders  {seconds / own:.1f} times ours (aim {aim:g})")


if __name__ == "__main__":
    main()
