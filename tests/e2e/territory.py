"""The small France of the end-to-end tests: real communes of a few départements, and the golden counts."""

import csv
import json
import lzma
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

# Var and its neighbours, Gard and its neighbours; a foreign commune (Paris) keeps the arrondissements honest.
DEPARTEMENTS = frozenset(("04", "06", "13", "26", "30", "34", "48", "75", "83", "84"))
REFERENCE = Path(os.environ.get("REZONE_DATA_DIR", "var")) / "reference"


def write_small_reference(
    folder: Path, source: Path = REFERENCE, departements: frozenset[str] = DEPARTEMENTS
) -> Path:
    """Copy the fetched reference into `folder`, keeping the communes of these départements alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        if file.name == "communes.json":
            communes = json.loads(file.read_bytes())
            kept = [commune for commune in communes if commune.get("departement") in departements]
            (folder / file.name).write_text(json.dumps(kept), encoding="utf-8")
        elif file.name == "communes.csv.lzma":
            _write_small_polygons(file, folder / file.name, departements)
        else:
            shutil.copy(file, folder / file.name)
    return folder


def _write_small_polygons(source: Path, target: Path, departements: frozenset[str]) -> None:
    csv.field_size_limit(sys.maxsize)
    with (
        lzma.open(source, "rt", encoding="utf-8", newline="") as given,
        lzma.open(target, "wt", encoding="utf-8", newline="", preset=0) as kept,
    ):
        reader = csv.DictReader(given)
        writer = csv.DictWriter(kept, reader.fieldnames or [])
        writer.writeheader()
        writer.writerows(row for row in reader if row["code"][:2] in departements)


def rezone(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the `rezone` command to its end; its output is text."""
    return subprocess.run(
        [sys.executable, "-m", "services.cli", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
