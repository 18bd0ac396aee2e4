"""The engine on 74 communes of a France of 35 000: one pass over every row, against numpy summing the same cells.

Then what is made of the sums: all indicators, the profile, the diagnostic, from the communes to validated answers. The
same under atoms, on ten départements: an answer costs the same there as in all France, and they are soon cut.
"""

import gc
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from services.indicators.answers.aggregate import indicator_answers
from services.indicators.answers.diagnostic import diagnose
from services.indicators.answers.profile import make_profile, view_of
from services.indicators.building.build import Choices
from services.indicators.catalogue import load_catalogue
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
from shared.schemas.geo_outline import Outline
from shared.schemas.indicators import Focus
from tests.first_cut import build

DEPARTEMENTS, FEWER, COMMUNES_EACH, CHOSEN = 100, 10, 350, 74
ROUNDS = 300


def main() -> dict[str, float]:
    """Print and return milliseconds and the ratio; the first figures are seconds of the data's way in."""
    figures: dict[str, float] = {}
    memberships = memberships_of(DEPARTEMENTS)
    release = _release(memberships, Choices(), figures)
    # What a service holds leaves the collector's rounds (shared/memory.py).
    gc.freeze()
    units = release.positions([member.code for member in _chosen(memberships)])
    table = release.table
    # What a service without any secrecy would do: numerators and denominators as two plain matrices.
    plain_n, plain_d = table.n[table.atom].astype(np.int64), table.d[table.atom].astype(np.int64)
    figures["own_ms"] = _median(lambda: table.totals(units))
    figures["plain_numpy_ms"] = _median(lambda: (plain_n[units].sum(axis=0), plain_d[units].sum(axis=0)))
    figures["ratio"] = figures["own_ms"] / figures["plain_numpy_ms"]
    figures |= _answers(release, memberships)
    fewer = memberships[: FEWER * COMMUNES_EACH]
    atoms = _release(fewer, Choices("atoms", key=b"a key for a benchmark"), {})
    gc.freeze()
    figures |= {f"atoms_{name}": value for name, value in _answers(atoms, fewer).items()}
    print(json.dumps({"diagnostic_engine": {name: round(value, 4) for name, value in figures.items()}}))
    return figures


def _answers(release: Release, memberships: list[Membership]) -> dict[str, float]:
    """Milliseconds of each answer about the same communes."""
    chosen, catalogue = _chosen(memberships), load_catalogue()
    territory, outline = _territory(chosen), _outline(chosen)
    return {
        "indicators_ms": _median(lambda: indicator_answers(view_of(release, outline), catalogue)),
        "profile_ms": _median(lambda: make_profile(release, outline, catalogue)),
        "whole_answer_ms": _median(lambda: diagnose(release, territory, catalogue, Focus())),
    }


def memberships_of(departements: int) -> list[Membership]:
    """Communes of these many départements of 350, of all sizes."""
    sizes = np.random.default_rng(1).lognormal(6.2, 1.3, departements * COMMUNES_EACH).astype(int)
    return [
        Membership(
            code=f"{rank // COMMUNES_EACH:02}{rank % COMMUNES_EACH + 1:03}",
            nom=f"Commune {rank}",
            departement=f"{rank // COMMUNES_EACH:02}",
            region="93" if rank // COMMUNES_EACH in (13, 83) else "11",
            epci=f"{rank // 30}",
            population=int(size),
        )
        for rank, size in enumerate(sizes)
    ]


def _chosen(memberships: list[Membership]) -> list[Membership]:
    return memberships[7 * COMMUNES_EACH :][:CHOSEN]


def _release(memberships: list[Membership], choices: Choices, figures: dict[str, float]) -> Release:
    geography = geography_of(memberships, 2026, "banc")
    with tempfile.TemporaryDirectory() as name:
        started = time.perf_counter()
        draw_folder(memberships, 2026, Path(name))
        drawn = time.perf_counter()
        raw, problems = read_folder(Path(name), load_catalogue(), geography)
        read = time.perf_counter()
    if raw is None:
        raise ValueError(problems[:3])
    release = build(raw, geography, choices).release
    figures |= {
        "synthetic_draw_s": drawn - started,
        "folder_read_s": read - drawn,
        "release_build_s": time.perf_counter() - read,
    }
    return release.prepared()


def _outline(members: list[Membership]) -> Outline:
    territory = _territory(members)
    return Outline(
        nature="communes",
        code=None,
        nom=None,
        codes=tuple(m.code for m in members),
        noms=tuple(m.nom for m in members),
        populations=tuple(m.population for m in members),
        zonages=tuple(m.zonage for m in members),
        population=territory.population,
        superficie_km2=None,
        departements=territory.departements,
        regions=territory.regions,
        dataset=territory.dataset,
    )


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
