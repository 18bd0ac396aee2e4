"""A small département drawn by hand of chance, for engines that are to be broken: counts, and the folder they make."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

DEPARTEMENT = "01"
REGION = "84"
COMMUNES = tuple(f"01{rank:03}" for rank in range(1, 19))
ALD = tuple(f"ald_{rank:02}" for rank in range(1, 8))
WHOLE, ROW, COLUMN, BOTH = "consommants_17_plus", "sans_mt_17_plus", "css_17_plus", "sans_mt_css_17_plus"
ROWS = (WHOLE, ROW, COLUMN, BOTH, *ALD)
SPLIT = "mt_css_17_plus"
CELLS = ("sans_mt_avec_css", "sans_mt_sans_css", "avec_mt_avec_css", "avec_mt_sans_css")
THRESHOLD = 11


@dataclass(frozen=True)
class World:
    """Counts by row and commune; ALD are counted among `consumers`, the others among WHOLE."""

    counts: dict[str, dict[str, int]]
    consumers: dict[str, int]

    def denominator(self, name: str) -> dict[str, int] | None:
        """Denominators of a row, None for a count."""
        if name == WHOLE:
            return None
        return self.consumers if name in ALD else self.counts[WHOLE]

    def rests(self, name: str, commune: str) -> list[int]:
        """What is left of the groups that hold a row's people."""
        counts = {row: self.counts[row][commune] for row in self.counts}
        return [counts[ROW] - counts[BOTH], counts[COLUMN] - counts[BOTH]] if name == BOTH else []

    def safe(self, name: str, commune: str) -> bool:
        """Whether the rule lets this count be told, and what can be subtracted from it."""
        return min(self.counts[name][commune], *self.rests(name, commune), THRESHOLD) >= THRESHOLD

    def cells(self, commune: str) -> tuple[int, int, int, int]:
        """The four cells of the split."""
        whole, row, column, both = (self.counts[name][commune] for name in (WHOLE, ROW, COLUMN, BOTH))
        return (both, row - both, column - both, whole - row - column + both)


def draw_world(seed: int = 0) -> World:
    """Draw a world: most communes hide one or two counts, and one ALD is hidden in a single commune."""
    draw = np.random.default_rng(seed)
    counts: dict[str, dict[str, int]] = {name: {} for name in ROWS}
    consumers: dict[str, int] = {}
    for commune in COMMUNES:
        whole = int(draw.integers(150, 600))
        both = int(draw.integers(1, 19))
        counts[WHOLE][commune] = whole
        counts[BOTH][commune] = both
        counts[ROW][commune] = both + int(draw.integers(11, 40))
        counts[COLUMN][commune] = both + int(draw.integers(11, 40))
        consumers[commune] = whole + int(draw.integers(20, 100))
        for rank, name in enumerate(ALD):
            low = 11 if rank < len(ALD) - 3 else 4
            counts[name][commune] = int(draw.integers(low, 30))
    counts[ALD[0]][COMMUNES[4]] = 7
    return World(counts, consumers)


def write_truth(world: World, folder: Path) -> Path:
    """Write the counts as a producer's folder."""
    _write(
        folder / "counts.csv", ("indicator", "commune", "numerator", "denominator", "persons"), _rows(world)
    )
    _write(folder / "consumers.csv", ("commune", "consumers"), world.consumers.items())
    return folder


def _rows(world: World) -> Iterable[tuple[Any, ...]]:
    for name in ROWS:
        of = world.denominator(name)
        for commune, count in world.counts[name].items():
            yield name, commune, count, "" if of is None else of[commune], ""


def _write(path: Path, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def catalogue() -> dict[str, Any]:
    """The public catalogue of this world."""
    links = {WHOLE: [], ROW: [WHOLE], COLUMN: [WHOLE], BOTH: [ROW, COLUMN, WHOLE]}
    people = {"population": "17 ans et plus", "denominator": "Consommants de 17 ans et plus"}
    everybody = {"population": "Tous les consommants", "denominator": "Consommants"}
    rows = [
        {
            "id": name,
            "title": name,
            "family": "ald" if name in ALD else "acces",
            "kind": "count" if name == WHOLE else "proportion",
            "links": links.get(name, []),
            **(everybody if name in ALD else people),
        }
        for name in ROWS
    ]
    split = {
        "id": SPLIT,
        "title": SPLIT,
        "family": "acces",
        "kind": "split",
        "links": [ROW, COLUMN, BOTH],
        **people,
    }
    return {"indicators": [*rows, split], "professions": [], "thresholds": {"people": THRESHOLD}}
