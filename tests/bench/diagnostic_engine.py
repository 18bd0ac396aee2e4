"""The engine on 74 communes of a France of 35 000: one pass over every row, against numpy summing the same cells."""

import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from services.indicators.build import build
from services.indicators.catalogue import load_catalogue
from services.indicators.diagnostic import diagnose
from services.indicators.folder.read import read_folder
from services.indicators.geography import geography_of
from services.indicators.release import Release
from services.indicators.synthetic import draw_folder
from shared.schemas.base import Place
from shared.schemas.geo import (
    CommuneFacts,
    Dataset,
    DepartementShare,
    Membership,
    Territory,
    ZonageTotals,
)
from shared.schemas.indicators import Focus

DEPARTEMENTS, COMMUNES_EACH, CHOSEN = 100, 350, 74
ROUNDS = 300


def main() -> dict[str, float]:
    """Print and return milliseconds and the ratio; the first figures are seconds of the data's way in."""
    figures: dict[str, float] = {}
    release, memberships = _national_release(figures)
    territory = _territory(memberships[17 * COMMUNES_EACH :][:CHOSEN])
    units = release.positions([commune.code for commune in territory.communes])
    table, catalogue = release.table, load_catalogue()
    # What a service without any secrecy would do: numerators and denominators as two plain matrices.
    plain_n, plain_d = table.n[table.atom].astype(np.int64), table.d[table.atom].astype(np.int64)
    figures["own_ms"] = _median(lambda: table.totals(units))
    figures["plain_numpy_ms"] = _median(lambda: (plain_n[units].sum(axis=0), plain_d[units].sum(axis=0)))
    figures["ratio"] = figures["own_ms"] / figures["plain_numpy_ms"]
    figures["whole_answer_ms"] = _median(lambda: diagnose(release, territory, catalogue, Focus()))
    print(json.dumps({"diagnostic_engine": {name: round(value, 4) for name, value in figures.items()}}))
    return figures


def _national_release(figures: dict[str, float]) -> tuple[Release, list[Membership]]:
    sizes = np.random.default_rng(1).lognormal(6.2, 1.3, DEPARTEMENTS * COMMUNES_EACH).astype(int)
    memberships = [
        Membership(
            code=f"{rank // COMMUNES_EACH:02}{rank % COMMUNES_EACH + 1:03}",
            nom=f"Commune {rank}",
            departement=f"{rank // COMMUNES_EACH:02}",
            region="93" if rank // COMMUNES_EACH in (13, 83) else "11",
            epci=None,
            population=int(size),
        )
        for rank, size in enumerate(sizes)
    ]
    geography = geography_of(memberships, 2026, "banc")
    with tempfile.TemporaryDirectory() as name:
        started = time.perf_counter()
        draw_folder(memberships, 2026, Path(name))
        drawn = time.perf_counter()
        raw, problems = read_folder(Path(name), load_catalogue(), geography)
        read = time.perf_counter()
    if raw is None:
        raise ValueError(problems[:3])
    release = build(raw, load_catalogue(), geography, datetime.now(UTC)).release
    figures |= {
        "synthetic_draw_s": drawn - started,
        "folder_read_s": read - drawn,
        "release_build_s": time.perf_counter() - read,
    }
    return release, memberships


def _territory(members: list[Membership]) -> Territory:
    return Territory(
        communes=tuple(
            CommuneFacts(
                code=m.code, nom=m.nom, population=m.population, departement=m.departement, region=m.region
            )
            for m in members
        ),
        population=sum(m.population or 0 for m in members),
        superficie_km2=None,
        departements=(
            DepartementShare(
                code=members[0].departement, nom="D", communes=len(members), region=members[0].region
            ),
        ),
        regions=(Place(code=members[0].region, nom="R"),),
        pieces=(),
        d_un_seul_tenant=True,
        qpv_par_commune=None,
        zonage=ZonageTotals(zip=0, zac=0, renseignees=0, communes=len(members)),
        tailles=(),
        dataset=Dataset(id="banc", cog=2026),
    )


def _median(work: Callable[[], object]) -> float:
    """Median of the calls, in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return sorted(times)[ROUNDS // 2] * 1000


if __name__ == "__main__":
    main()
